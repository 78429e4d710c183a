#!/bin/sh
# Builds the library with the address sanitizer, and the program that drives it with hostile streams.
#     Tests/Interface/run.sh [SCRATCH_FOLDER]
set -eu
cd "$(dirname "$0")/../.."
scratch="${1:-.build-address}"
swift build -c release --product DorsalInterface --sanitize address --scratch-path "$scratch"
built="$(pwd)/$scratch/release"
# The compiler that stands beside swift has the same sanitizer.
clang="$(dirname "$(readlink -f "$(command -v swift)")")/clang"
"$clang" -std=gnu17 -fuse-ld=lld -g -O1 -Wall -Wextra -Werror -fsanitize=address,undefined \
  -fno-omit-frame-pointer -I Sources/CDorsal/include Tests/Interface/*.c \
  -L "$built" -lDorsalInterface -Wl,-rpath,"$built" -lpthread -lm -o "$built/hostile"
"$built/hostile" Models/back-pain
