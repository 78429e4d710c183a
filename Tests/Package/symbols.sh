#!/bin/sh
# A library for C has every function of dorsal.h and no other symbol that a program could meet.
#   Tests/Package/symbols.sh LIBRARY
set -eu
root=$(realpath "$(dirname "$0")/../..")
declared=$(grep -oE '\bdorsal_[a-z_]+\(' "$root/Sources/CDorsal/include/dorsal.h" | tr -d '(' | sort -u)
exported=$(nm -D --defined-only --extern-only "$1" | sed 's/.* //' | sort -u)
test "$declared" = "$exported" || {
  echo "$1: not the symbols of dorsal.h:" >&2
  printf '%s\n%s\n' "$declared" "$exported" | sort | uniq -u | sed 10q >&2
  exit 1
}
