#!/bin/sh
# Installs a Debian package into an empty Debian, uses what it brought, and takes it away again.
#   Tests/Package/deb.sh PACKAGE [ROOT]
# Needs root, debootstrap and Debian's mirror. ROOT is an empty Debian that is there already (its
# files are changed); one is made and removed where none is given. What is in the folder RUNTIME is
# copied beside the libraries: for packages of a build without the Swift runtime inside.
set -eu
package=$(realpath "$1")
source=$(realpath "$(dirname "$0")/../..")
if test $# -gt 1; then
  root=$2
  made=
else
  root=$(mktemp -d)
  made=$root
  debootstrap --variant=minbase bookworm "$root" > /dev/null
fi
# Swift programs read their arguments there.
mount -t proc proc "$root/proc"
trap 'umount "$root/proc"; test -z "$made" || rm -rf --one-file-system "$made"' EXIT
failed() { echo "failed: $*" >&2; exit 1; }
inside() { chroot "$root" "$@"; }
triplet=$(dpkg-architecture -qDEB_HOST_MULTIARCH)

cp "$package" "$root/tmp/dorsal.deb"
inside apt-get update -qq
inside env DEBIAN_FRONTEND=noninteractive \
  apt-get install -y -qq --no-install-recommends /tmp/dorsal.deb > /dev/null
if test -n "${RUNTIME:-}"; then
  mkdir -p "$root/usr/local/lib"
  cp "$RUNTIME"/*.so "$root/usr/local/lib"
  inside ldconfig
fi

# Nothing of the source is in the root: the tool has to find its models where the package put them.
for file in examples vignettes; do cp "$source/Data/$file.csv" "$root/tmp"; done
inside dorsal score /tmp/examples.csv --top 1 > "$root/tmp/answers.csv" 2> "$root/tmp/said" \
  || failed "score: $(cat "$root/tmp/said")"
rows=$(wc -l < "$root/tmp/answers.csv")
test "$rows" = "$(wc -l < "$source/Data/examples.csv")" || failed "score gave $rows lines"
inside dorsal evaluate /tmp/vignettes.csv --quiet > "$root/tmp/figures" 2> /dev/null \
  || failed evaluate
grep -q 'log loss' "$root/tmp/figures" || failed "evaluate without figures"
test -f "$root/usr/share/man/man1/dorsal.1.gz" || failed "no manual page"
inside test -f /usr/share/bash-completion/completions/dorsal || failed "no completions"

# A program in C that is told where things are by pkg-config alone.
work=$(mktemp -d)
flags=$(PKG_CONFIG_SYSROOT_DIR=$root PKG_CONFIG_LIBDIR=$root/usr/lib/$triplet/pkgconfig \
  PKG_CONFIG_ALLOW_SYSTEM_LIBS=1 PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1 pkg-config --cflags --libs dorsal)
cat > "$work/use.c" <<'C'
#include <dorsal.h>
#include <stdio.h>
int main(void) {
  dorsal_model *model = 0;
  char *text = 0;
  if (dorsal_abi_version() != DORSAL_ABI_VERSION) return 2;
  if (dorsal_model_open("/usr/share/dorsal/Models/back-pain", &model, &text)) {
    fprintf(stderr, "%s\n", text);
    return 3;
  }
  if (dorsal_model_describe(model, &text, 0)) return 4;
  puts(text);
  dorsal_text_free(text);
  dorsal_model_free(model);
  return 0;
}
C
cc -o "$work/use" "$work/use.c" $flags -Wl,--allow-shlib-undefined || failed "linking"
readelf -d "$work/use" | grep -q 'libdorsal\.so\.1' || failed "not linked to libdorsal.so.1"
cp "$work/use" "$root/tmp/use"
inside /tmp/use > "$root/tmp/described" || failed "the library"
grep -q '"back-pain"' "$root/tmp/described" || failed "the library's model"

inside env DEBIAN_FRONTEND=noninteractive apt-get purge -y -qq dorsal > /dev/null
test ! -e "$root/usr/bin/dorsal" && test ! -e "$root/usr/share/dorsal" \
  && test ! -e "$root/usr/lib/$triplet/libdorsal.so.1" || failed "files were left"
rm -rf "$work"
echo "$(basename "$package") installs, scores, links and goes"
