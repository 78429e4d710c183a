/// Something to time, which first proves that its answer is right.
protocol Workload {
  /// Its name in the report.
  var name: String { get }
  /// What one run handles: cases, or nothing where it has none.
  var cases: Int? { get }
  /// The floating-point operations of one run that a matrix product takes.
  var operations: Double? { get }
  /// How many threads it uses.
  var threads: Int { get }
  /// Compares the answer with an obvious one.
  ///
  /// - Returns: What is wrong, or nothing.
  func check() async throws -> String?
  /// Does the work once.
  func run() async throws
}
