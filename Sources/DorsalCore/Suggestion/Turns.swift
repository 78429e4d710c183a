/// Whose turn a finding is in a dialogue. Those of an earlier turn are asked for first.
public enum Turn: String, Sendable, CaseIterable {
  /// Age, sex, site and onset: where every conversation begins.
  case first
  /// What a red flag hangs on alone, and what is asked rather than examined or tested.
  case dangerSign = "danger_sign"
  /// What is asked, or costs no more than any question.
  case question
  /// What is examined.
  case examination
  /// What is tested.
  case test
  /// What is not worth its burden.
  case rest
}

/// Gives each finding its turn.
struct Turns: Sendable {
  private let model: Model
  private let hasBeginning: Bool
  private let leastBurden: Double

  /// The findings that come first, by their ids; a model may lack some.
  private static let first = ["age", "sex", "site", "onset"]
  /// The findings that say who the patient is. A red flag that hangs on one of them and on another
  /// finding hangs on that one: nobody is asked for an age as for a danger sign.
  static let patient: Set = ["age", "sex"]
  /// How many bits make asking or examining worth it by themselves; assumed, no study has it.
  private static let enough = 0.02

  /// - Parameter hasBeginning: Whether first findings and danger signs have turns of their own.
  init(model: Model, hasBeginning: Bool) {
    (self.model, self.hasBeginning) = (model, hasBeginning)
    leastBurden = model.findings.compactMap(\.burden).min() ?? 0
  }

  /// The turn of a finding.
  func turn(of appraisal: Appraisal) -> Turn {
    let finding = model.findings[appraisal.finding]
    if hasBeginning {
      if Self.first.contains(finding.id) { return .first }
      if appraisal.danger != nil, finding.absence != nil, !Self.isFound(finding) {
        return .dangerSign
      }
    }
    let turn = turn(of: finding)
    let isWorthIt =
      appraisal.value > finding.burden ?? 0
      || turn != .test && appraisal.information >= Self.enough
    return isWorthIt ? turn : .rest
  }

  /// Where a finding stands, the least in front. Within first findings the order is their own, and
  /// within danger signs the most urgent stand in front; elsewhere places are alike.
  func place(of appraisal: Appraisal) -> (turn: Int, place: Int) {
    let turn = turn(of: appraisal)
    let place =
      switch turn {
      case .first: Self.first.firstIndex(of: model.findings[appraisal.finding].id) ?? 0
      // The order of the model keeps together what a record has together.
      case .dangerSign:
        -(appraisal.danger?.rank ?? 0) * model.findings.count + appraisal.finding
      default: 0
      }
    return (Turn.allCases.firstIndex(of: turn) ?? 0, place)
  }

  /// What costs no more than any question is asked, whatever its section.
  private func turn(of finding: Finding) -> Turn {
    if let burden = finding.burden, burden <= leastBurden { return .question }
    return switch finding.section {
    case "tests": .test
    case "examination", "neurology": .examination
    default: .question
    }
  }

  /// Whether a finding comes of an examination or a test, so that nobody can be asked for it.
  private static func isFound(_ finding: Finding) -> Bool {
    ["examination", "tests"].contains(finding.section)
  }
}

extension Finding {
  /// The state that says that it is not there; nothing where none does.
  package var absence: Int? { states.firstIndex { ["absent", "none"].contains($0) } }
}
