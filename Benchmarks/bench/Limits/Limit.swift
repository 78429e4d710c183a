/// What the machine can do at best, measured beside the workloads.
protocol Limit: Sendable {
  /// Its name in reports.
  var name: String { get }
  /// What it measures, for the report.
  var summary: String { get }
  /// How much one run handles: operations or bytes.
  var amount: Double { get }
  /// The unit of 10⁹ of them a second.
  var unit: String { get }
  /// Sees that the answer is right.
  func check() throws
  /// Does it once.
  func run() throws
}
