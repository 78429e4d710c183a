import Testing

/// Output files appear whole or not at all, and answers that cannot be written are an error.
@Suite struct OutputTests {
  /// A file with some hundred kilobytes of answers: more than a pipe holds.
  private static func manyCases(_ folder: WorkingFolder, count: Int = 20_000) throws {
    let rows = (0..<count).map { "\($0),present\n" }.joined()
    try folder.write("id,sign\n" + rows, to: "cases.csv")
  }

  @Test func `a file gets what standard output would get`() async throws {
    let folder = try WorkingFolder(["cases.csv": "id,sign\na,present\nb,absent\n"])
    let printed = try await folder.dorsal("score", "cases.csv")
    let dash = try await folder.dorsal("score", "cases.csv", "--output", "-")
    let written = try await folder.dorsal("score", "cases.csv", "--output", "out.csv")
    let short = try await folder.dorsal("score", "cases.csv", "-o", "short.csv")
    for outcome in [printed, dash, written, short] {
      #expect(outcome.status == 0)
      #expect(outcome.errors.isEmpty)
    }
    #expect(printed.lines.count == 3)
    #expect(dash.output == printed.output)
    #expect(written.output.isEmpty)
    #expect(try folder.read("out.csv") == printed.output)
    #expect(try folder.read("short.csv") == printed.output)
    #expect(try folder.names() == ["cases.csv", "out.csv", "short.csv"])
  }

  @Test func `an existing file is replaced by a run that ends well`() async throws {
    let folder = try WorkingFolder(["cases.csv": "id,sign\na,present\n", "out.csv": "old\n"])
    let outcome = try await folder.dorsal("score", "cases.csv", "--output", "out.csv")
    #expect(outcome.status == 0)
    #expect(try folder.read("out.csv").hasPrefix("id,setting,"))
    #expect(try folder.names() == ["cases.csv", "out.csv"])
  }

  @Test func `rejected rows keep no answer from its file`() async throws {
    let folder = try WorkingFolder([
      "cases.csv": "id,sign\na,present\nb,presnt\n", "out.csv": "old\n",
    ])
    let outcome = try await folder.dorsal(
      "score", "cases.csv", "--output", "out.csv", "--rejects", "rejects.csv")
    #expect(outcome.status == 3)
    #expect(PlainCSV.rows(try folder.read("out.csv")).map(\.[0]) == ["id", "a"])
    let rejects = PlainCSV.rows(try folder.read("rejects.csv"))
    #expect(rejects.map { $0[...2] } == [["line", "column", "id"], ["3", "3", "b"]])
    #expect(try folder.names() == ["cases.csv", "out.csv", "rejects.csv"])
  }

  @Test func `a file that no run could follow stays as it was`() async throws {
    let folder = try WorkingFolder(["cases.csv": "id,sgin\na,present\n", "out.csv": "old\n"])
    let outcome = try await folder.dorsal("score", "cases.csv", "--output", "out.csv")
    #expect(outcome.status == 65)
    #expect(try folder.read("out.csv") == "old\n")
    #expect(try folder.names() == ["cases.csv", "out.csv"])
  }

  @Test func `a link stays a link and its file is replaced`() async throws {
    let folder = try WorkingFolder(["cases.csv": "id,sign\na,present\n", "real.csv": "old\n"])
    let outcome = try await folder.shell(
      "ln -s real.csv out.csv && \"$DORSAL\" score cases.csv --output out.csv && readlink out.csv")
    #expect(outcome.status == 0)
    #expect(outcome.output == "real.csv\n")
    #expect(try folder.read("real.csv").hasPrefix("id,setting,"))
    #expect(try folder.names() == ["cases.csv", "out.csv", "real.csv"])
  }

  @Test(arguments: ["no/such/out.csv", "Models"], ["--output", "--rejects"])
  func `a place where no file can be is told`(path: String, option: String) async throws {
    let folder = try WorkingFolder(["cases.csv": "id,sign\na,present\n"])
    let outcome = try await folder.dorsal("score", "cases.csv", option, path)
    #expect(outcome.status == 73)
    #expect(outcome.errors.contains("dorsal: \(path): "))
    #expect(try folder.names() == ["cases.csv"])
  }

  @Test(arguments: [
    "score cases.csv", "score cases.csv --format jsonl", "validate cases.csv",
    "explain cases.csv --id a", "evaluate cases.csv", "evaluate cases.csv --json", "model check",
    "model show tumour", "score cases.csv --output /dev/stdout",
  ])
  func `a full disk behind standard output is an error`(command: String) async throws {
    let folder = try WorkingFolder(["cases.csv": "id,sign,diagnosis\na,present,tumour\n"])
    let outcome = try await folder.shell("\"$DORSAL\" \(command) > /dev/full")
    #expect(outcome.status == 74)
    #expect(outcome.errors.contains("the disk is full"))
  }

  @Test(arguments: ["--output /dev/full", "--output out.csv --rejects /dev/full"])
  func `a full disk leaves no file behind`(options: String) async throws {
    let folder = try WorkingFolder(["cases.csv": "id,sign\na,present\nb,presnt\n"])
    let outcome = try await folder.shell("\"$DORSAL\" score cases.csv \(options)")
    #expect(outcome.status == 74)
    #expect(outcome.errors.contains("dorsal: /dev/full: the disk is full"))
    #expect(try folder.names() == ["cases.csv"])
  }

  @Test(arguments: ["--output", "--rejects"])
  func `a file that must not grow further leaves nothing behind`(option: String) async throws {
    // 20000 answers, and 20000 rejected rows behind them.
    let folder = try WorkingFolder(["out.csv": "old\n"])
    try Self.manyCases(folder)
    let cases = try folder.read("cases.csv")
    try folder.write(cases + cases.dropFirst("id,sign\n".count), to: "cases.csv")
    let outcome = try await folder.shell(
      "ulimit -f 200; \"$DORSAL\" score cases.csv \(option) out.csv > /dev/null 2> messages; "
        + "status=$?; head -c 2000 messages | grep dorsal: ; rm messages; exit $status")
    #expect(outcome.status == 74)
    if option == "--rejects" { #expect(outcome.output.contains("out.csv: ")) }
    #expect(try folder.read("out.csv") == "old\n")
    #expect(try folder.names() == ["cases.csv", "out.csv"])
  }

  @Test func `a pipe that is closed ends the run with an error and no noise`() async throws {
    let folder = try WorkingFolder()
    try Self.manyCases(folder)
    let outcome = try await folder.shell(
      "\"$DORSAL\" score cases.csv | head -n 1; exit ${PIPESTATUS[0]}")
    #expect(outcome.status == 74)
    #expect(outcome.lines.count == 1)
    #expect(outcome.output.hasPrefix("id,setting,"))
    #expect(
      outcome.errors == "dorsal: standard output: was closed before everything was written\n")
  }

  @Test func `answers and rejected rows do not share a file`() async throws {
    let folder = try WorkingFolder(["cases.csv": "id,sign\na,present\n"])
    for rejects in ["out.csv", "./out.csv", "Models/../out.csv", folder.path + "/out.csv"] {
      let outcome = try await folder.dorsal(
        "score", "cases.csv", "--output", "out.csv", "--rejects", rejects)
      #expect(outcome.status == 64)
      #expect(outcome.errors.contains("--output and --rejects"))
      #expect(try folder.names() == ["cases.csv"])
    }
  }
}
