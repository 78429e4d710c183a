internal import DorsalCore
package import DorsalLearning

extension Evaluation {
  /// What the figures come to, in plain sentences: the ranking, the emergencies, the probabilities,
  /// and how much the cases can say.
  package var verdicts: [String] {
    guard coveredCount > 0 else {
      return ["No case has a diagnosis that the model has, so that nothing is said of its answers."]
    }
    return [rankingVerdict, emergencyVerdict, probabilityVerdict] + amountVerdict
  }

  private func measure(_ name: String) -> Measure? { measures.first { $0.name == name } }

  private var rankingVerdict: String {
    let (first, third) = (measure("top_1")?.valueText ?? "-", measure("top_3")?.valueText ?? "-")
    return
      "In \(first) of \(coveredCount) cases the diagnosis is first, in \(third) among the first 3."
  }

  private var emergencyVerdict: String {
    guard let found = measure("emergencies_given_urgent"), found.value != nil else {
      return
        "No case is an emergency that was triaged, so that nothing says whether they are found."
    }
    var text = "Of \(found.count) emergencies \(found.valueText) are given urgent or emergency"
    if found.interval != nil { text += " (95% interval \(found.intervalText))" }
    if let benign = measure("benign_given_emergency"), benign.value != nil {
      text += "; of \(benign.count) self-care and routine causes \(benign.valueText) an emergency"
    }
    return text + "."
  }

  private var probabilityVerdict: String {
    guard let event = events.first, let ratio = event.measure("expected_over_observed"),
      let range = ratio.interval
    else { return "Whether the probabilities are right cannot be judged by these cases." }
    let figure = "expected over observed \(ratio.text)"
    if range.lowerBound > 1 {
      return "The leading cause is right less often than its probability says: \(figure)."
    }
    if range.upperBound < 1 {
      return "The leading cause is right more often than its probability says: \(figure)."
    }
    if let slope = event.measure("slope"), let range = slope.interval {
      if range.upperBound < 1 {
        return "The probabilities of the leading cause are too near to 0 and 1: calibration slope "
          + "\(slope.text)."
      }
      if range.lowerBound > 1 {
        return "The probabilities of the leading cause are too far from 0 and 1: calibration slope "
          + "\(slope.text)."
      }
    }
    return "Nothing shows that the probability of the leading cause is wrong: \(figure)."
  }

  private var amountVerdict: [String] {
    guard coveredCount < Subgroup.fewCases else { return [] }
    return [
      "\(coveredCount) \(coveredCount == 1 ? "case is" : "cases are") few: the intervals are wide, and "
        + "figures of single causes say little."
    ]
  }

  /// How cases count, where they do not all count one.
  package var weightingLines: [String] {
    guard let weighting else { return [] }
    var lines: [String] = []
    let effective = NumberText.fixed(weighting.effectiveCount, decimals: 0)
    if let column = weighting.column {
      lines.append(
        "weighted by the column \"\(column)\": the cases say about as much as \(effective) that "
          + "count alike; numbers of cases are not weighted")
    }
    if let patients = weighting.patientCount {
      lines.append("cases of \(patients) patients; bootstrap samples are of patients")
    }
    if weighting.weightlessCount > 0 {
      lines.append("\(weighting.weightlessCount) cases of weight 0 are left out")
    }
    return lines
  }
}
