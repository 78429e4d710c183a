import ArgumentParser
import Dorsal
import FoundationEssentials

/// How `dorsal evaluate` evaluates.
struct EvaluateOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Bootstrap samples behind the intervals; 0 for none.", valueName: "samples"))
  var bootstrap = 1000

  @Option(name: .long, help: "Where the random numbers of the bootstrap begin.")
  var seed: UInt64 = 1

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Findings or columns to give subgroups by, with commas: sex,setting,ward.",
      valueName: "columns"))
  var by: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The column of the weights of cases, as surveys have them.", valueName: "column"))
  var weight: String?

  @Flag(
    name: .long, help: "Rows with one id are visits of one patient; samples are of patients.")
  var visits = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The column that says whose visit a row is; samples are of patients.", valueName: "column"))
  var patients: String?

  @Flag(name: .long, help: "What each red-flag rule does, and what leaving it out changes.")
  var rules = false

  @Option(
    name: .long,
    help: ArgumentHelp("Write one self-contained page as well.", valueName: "file"))
  var report: String?

  @Option(name: .long, help: "How many threads to work on; figures do not depend on it.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  @Flag(name: .long, help: "No progress bar.")
  var quiet = false

  func validate() throws {
    if !(0...OptionRange.mostSamples).contains(bootstrap) {
      throw ValidationError(
        "--bootstrap \(bootstrap): expected 0 or more, at most \(OptionRange.mostSamples)")
    }
    try OptionRange.checkThreads(threads)
    if visits, patients != nil {
      throw ValidationError("--visits and --patients both say whose rows are; expected one of them")
    }
    for (name, column) in [("--weight", weight), ("--patients", patients)] where column == "" {
      throw ValidationError("\(name): the column has an empty name")
    }
  }

  /// The options of the library.
  var evaluation: Evaluation.Options {
    var options = Evaluation.Options()
    options.draws = bootstrap
    options.seed = seed
    options.threads = threads
    return options
  }

  /// What to give subgroups by: findings as indices, and columns that are none.
  func divisions(of model: Model) throws -> (findings: [Int], columns: CohortColumns) {
    var findings: [Int] = []
    var columns = CohortColumns()
    columns.weight = weight
    columns.patients = visits ? .ids : patients.map(CohortColumns.Patients.column) ?? .rows
    for name in by?.split(separator: ",", omittingEmptySubsequences: false) ?? [] {
      let id = name.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      if id.isEmpty { throw ValidationError("--by: a name is empty; expected findings or columns") }
      if let finding = model.index(ofFinding: id) {
        if !findings.contains(finding) { findings.append(finding) }
      } else if !columns.divisions.contains(id) {
        columns.divisions.append(id)
      }
    }
    return (findings, columns)
  }
}
