import Foundation
import TestSupport
import Testing

/// What the benchmark runner promises apart from its figures.
@Suite(.releaseOnly) struct BenchTests {
  private static func bench(_ folder: WorkingFolder, _ arguments: String) async throws -> Outcome {
    try await folder.shell("\"$(dirname \"$DORSAL\")/dorsal-bench\" \(arguments)")
  }

  /// The small model and few cases, so that the unoptimised runner takes a second.
  private static let small = "run --quick --model Models/back-pain --cases 300 --threads 2"

  @Test func `a wrong answer is not timed and its case is named`() async throws {
    let outcome = try await Self.bench(
      WorkingFolder(), Self.small + " --workload score --spoil")
    #expect(outcome.status == 1)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains("score: not timed, the answer is wrong: case P0000000"))
  }

  @Test func `a run that is kept compares with itself as no change`() async throws {
    let folder = try WorkingFolder()
    let names = ["score", "score-gemm", "score-blocks", "one-warm", "csv", "ndjson", "intervals"]
    let run = try await Self.bench(
      folder,
      Self.small + " --json kept.json" + names.map { " --workload " + $0 }.joined())
    #expect(run.status == 0, "\(run.errors)")
    let comparison = try await Self.bench(folder, "compare kept.json kept.json")
    #expect(comparison.status == 0)
    for name in names {
      let row = comparison.lines.first { $0.hasPrefix(name + " ") }
      let cells = row?.split(separator: " ") ?? []
      #expect(cells.contains("1.00"), "\(name): \(comparison.output)")
    }
  }

  @Test func `what is no kept run is told`() async throws {
    let folder = try WorkingFolder(["kept.json": "{}"])
    let outcome = try await Self.bench(folder, "compare kept.json kept.json")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("kept.json: not what dorsal-bench run --json writes"))
  }

  @Test func `generated cases are the model's, and the arrays are the cases'`() async throws {
    let folder = try WorkingFolder(model: nil)
    let generation = try await Self.bench(
      folder, "generate made --cases 40 --findings 3 --causes 4 --known-share 1 --draws 2")
    #expect(generation.status == 0, "\(generation.errors)")
    for file in ["cases.csv", "cases.jsonl"] {
      let scores = try await folder.dorsal("score", "made/\(file)", "--model", "made/model")
      #expect(scores.status == 0)
      #expect(scores.lines.count == 41)
      // Every finding is known.
      #expect(scores.lines.dropFirst().allSatisfy { $0.split(separator: ",")[4] == "3" })
    }
    // Findings of 2, 3 and 3 states. The codes are the last 40 x 3 bytes, row after row.
    let codes = try Self.bytes(folder, "made/codes.npy")
    #expect(String(decoding: codes.prefix(128), as: UTF8.self).contains("'shape': (40, 3,)"))
    let states = [
      ["absent", "present"], ["absent", "mild", "severe"], ["absent", "mild", "severe"],
    ]
    let rows = codes.suffix(120).map(Int.init)
    let lines = try folder.read("made/cases.csv").split(separator: "\n").dropFirst()
    for (index, line) in lines.enumerated() {
      let cells = line.split(separator: ",").dropFirst()
      let named = (0..<3).map { states[$0][rows[3 * index + $0] - 1] }
      #expect(cells.map(String.init) == named)
    }
    // Two drawn models of 8 states by 4 causes, in single precision behind the header.
    #expect(try Self.bytes(folder, "made/draws.npy").count == 128 + 2 * 8 * 4 * 4)
    #expect(try Self.bytes(folder, "made/reference.npy").count == 128 + 40 * 4 * 8)
  }

  private static func bytes(_ folder: WorkingFolder, _ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + name))
  }

  @Test func `growth is told in a table and drawn`() async throws {
    let folder = try WorkingFolder(model: nil)
    let outcome = try await Self.bench(
      folder, "grow --quick --most-cases 10 --most-size 10 --json grown.json --plot grown.svg")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try folder.read("grown.json").contains("\"known_share\""))
    let svg = try folder.read("grown.svg")
    #expect(svg.hasPrefix("<svg ") && svg.hasSuffix("</svg>\n"))
    for axis in ["cases", "causes", "findings", "known share", "threads"] {
      #expect(svg.contains(">\(axis)</text>"))
    }
  }
}
