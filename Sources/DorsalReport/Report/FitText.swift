package import DorsalCore
package import DorsalLearning

extension FitCheck {
  /// The figures before and after, and what they come to.
  ///
  /// - Parameters:
  ///   - model: The prior model.
  ///   - weight: The weight that it was fitted with.
  package func text(model: Model, weight: Double) -> String {
    var table = TextTable([
      ("\(caseCount) cases, each by a fit to the other \(max(foldCount - 1, 1)) folds", .left),
      ("before", .right), ("after", .right),
    ])
    table.append([
      "log loss (nats)", NumberText.fixed(before.logLoss, decimals: 4),
      NumberText.fixed(after.logLoss, decimals: 4),
    ])
    table.append([
      "diagnosis ranked first", NumberText.percent(before.first), NumberText.percent(after.first),
    ])
    table.append([
      "diagnosis in the first 3", NumberText.percent(before.firstThree),
      NumberText.percent(after.firstThree),
    ])
    table.append([
      "emergencies in the first 3, of \(emergencyCount)", "\(before.emergencies)",
      "\(after.emergencies)",
    ])
    var lines = table.lines
    lines.append("weight of the prior model: \(NumberText.plain(weight))")
    if !isConverged { lines.append("NOT converged: the shifts had not come to rest") }
    let shown = movedPriors.prefix(10)
    for prior in shown {
      lines.append(
        "prior of \(prior.cause) in \(prior.setting): \(NumberText.significant(prior.before)) to "
          + "\(NumberText.significant(prior.after)), more than threefold")
    }
    if movedPriors.count > shown.count {
      lines.append("... and \(movedPriors.count - shown.count) more")
    }
    lines.append(sentence)
    return lines.map { $0 + "\n" }.joined()
  }

  /// Whether the fit helps, in a sentence.
  package var sentence: String {
    let low = NumberText.fixed(gain - 1.96 * gainError, decimals: 3)
    let high = NumberText.fixed(gain + 1.96 * gainError, decimals: 3)
    if caseCount < Self.fewestCases {
      return "\(caseCount) cases are too few to tell whether the fit helps; at least "
        + "\(Self.fewestCases) are needed"
    }
    var text =
      gain > 0
      ? "The fit is better by \(NumberText.fixed(gain, decimals: 3)) nats a case (\(low) to "
        + "\(high))"
      : "No evidence that the fit helps: log loss worse by "
        + "\(NumberText.fixed(-gain, decimals: 3)) nats a case"
    if gain > 0, gain - 1.96 * gainError <= 0 { text += ", which may be chance" }
    if after.emergencies < before.emergencies {
      text +=
        "; of \(emergencyCount) emergencies \(lostEmergencies) fell out of the first 3 and "
        + "\(gainedEmergencies) came in"
        + (objections.contains(.emergencies) ? ", more than chance" : ", as chance may have it")
    }
    return text
  }
}

extension LocalCases {
  /// How many cases were counted and how many were not, as a line.
  package var countText: String {
    "\(countedCount) cases counted, \(ambiguousCount) with several diagnoses and "
      + "\(unlabelledCount) without one not counted\n"
  }

  /// Why nothing could be counted; nothing where cases were.
  ///
  /// - Parameter label: The column of the causes.
  package func emptyText(label: String = "diagnosis") -> String? {
    if countedCount > 0 { return nil }
    return caseCount == 0 && rejectedCount == 0
      ? "no cases; expected at least one row"
      : "no case has one diagnosis; expected a column \"\(label)\""
  }
}

extension LocalFit.Fitted {
  /// The weight of every finding where the cases chose it, as a line; else empty.
  ///
  /// - Parameter given: The weight that was asked for.
  package func findingWeightText(given: Double?) -> String {
    guard given == nil, let findingWeight else { return "" }
    return "weight of every finding: \(findingWeight), chosen by cross-validation\n"
  }
}
