/// Whose turn it is in a dialogue: what is asked, what is examined, or what is tested.
struct DialogueTurns {
  private let findings: [Finding]
  private let leastBurden: Double

  /// How many bits make asking or examining worth it by themselves; assumed, no study has it.
  private static let enough = 0.02
  private static let test = 2
  /// The turn of what is not worth its burden: behind all others.
  private static let last = 3

  init(model: Model) {
    findings = model.findings
    leastBurden = model.findings.compactMap(\.burden).min() ?? 0
  }

  /// The turn of a finding, 0 for the first.
  func turn(of appraisal: Appraisal) -> Int {
    let finding = findings[appraisal.finding]
    let turn = turn(of: finding)
    let isWorthIt =
      appraisal.value > finding.burden ?? 0
      || turn < Self.test && appraisal.information >= Self.enough
    return isWorthIt ? turn : Self.last
  }

  /// What costs no more than any question is asked, whatever its section.
  private func turn(of finding: Finding) -> Int {
    if let burden = finding.burden, burden <= leastBurden { return 0 }
    return switch finding.section {
    case "tests": Self.test
    case "examination", "neurology": 1
    default: 0
    }
  }
}
