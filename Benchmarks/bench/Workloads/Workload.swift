/// Something to time, which first proves that its answer is right.
protocol Workload: Sendable {
  /// Its name: what `--workload` takes.
  var name: String { get }
  /// What it does, for the report.
  var summary: String { get }
  /// How many threads it uses.
  var threads: Int { get }
  /// The cases of one run.
  var cases: Int { get }
  /// The least that one run costs by the design of the dense path.
  var cost: Cost { get }
  /// Compares the answer with that of plain loops in double precision.
  ///
  /// - Throws: `WrongAnswer` with the case that differs.
  /// - Returns: What else was learned on the way.
  func check() async throws -> Checked
  /// Does the work once.
  func run() async throws
}

/// What a run cannot do without, for the ratios to the machine's limits.
struct Cost: Sendable {
  /// Floating-point operations of the product of all indicators with the evidence.
  var operations: Double?
  /// Bytes that come from memory or go there.
  var memoryBytes: Double?
  /// Bytes of the file that is read.
  var fileBytes: Double?
}

/// What came out of a check.
struct Checked: Sendable {
  /// How many cases were compared.
  var cases = 0
  /// The most memory that a child process took, in MB of 10⁶ bytes.
  var peakMegabytes: Double?
}
