#!/bin/sh
# Builds a fuzz target for each reader into .build-fuzz/targets: Linux, with the swiftc of swift.org.
set -e
cd "$(dirname "$0")/../.."
for target in Dorsal DorsalFHIR; do
  swift build -c release --scratch-path .build-fuzz --sanitize fuzzer --sanitize address --target $target
done
built=.build-fuzz/release
# What the package manager calls the package: its folder.
package=$(basename "$PWD" | tr A-Z a-z)
mkdir -p .build-fuzz/targets
objects=$(find $built/Dorsal.build $built/DorsalCore.build $built/DorsalLearning.build \
  $built/DorsalNumerics.build $built/DorsalReport.build $built/DorsalFHIR.build $built/CKernels.build -name '*.o')
for reader in CSV NDJSON Arrow Mapping FHIR ModelTable CalibrationJSON DiaryCSV; do
  cases=
  case $reader in
    CSV | NDJSON | Arrow) cases=Tests/Fuzz/Cases.swift ;;
    Mapping | FHIR) cases=Tests/Fuzz/Shipped.swift ;;
  esac
  swiftc -O -sanitize=fuzzer,address -parse-as-library -package-name "$package" -module-name Fuzz$reader \
    -I $built/Modules -Xcc -fmodule-map-file=$built/CKernels.build/module.modulemap -I Sources/COpenBLAS -I Sources/CZlib -I Sources/CZstd -I Sources/CLz4 \
    Tests/Fuzz/Fuzz.swift Tests/Fuzz/$reader.swift $cases $objects -lopenblas -llapacke -lz -lzstd -llz4 \
    -o .build-fuzz/targets/$reader
done
