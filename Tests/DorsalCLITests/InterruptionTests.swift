import Foundation
import Testing

/// Runs that are disturbed while they read.
@Suite struct InterruptionTests {
  /// Feeds cases into the pipe `pipe` without end, until nobody reads it.
  private static let endless =
    "awk 'BEGIN { print \"id,sign\"; for (;;) print ++i (i % 9 ? \",present\" : \",presnt\") }'"

  /// Waits until a program has written to so many files that are not at their place yet.
  private static func wait(
    for count: Int, by running: Running, in folder: WorkingFolder
  ) async throws {
    for _ in 0..<6000 {
      if running.unfinishedCount(in: folder.path) >= count { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("fewer than \(count) unfinished files after a minute")
  }

  @Test(arguments: [(SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129)] as [(Int32, Int32)])
  func `an interrupted run leaves no partial file`(signal: Int32, status: Int32) async throws {
    let folder = try WorkingFolder(["out.csv": "old\n"])
    _ = try await folder.shell("mkfifo pipe")
    let feeder = try folder.startShell("\(Self.endless) > pipe")
    let running = try folder.start([
      "score", "pipe", "--output", "out.csv", "--rejects", "rejects.csv",
    ])
    try await Self.wait(for: 2, by: running, in: folder)
    running.send(signal)
    let outcome = try await running.outcome()
    _ = try await feeder.outcome()
    #expect(outcome.status == status)
    #expect(outcome.errors.contains("dorsal: "))
    #expect(try folder.names() == ["out.csv", "pipe"])
    #expect(try folder.read("out.csv") == "old\n")
  }

  @Test func `a run that is killed leaves no partial file`() async throws {
    let folder = try WorkingFolder(["out.csv": "old\n"])
    _ = try await folder.shell("mkfifo pipe")
    let feeder = try folder.startShell("\(Self.endless) > pipe")
    let running = try folder.start([
      "score", "pipe", "--output", "out.csv", "--rejects", "rejects.csv",
    ])
    try await Self.wait(for: 2, by: running, in: folder)
    running.send(SIGKILL)
    let outcome = try await running.outcome()
    _ = try await feeder.outcome()
    #expect(outcome.status == -SIGKILL)
    #expect(try folder.names() == ["out.csv", "pipe"])
    #expect(try folder.read("out.csv") == "old\n")
  }

  @Test func `a run that waits for its input can be interrupted`() async throws {
    let folder = try WorkingFolder()
    _ = try await folder.shell("mkfifo pipe")
    // Open for reading too, so that opening does not wait for the tool.
    let pipe = try #require(FileHandle(forUpdatingAtPath: folder.path + "/pipe"))
    try pipe.write(contentsOf: Data("id,sign\na,present\n".utf8))
    let running = try folder.start(["score", "pipe", "--output", "out.csv"])
    while !running.hasOpened(folder.path + "/pipe") {
      try await Task.sleep(for: .milliseconds(10))
    }
    running.send(SIGINT)
    let outcome = try await running.outcome()
    try pipe.close()
    #expect(outcome.status == 130)
    #expect(try folder.names() == ["pipe"])
  }

  @Test func `a file removed during the run is read to its end`() async throws {
    let folder = try WorkingFolder()
    // The tool can hold few of the blocks of this file: when its first answer is there and
    // nobody takes the others, most of the file is still to be read.
    let outcome = try await folder.shell(
      """
      awk 'BEGIN { print "id,sign"; for (i = 1; i <= 300000; i++) print i ",present" }' > cases.csv
      mkfifo answers
      "$DORSAL" score cases.csv --top 1 > answers & tool=$!
      exec 3< answers
      read -r header <&3
      rm cases.csv answers
      cat <&3 > rest.csv
      wait $tool; status=$?
      wc -l < rest.csv; tail -n 1 rest.csv; exit $status
      """)
    #expect(outcome.status == 0)
    try #require(outcome.lines.count == 2)
    #expect(outcome.lines[0] == "300000")
    #expect(outcome.lines[1].hasPrefix("300000,primary_care,"))
    #expect(outcome.lines[1].hasSuffix(",1,0.333,tumour,0.5"))
    #expect(outcome.errors.isEmpty)
    #expect(try folder.names() == ["rest.csv"])
  }

  @Test func `an input that cannot be read is told and leaves no file`() async throws {
    let folder = try WorkingFolder()
    // The first page of a process is never mapped: reading it is an input error.
    let outcome = try await folder.dorsal("score", "/proc/self/mem", "--output", "out.csv")
    #expect(outcome.status == 74)
    #expect(outcome.errors.contains("dorsal: /proc/self/mem: cannot be read"))
    #expect(try folder.names() == [])
  }

  @Test(arguments: ["score", "validate", "evaluate"])
  func `an input that is not there is told`(verb: String) async throws {
    let folder = try WorkingFolder()
    let missing = try await folder.dorsal(verb, "cases.csv")
    #expect(missing.status == 66)
    #expect(missing.errors == "dorsal: cases.csv: no such file\n")
    let aFolder = try await folder.dorsal(verb, "Models")
    #expect(aFolder.status == 66)
    #expect(aFolder.errors.contains("Models: is a folder; expected a case file"))
  }
}
