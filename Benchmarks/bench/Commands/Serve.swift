import ArgumentParser
import Dorsal
import Foundation

/// `dorsal-bench serve`: one workload, run each time a line asks for it, so that another
/// program can time it in turn with other tools.
struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run a workload once for each line `run` on standard input.",
    discussion: """
      The answer is checked first. Then a line of JSON says what is ready, and each `run` is \
      answered by the seconds that it took.
      """)

  @Argument(help: "The folder that generate wrote.")
  var folder: String

  @Option(name: .long, help: "The workload.")
  var workload: WorkloadName

  @Option(name: .long, help: "How many threads, where it is parallel.")
  var threads = 1

  func run() async throws {
    let subject = try Subject(generated: folder)
    guard let workload = try workload.workloads(of: subject, threads: [threads]).first else {
      throw WrongAnswer("\(workload.rawValue) cannot be served")
    }
    let checked = try await workload.check()
    say([
      ("ready", .string(workload.name)), ("version", .string(Machine.commit)),
      ("cases", .integer(workload.cases)), ("checked", .integer(checked.cases)),
      ("threads", .integer(workload.threads)), ("peak_mb", .optional(checked.peakMegabytes)),
    ])
    while readLine() == "run" {
      let time = try await Duration.of { try await workload.run() }
      say([("seconds", .number(time.wall)), ("processor", .number(time.processor))])
    }
  }

  private func say(_ members: [(key: String, value: JSONValue)]) {
    let line = JSONValue.object(members).text + "\n"
    FileHandle.standardOutput.write(Data(line.utf8))
  }
}
