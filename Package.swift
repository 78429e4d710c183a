// swift-tools-version: 6.2
import PackageDescription

// All that the C interface does is with memory of others: the whole target is unsafe, and small.
let foreign: [SwiftSetting] = [
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]
let strict = foreign + [.strictMemorySafety()]
let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")

// Whoever imports the library names its parts too: the module `Dorsal` is the same file whatever
// changes in them, and would not tell that it is to be compiled again.
let library: [Target.Dependency] = [
  "Dorsal", "DorsalNumerics", "DorsalCore", "DorsalLearning", "DorsalReport",
]

let package = Package(
  name: "dorsal",
  products: [
    .library(name: "Dorsal", targets: ["Dorsal"]),
    .library(name: "DorsalFHIR", targets: ["DorsalFHIR"]),
    // The engine from C and from what speaks C; `make wheel` builds it for Python.
    .library(name: "DorsalInterface", type: .dynamic, targets: ["DorsalInterface"]),
    .executable(name: "dorsal", targets: ["DorsalCLI"]),
    .executable(name: "dorsal-bench", targets: ["DorsalBench"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    .systemLibrary(
      name: "COpenBLAS",
      pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev", "liblapacke-dev"])]
    ),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CLz4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
    .target(name: "CKernels"),
    .target(
      name: "DorsalNumerics", dependencies: ["COpenBLAS", "CZlib", "CZstd", "CLz4", "CKernels"],
      swiftSettings: strict),
    .target(name: "DorsalCore", dependencies: ["DorsalNumerics"], swiftSettings: strict),
    .target(
      name: "DorsalLearning", dependencies: ["DorsalNumerics", "DorsalCore"], swiftSettings: strict),
    .target(
      name: "DorsalReport", dependencies: ["DorsalNumerics", "DorsalCore", "DorsalLearning"],
      swiftSettings: strict),
    .target(
      name: "Dorsal",
      dependencies: ["DorsalNumerics", "DorsalCore", "DorsalLearning", "DorsalReport"],
      swiftSettings: strict),
    .target(
      name: "DorsalFHIR", dependencies: ["DorsalNumerics", "DorsalCore", "DorsalReport"],
      swiftSettings: strict),
    .target(name: "CDorsal"),
    .target(
      name: "DorsalInterface", dependencies: library + ["CDorsal"], swiftSettings: foreign),
    .executableTarget(
      name: "DorsalCLI", dependencies: library + ["DorsalFHIR", argumentParser],
      swiftSettings: strict),
    .executableTarget(
      name: "DorsalBench", dependencies: library + [argumentParser], path: "Benchmarks/bench",
      swiftSettings: strict),
    // Sees what a user of the library sees: the public interface alone.
    .executableTarget(
      name: "EmbeddingExample", dependencies: library, path: "Examples/Embedding",
      packageAccess: false, swiftSettings: strict),
    // The README's program, word for word.
    .executableTarget(
      name: "ReadmeExample", dependencies: library, path: "Examples/Readme",
      packageAccess: false, swiftSettings: strict),
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
    .testTarget(
      name: "DorsalTests", dependencies: library + ["TestSupport"], exclude: ["Fixtures"],
      swiftSettings: strict),
    .testTarget(
      name: "DorsalInterfaceTests", dependencies: library + ["DorsalInterface"],
      swiftSettings: foreign),
    .testTarget(
      name: "DorsalCLITests",
      dependencies: library + [
        "DorsalFHIR", "DorsalCLI", "DorsalBench", "EmbeddingExample", "ReadmeExample",
        "TestSupport",
      ],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
