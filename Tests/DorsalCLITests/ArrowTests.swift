import Foundation
import Testing

/// Case files and answers as Arrow, by the tool.
@Suite struct ArrowTests {
  private static let fixtures = Repository.root + "/Tests/DorsalTests/Fixtures/arrow/"

  private static func folder() throws -> WorkingFolder {
    let folder = try WorkingFolder()
    for name in ["many.csv", "many--zstd.arrow", "odd.csv", "odd--lz4.arrows"] {
      try folder.write(
        Array(Data(contentsOf: URL(fileURLWithPath: fixtures + name))), to: name)
    }
    return folder
  }

  @Test func `a file, a stream and a pipe give the answers of CSV`() async throws {
    let folder = try Self.folder()
    let plain = try await folder.dorsal("score", "many.csv", "--all")
    #expect(plain.status == 0)
    #expect(plain.lines.count == 301)
    let file = try await folder.dorsal("score", "many--zstd.arrow", "--all", "--threads", "3")
    #expect(file.output == plain.output)
    #expect(file.errors.isEmpty)
    let packed = try await folder.shell(
      "gzip -c many--zstd.arrow | \"$DORSAL\" score - --all")
    #expect(packed.output == plain.output)
    let odd = try await folder.dorsal("score", "odd.csv")
    let stream = try await folder.dorsal("score", "odd--lz4.arrows")
    #expect(stream.output == odd.output)
    #expect(stream.status == 3)
  }

  /// Ends of 5, the least whole number and 5 again: what lies between them is no number.
  @Test func `texts whose ends are any numbers are faults of their rows`() async throws {
    let file = Self.fixtures + "bad--ends.arrow"
    let checked = try await Self.folder().dorsal("validate", file, "--ignore-unknown-columns")
    #expect(checked.status == 3, "\(checked.errors)")
    #expect(checked.lines.count { $0.contains("lies outside of its column's bytes") } == 2)
    #expect(checked.lines.last?.hasSuffix("1 case can be read, 2 rows cannot") == true)
  }

  @Test func `validate tells rows and columns by their numbers`() async throws {
    let folder = try Self.folder()
    let checked = try await folder.dorsal("validate", "odd--lz4.arrows")
    #expect(checked.status == 3)
    #expect(
      checked.lines.contains(
        "odd--lz4.arrows:8:4: age \"400\": out of range; expected a number from 0 to 120 (years)"))
    #expect(checked.lines.last == "odd--lz4.arrows: 7 cases can be read, 4 rows cannot")
  }

  @Test func `the name of the output says how answers are written`() async throws {
    let folder = try Self.folder()
    for (name, start) in [
      ("r.arrow", Array("ARROW1\0\0".utf8)), ("r.feather", Array("ARROW1\0\0".utf8)),
      ("r.arrows", [0xFF, 0xFF, 0xFF, 0xFF]),
    ] {
      let scored = try await folder.dorsal("score", "many.csv", "--output", name)
      #expect(scored.status == 0)
      let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + name))
      #expect(bytes.starts(with: start), "\(name)")
      // An answer has an id, and may be counted as a case.
      let read = try await folder.dorsal("validate", name, "--ignore-unknown-columns")
      #expect(read.lines.last == "\(name): 300 cases can be read, 0 rows cannot")
    }
    let text = try await folder.dorsal(
      "score", "many.csv", "--output", "csv.arrow", "--format", "csv")
    #expect(text.status == 0)
    #expect(try folder.read("csv.arrow").hasPrefix("id,setting,"))
  }

  @Test func `packing and coexisting causes are refused where they have no place`() async throws {
    let folder = try Self.folder()
    let packed = try await folder.dorsal("score", "many.csv", "--compression", "zstd")
    #expect(packed.status == 64)
    #expect(packed.errors.contains("--compression goes with --format arrow alone"))
    let sets = try await folder.dorsal("score", "many.csv", "--format", "arrow", "--coexisting")
    #expect(sets.status == 64)
    #expect(sets.errors.contains("--coexisting has no columns in arrow"))
  }

  @Test func `a file that is cut off leaves no output`() async throws {
    let folder = try Self.folder()
    #expect(try await folder.shell("head -c 4000 many--zstd.arrow > cut.arrow").status == 0)
    let scored = try await folder.dorsal("score", "cut.arrow", "--output", "r.arrow")
    #expect(scored.status == 65)
    #expect(scored.errors.contains("the file ends early"))
    #expect(try !folder.names().contains("r.arrow"))
  }

  @Test func `verbs that look at whole tables ask for CSV`() async throws {
    let folder = try Self.folder()
    let mapped = try await folder.dorsal("map", "many--zstd.arrow")
    #expect(mapped.status == 65)
    #expect(mapped.errors.contains("columns of Arrow; expected CSV"))
  }
}
