internal import DorsalNumerics

/// The one reason that names why a case has its urgency: the most urgent rule that holds, where
/// rules ask for it; otherwise the expected loss, with the cause that counts most in it.
package enum LeadingReason: Sendable, Hashable {
  /// A rule, as an index into `model.redFlags`.
  case redFlag(Int)
  /// The action of least expected loss, and the cause that counts most against the next less
  /// urgent one; nothing where no cause does, as for the least urgent.
  case expectedLoss(Urgency, cause: Int?)

  /// The reason in a word: `red_flag:fever`, `expected_loss:aortic_dissection`, `expected_loss`.
  package func text(model: Model) -> String {
    switch self {
    case .redFlag(let rule): "red_flag:\(model.redFlags[rule].rule)"
    case .expectedLoss(_, .some(let cause)): "expected_loss:\(model.causes[cause].id)"
    case .expectedLoss: "expected_loss"
    }
  }

  /// The urgency that it is the reason of.
  package func urgency(model: Model) -> Urgency {
    switch self {
    case .redFlag(let rule): model.redFlags[rule].urgency
    case .expectedLoss(let action, _): action
    }
  }
}

extension UrgencyReasons {
  /// The reason that names the urgency.
  package func leading(model: Model) -> LeadingReason {
    if let rule = redFlags.first, model.redFlags[rule].urgency >= expectedLossUrgency {
      return .redFlag(rule)
    }
    return .expectedLoss(expectedLossUrgency, cause: causes.first?.cause)
  }
}

extension Triage {
  /// Every reason that a case can have, numbered for `leadingReasons`.
  package var reasons: [LeadingReason] {
    rules.order.map(LeadingReason.redFlag)
      + Urgency.allCases.flatMap { action in
        [LeadingReason.expectedLoss(action, cause: nil)]
          + model.causes.indices.map { .expectedLoss(action, cause: $0) }
      }
  }

  /// The leading reason of each case, as an index into `reasons`: what `UrgencyReasons.leading`
  /// says, for many cases.
  ///
  /// - Complexity: O(cases × causes), O(cases) where a rule is the reason.
  package func leadingReasons(of assessment: Assessment, posteriors: Posteriors) -> [Int32] {
    let elements = posteriors.matrix.elements.span
    let causes = posteriors.matrix.columnCount
    return (0..<posteriors.matrix.rowCount).map { index in
      let action = assessment.expectedLossUrgency(of: index)
      if let place = assessment.firstRule(of: index), rules.urgencies[place] >= action {
        return Int32(place)
      }
      var best: (cause: Int, saving: Double)?
      for item in savings[action.rank] {
        let own = item.saving * Double(elements[index * causes + item.cause])
        if own > best?.saving ?? -1 { best = (item.cause, own) }
      }
      let first = rules.order.count + action.rank * (causes + 1)
      return Int32(first + (best.map { $0.cause + 1 } ?? 0))
    }
  }
}
