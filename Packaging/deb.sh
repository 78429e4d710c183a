#!/bin/sh
# Makes a Debian package of a tree that `make install` filled and of the library.
#   Packaging/deb.sh TREE LIBRARY FOLDER
# TREE holds usr/ with the tool, models, manual pages and completions; it is changed. LIBRARY is
# libdorsal.so with the soname libdorsal.so.1. The package is put into FOLDER. Dependencies are
# those that dpkg-shlibdeps finds in the files. The same files give the same package.
set -eu
tree=$(realpath "$1") library=$2 out=$3
root=$(realpath "$(dirname "$0")/..")
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$root/Python/pyproject.toml")
architecture=$(dpkg --print-architecture)
triplet=$(dpkg-architecture -qDEB_HOST_MULTIARCH)
maintainer="${DEBFULLNAME:-Dorsal} <${DEBEMAIL:-dorsal@localhost}>"
name=dorsal_${version}_$architecture.deb
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct)}

install -d "$tree/usr/lib/$triplet/pkgconfig" "$tree/usr/include" "$tree/usr/share/doc/dorsal" \
  "$tree/DEBIAN"
install -m 644 "$library" "$tree/usr/lib/$triplet/libdorsal.so.1"
ln -sf libdorsal.so.1 "$tree/usr/lib/$triplet/libdorsal.so"
strip --strip-unneeded "$tree/usr/bin/dorsal" "$tree/usr/lib/$triplet/libdorsal.so.1"
# Where the build machine had its libraries is nobody's business elsewhere.
chrpath -d "$tree/usr/bin/dorsal" "$tree/usr/lib/$triplet/libdorsal.so.1" > /dev/null
install -m 644 "$root/Sources/CDorsal/include/dorsal.h" "$tree/usr/include/dorsal.h"
sed -e "s/@version@/$version/" -e "s|@library@|/usr/lib/$triplet|" \
  -e "s|@include@|/usr/include|" "$root/Packaging/dorsal.pc.in" \
  > "$tree/usr/lib/$triplet/pkgconfig/dorsal.pc"
install -m 644 "$root/Packaging/copyright" "$tree/usr/share/doc/dorsal/copyright"
{
  echo "dorsal ($version) bookworm; urgency=medium"
  echo
  echo "  * As CHANGELOG.md of the source tells."
  echo
  echo " -- $maintainer  $(date -u -R -d "@$SOURCE_DATE_EPOCH")"
} | gzip -9n > "$tree/usr/share/doc/dorsal/changelog.gz"
# Debian's zsh looks there.
if test -d "$tree/usr/share/zsh/site-functions"; then
  mv "$tree/usr/share/zsh/site-functions" "$tree/usr/share/zsh/vendor-completions"
fi
# What the generators of completions and manual pages leave that Debian's checks complain about.
sed -i '1{/^#!/d}' "$tree/usr/share/bash-completion/completions/dorsal"
find "$tree/usr/share/man" -name '*.1' -exec sed -i '/^$/d' {} +
find "$tree/usr/share/man" -name '*.1' -exec gzip -9nf {} +
echo "libdorsal 1 dorsal" > "$tree/DEBIAN/shlibs"
echo "activate-noawait ldconfig" > "$tree/DEBIAN/triggers"

# dpkg-shlibdeps reads the name of a source package, wherever it runs.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/debian"
printf 'Source: dorsal\n\nPackage: dorsal\nArchitecture: any\n' > "$work/debian/control"
depends=$(cd "$work" && dpkg-shlibdeps -O --warnings=1 ${SHLIBDEPS:-} \
  -e"$tree/usr/bin/dorsal" -e"$tree/usr/lib/$triplet/libdorsal.so.1" 2> "$work/warnings" \
  | sed -n 's/^shlibs:Depends=//p') || { cat "$work/warnings" >&2; exit 1; }
test -n "$depends" || { cat "$work/warnings" >&2; exit 1; }
size=$(du -ks --apparent-size "$tree/usr" | cut -f1)
sed -e "s/@version@/$version/" -e "s/@architecture@/$architecture/" -e "s/@size@/$size/" \
  -e "s/@depends@/$depends/" -e "s/@maintainer@/$maintainer/" "$root/Packaging/control.in" > "$tree/DEBIAN/control"
(cd "$tree" && find usr -type f -exec md5sum {} + | LC_ALL=C sort -k2) > "$tree/DEBIAN/md5sums"
find "$tree" -type d -exec chmod 755 {} +
find "$tree" -type f -exec chmod u=rwX,go=rX {} +
mkdir -p "$out"
dpkg-deb --root-owner-group -Zxz --build "$tree" "$out/.$name.new" > /dev/null
mv "$out/.$name.new" "$out/$name"
echo "$out/$name"
