import Dorsal
import DorsalCore
import DorsalLearning

/// What an evaluation is asked for.
struct EvaluationOptions {
  private static let names = [
    "by", "weight", "patients", "visits", "rules", "bootstrap", "seed",
  ]

  /// How it is done.
  var evaluation = Evaluation.Options()
  /// Findings to give subgroups by.
  var findings: [Int] = []
  /// What else is kept of each case.
  var columns = CohortColumns()
  /// Whether it is counted what red-flag rules do.
  let countsRules: Bool

  /// The most samples that may be asked for.
  private static let mostSamples = 100_000

  /// Reads a JSON object; nothing stands for the usual.
  init(_ json: String?, model: Model) throws(InterfaceFault) {
    let options = try Options(json, allowed: Self.names)
    evaluation.draws =
      try options.integer("bootstrap", in: 0...Self.mostSamples) ?? evaluation.draws
    evaluation.seed = try options.seed("seed") ?? evaluation.seed
    countsRules = try options.flag("rules")
    for name in try options.texts("by") ?? [] {
      if let finding = model.index(ofFinding: name) {
        if !findings.contains(finding) { findings.append(finding) }
      } else if !columns.divisions.contains(try Self.checked(name, of: "by")) {
        columns.divisions.append(name)
      }
    }
    columns.weight = try Self.column("weight", options)
    let patients = try Self.column("patients", options)
    if try options.flag("visits") {
      guard patients == nil else {
        throw InterfaceFault(
          .argument, "visits and patients both say whose rows are; expected one of them")
      }
      columns.patients = .ids
    } else if let patients {
      columns.patients = .column(patients)
    }
  }

  private static func column(
    _ name: String, _ options: Options
  ) throws(InterfaceFault) -> String? {
    guard let column = try options.text(name) else { return nil }
    return try checked(column, of: name)
  }

  private static func checked(
    _ column: String, of name: String
  ) throws(InterfaceFault) -> String {
    guard !column.isEmpty else {
      throw InterfaceFault(.argument, "\(name): the column has an empty name")
    }
    return column
  }
}
