import TestSupport
import Testing

/// Case files packed by gzip and zstd, by the programs of those names.
@Suite struct CompressionTests {
  /// A file of many blocks.
  private static func cases(_ count: Int) -> String {
    "id,sign,age,site\n"
      + (0..<count).map { "patient-\($0),\($0 % 3 == 0 ? "yes" : "no"),\($0 % 100),leg\n" }.joined()
  }

  @Test(arguments: ["gzip -k", "zstd -q -k"])
  func `a packed file gives the answers of the plain one`(program: String) async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases(60_000)])
    let plain = try await folder.dorsal("score", "cases.csv", "--top", "1")
    let name = program.split(separator: " ")[0]
    let file = "cases.csv." + (name == "gzip" ? "gz" : "zst")
    #expect(try await folder.shell("\(program) cases.csv").status == 0)
    let packed = try await folder.dorsal("score", file, "--top", "1")
    #expect(packed.status == 0)
    #expect(packed.output == plain.output)
    #expect(plain.lines.count == 60_001)
    #expect(packed.errors == "\(file): the file is compressed by \(name)\n")
    // By what it holds, not by its name; and from a pipe.
    let piped = try await folder.shell("\"$DORSAL\" score - --top 1 < \(file)")
    #expect(piped.output == plain.output)
    // Two files one behind the other are one, as for the programs.
    #expect(
      try await folder.shell(
        "printf 'last,yes,3,leg\\n' > rest && \(program) rest && cat \(file) rest.* > both"
      ).status == 0)
    let both = try await folder.dorsal("score", "both", "--top", "1")
    #expect(both.status == 0)
    #expect(both.lines.count == 60_002)
  }

  @Test(arguments: ["gzip -k", "zstd -q -k"])
  func `a packed file that is cut off or damaged is an error with its place`(
    program: String
  ) async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases(60_000)])
    let name = program.split(separator: " ")[0]
    let file = "cases.csv." + (name == "gzip" ? "gz" : "zst")
    let shell = try await folder.shell(
      """
      \(program) cases.csv
      head -c 20000 \(file) > cut
      head -c 20000 \(file) > torn && printf 'xxxxxxxxxxxxxxxx' >> torn
      tail -c +20020 \(file) >> torn
      """)
    #expect(shell.status == 0)
    for (damaged, words) in [("cut", "end early, at byte 20000 of"), ("torn", "are damaged: ")] {
      let outcome = try await folder.dorsal("score", damaged, "--output", "answers.csv")
      #expect(outcome.status == 65)
      #expect(
        outcome.errors.contains(/dorsal: \w+:\d+:1: the (gzip|zstd) data/), "\(outcome.errors)")
      #expect(outcome.errors.contains("the \(name) data \(words)"), "\(outcome.errors)")
      #expect(try !folder.names().contains("answers.csv"))
    }
  }

  /// A line of 1.5 GB in some kilobytes: it is rejected, in less memory than it would fill.
  @Test(.releaseOnly) func `a packed file that becomes a very large one takes no memory`()
    async throws
  {
    let folder = try WorkingFolder()
    let outcome = try await folder.shell(
      """
      { printf 'id,age\\na,'; head -c 1500000000 /dev/zero; printf '\\nb,20\\n'; } \
        | zstd -q > bomb.zst
      ulimit -v 1500000
      "$DORSAL" validate bomb.zst
      """)
    #expect(outcome.status == 3)
    #expect(outcome.output.contains("1 case can be read, 1 row cannot"), "\(outcome.errors)")
  }

  @Test func `what is packed twice, or packed and no text, is told`() async throws {
    let folder = try WorkingFolder(["cases.csv": "id,age\na,20\n"])
    _ = try await folder.shell(
      "gzip -c cases.csv | gzip -c > twice; head -c 99 /dev/zero | gzip > zeros")
    let twice = try await folder.dorsal("score", "twice")
    #expect(twice.status == 65)
    #expect(twice.errors.contains("compressed by gzip twice; expected text"))
    #expect(try await folder.dorsal("score", "zeros").status == 65)
  }
}
