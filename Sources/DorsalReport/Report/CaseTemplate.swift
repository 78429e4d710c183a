package import DorsalCore

/// An empty case file: a header with the columns of a model.
package struct CaseTemplate {
  private let model: Model
  private let findings: [Int]
  private let hasExample: Bool

  /// Prepares a file.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - onlyRequired: Whether only those findings have a column that rules of urgency look at:
  ///     without them nobody is found urgent by a rule.
  ///   - hasExample: Whether a row shows what each column may hold.
  package init(_ model: Model, onlyRequired: Bool, hasExample: Bool) {
    self.model = model
    self.hasExample = hasExample
    let looked = Set(model.redFlags.flatMap { $0.conditions.map(\.finding) })
    findings = model.findings.indices.filter {
      !onlyRequired || $0 == model.settingFinding || looked.contains($0)
    }
  }

  /// Prepares a file with what scores ask for.
  ///
  /// - Parameters:
  ///   - scores: The scores of the model.
  ///   - asked: The indices of those whose columns the file has.
  ///   - hasExample: Whether a row shows what each column may hold.
  package init(_ scores: ClinicalScores, asked: [Int], hasExample: Bool) {
    self.model = scores.reading
    self.hasExample = hasExample
    findings = asked.flatMap(scores.inputs).uniqued()
  }

  /// The file.
  package var csv: [UInt8] {
    let header = ["id"] + findings.map { model.findings[$0].id } + ["diagnosis"]
    let example =
      ["example"] + findings.map { Self.example(of: model.findings[$0]) } + [model.causes[0].id]
    return ModelWriter.csv(header, hasExample ? [example] : [])
  }

  /// A value that a finding may have: its first state; of numbers one of the second state, as
  /// the first is often that of children.
  private static func example(of finding: Finding) -> String {
    guard finding.kind == .number else { return finding.states[0] }
    let least = finding.edges.first ?? finding.range?.upperBound ?? 1
    let (low, high) =
      finding.edges.count > 1
      ? (finding.edges[0], finding.edges[1]) : (finding.range?.lowerBound ?? least - 1, least)
    let middle = (low + high) / 2
    return NumberText.plain(
      middle.rounded() > low && middle.rounded() < high ? middle.rounded() : middle)
  }
}
