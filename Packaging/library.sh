#!/bin/sh
# Installs the library for C, its header and what pkg-config says of them.
#   Packaging/library.sh LIBRARY PREFIX
set -eu
library=$1 prefix=$2
root=$(dirname "$0")/..
version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$root/Python/pyproject.toml")
install -d "$prefix/lib/pkgconfig" "$prefix/include"
install -m 644 "$library" "$prefix/lib/libdorsal.so.1"
ln -sf libdorsal.so.1 "$prefix/lib/libdorsal.so"
install -m 644 "$root/Sources/CDorsal/include/dorsal.h" "$prefix/include/dorsal.h"
place=$(realpath "$prefix")
sed -e "s/@version@/$version/" -e "s|@library@|$place/lib|" -e "s|@include@|$place/include|" \
  "$root/Packaging/dorsal.pc.in" > "$prefix/lib/pkgconfig/dorsal.pc"
