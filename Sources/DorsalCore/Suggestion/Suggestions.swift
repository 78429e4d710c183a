/// The unknown findings of a case, the one to ask for first in front, and whether asking is
/// worth it at all.
public struct Suggestions: Sendable {
  /// What findings are ordered by.
  public enum Order: String, Sendable, CaseIterable {
    /// The value over the burden; of two with the same, the information over the burden.
    case value
    /// The information over the burden.
    case information
    /// As one asks a patient: of what is worth its burden, what is asked comes before what is
    /// examined, and that before tests; within each as by value. Asking and examining are worth
    /// it too where they are expected to tell 0.02 bits (assumed), since value looks one finding ahead
    /// only, and would go from three questions to a scan.
    case dialogue
    /// As a clinician asks: age, sex, site and onset first; then danger signs, the findings that a red
    /// flag that can still hold hangs on alone, or with age or sex, those of an emergency in front;
    /// then as `dialogue`. Danger signs are what can be asked and can be absent.
    case interview
  }

  /// The findings, the one to ask for first in front.
  public let appraisals: [Appraisal]
  /// Whether no single finding is expected to save more than it costs to find out.
  ///
  /// It looks one finding ahead, as the appraisals do. Where the model has no burdens, it is
  /// whether no finding has any value.
  public let shouldStop: Bool
  /// Why, in a sentence.
  public let stopReason: String
  private let turns: Turns?

  /// Orders the appraisals of a case.
  ///
  /// - Parameters:
  ///   - appraisals: Of one case.
  ///   - model: The model it was scored with.
  ///   - order: What to order by. A finding without a burden counts as costing 1.
  ///   - sections: The sections that may be asked for, or nothing for all.
  /// - Complexity: O(findings · log findings).
  public init(
    _ appraisals: [Appraisal], model: Model, by order: Order = .value,
    only sections: [String]? = nil
  ) {
    let allowed = appraisals.filter { appraisal in
      sections?.contains(model.findings[appraisal.finding].section) ?? true
    }
    func perCost(_ number: Double, _ appraisal: Appraisal) -> Double {
      number / (model.findings[appraisal.finding].burden ?? 1)
    }
    let turns: Turns? =
      switch order {
      case .value, .information: nil
      case .dialogue: Turns(model: model, hasBeginning: false)
      case .interview: Turns(model: model, hasBeginning: true)
      }
    self.turns = turns
    let keyed = allowed.map { appraisal in
      (
        appraisal: appraisal, place: turns?.place(of: appraisal) ?? (0, 0),
        value: order == .information ? 0 : perCost(appraisal.value, appraisal),
        information: perCost(appraisal.information, appraisal)
      )
    }
    self.appraisals = keyed.sorted {
      $0.place != $1.place
        ? $0.place < $1.place
        : ($0.value, $0.information, $1.appraisal.finding)
          > ($1.value, $1.information, $0.appraisal.finding)
    }.map(\.appraisal)
    (shouldStop, stopReason) = Self.stop(allowed, model: model, wasLimited: sections != nil)
  }

  /// Whose turn a finding is; nothing in an order that has no turns.
  public func turn(of appraisal: Appraisal) -> Turn? { turns?.turn(of: appraisal) }

  private static func stop(
    _ appraisals: [Appraisal], model: Model, wasLimited: Bool
  ) -> (Bool, String) {
    let which = wasLimited ? "finding that may be asked for" : "finding"
    func perCost(_ appraisal: Appraisal) -> Double {
      appraisal.value / (model.findings[appraisal.finding].burden ?? 1)
    }
    guard let best = appraisals.max(by: { perCost($0) < perCost($1) }) else {
      return (true, "every \(which) is known")
    }
    guard appraisals.contains(where: { $0.value > 0 }) else {
      return (true, "no answer to a single \(which) changes the action of least expected loss")
    }
    let finding = model.findings[best.finding]
    let saved = NumberText.fixed(best.value, decimals: 4)
    let cost = finding.burden.map { " and costs \(NumberText.plain($0))" } ?? ""
    return best.value > finding.burden ?? 0
      ? (false, "\(finding.id) is expected to save \(saved)\(cost)")
      : (
        true,
        "no single \(which) is expected to save more than it costs; \(finding.id) comes nearest: it "
          + "is expected to save \(saved)\(cost)"
      )
  }
}

extension Appraisal {
  /// What the finding could change, in a sentence.
  package func reason(model: Model) -> String {
    guard let answer = changes.first else {
      return "no answer changes the leading cause or the urgency"
    }
    let finding = model.findings[finding]
    var parts: [String] = []
    if answer.changesLeader { parts.append("put \(model.causes[answer.leader].id) first") }
    if answer.changesUrgency {
      parts.append("make the urgency \(answer.urgency.rawValue)")
    } else if answer.saving > 0 {
      parts.append("make \(answer.action.rawValue) the action of least expected loss")
    }
    let others =
      switch changes.count - 1 {
      case 0: ""
      case 1: "; 1 other answer matters too"
      case let count: "; \(count) other answers matter too"
      }
    return "\(finding.states[answer.state]) (\(NumberText.percent(answer.probability))) would "
      + parts.joined(separator: " and ") + others
  }
}
