import Foundation

/// A run as it is kept: what `--json` writes and `compare` reads.
struct RunRecord: Codable, Sendable {
  /// A limit of the machine.
  struct LimitRow: Codable, Sendable {
    let name: String
    let summary: String
    let unit: String
    /// The median rate, in the unit, by processor time.
    let rate: Double
    let bestRate: Double
    let times: Times
  }

  /// A workload.
  struct WorkloadRow: Codable, Sendable {
    let name: String
    let summary: String
    let threads: Int
    let cases: Int
    /// How many cases were compared with plain loops in double precision before.
    let checkedCases: Int
    let medianSeconds: Double
    let p10Seconds: Double
    let p90Seconds: Double
    /// The median processor time of a run, of all threads.
    let processorSeconds: Double
    let casesPerSecond: Double
    let nanosecondsPerCaseAndCause: Double
    /// Of the tool's process, where the workload is one.
    let peakMegabytes: Double?
    /// By processor time: the rate of the dense product, were there no other work, over that
    /// of `sgemm`.
    let shareOfSgemm: Double?
    /// The rate of the bytes that have to move, over that of memory.
    let shareOfMemory: Double?
    /// The rate of the file's bytes over that of reading them alone.
    let shareOfFileScan: Double?
    let times: Times
  }

  /// A model and its cases.
  struct SubjectRecord: Codable, Sendable {
    let name: String
    let modelVersion: String
    let modelChecksum: String
    let findings: Int
    let states: Int
    let causes: Int
    let cases: Int
    let knownFindingsPerCase: Double
    let limits: [LimitRow]
    let workloads: [WorkloadRow]
  }

  let machine: Machine
  let rounds: Int
  let subjects: [SubjectRecord]

  /// The record as JSON, keys in snake case.
  func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    return try encoder.encode(self) + Data("\n".utf8)
  }

  /// Reads a record.
  ///
  /// - Throws: `WrongAnswer` where the file is no record.
  init(file: String) throws {
    guard let bytes = FileManager.default.contents(atPath: file) else {
      throw WrongAnswer("\(file): cannot be read")
    }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    do {
      self = try decoder.decode(RunRecord.self, from: bytes)
    } catch {
      throw WrongAnswer("\(file): not what dorsal-bench run --json writes: \(error)")
    }
  }

  init(machine: Machine, rounds: Int, subjects: [SubjectRecord]) {
    self.machine = machine
    self.rounds = rounds
    self.subjects = subjects
  }
}
