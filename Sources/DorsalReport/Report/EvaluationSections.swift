package import DorsalCore
package import DorsalLearning

extension Evaluation.Measure {
  /// The figure for people: a share in percent, others with three decimals.
  package var valueText: String { value.map(show) ?? "-" }

  /// The interval for people.
  package var intervalText: String {
    interval.map { "\(show($0.lowerBound)) to \(show($0.upperBound))" } ?? "-"
  }

  /// The figure with its interval in brackets.
  package var text: String {
    guard let value else { return "-" }
    return show(value)
      + (interval.map { " (\(show($0.lowerBound)) to \(show($0.upperBound)))" } ?? "")
  }

  private func show(_ value: Double) -> String {
    if isShare { return NumberText.fixed(100 * value, decimals: 1) + "%" }
    if name == "spiegelhalter_p", value < 0.001 { return "<0.001" }
    // Errors and net benefits of a rare event are small.
    let small = ["calibration_error", "classwise_calibration_error", "calibration_error_plain"]
    return NumberText.fixed(value, decimals: small.contains(name) ? 4 : 3)
  }
}

extension SetCoverage {
  /// What the sets were made for and how large they are, in a line.
  package var heading: String {
    let size = NumberText.fixed(meanSize, decimals: 2)
    return "prediction sets for a coverage of \(NumberText.percent(stated)): \(size) causes on "
      + "average, \(sizes[1]) of \(held.count) sets have one"
  }

  /// Rows of all cases, each urgency and each diagnosis, with the share of sets that hold the
  /// diagnosis and how many cases there are.
  package func rows(model: Model) -> [(name: String, held: Evaluation.Measure)] {
    [("all", held)] + urgencies.map { ("urgency \($0.kind.rawValue)", $0.held) }
      + causes.map { (model.causes[$0.kind].id, $0.held) }
  }

  /// The sets as lines of text.
  func lines(model: Model) -> [String] {
    var table = TextTable([
      ("diagnosis", .left), ("in the set", .right), ("95% interval", .left), ("cases", .right),
    ])
    for row in rows(model: model) {
      table.append([row.name, row.held.valueText, row.held.intervalText, "\(row.held.count)"])
    }
    return [heading, ""] + table.lines
  }
}

extension Evaluation.Event {
  /// The event as lines of text.
  var lines: [String] {
    var table = TextTable([("figure", .left), ("value", .right), ("95% interval", .left)])
    for measure in measures {
      table.append([measure.title, measure.valueText, measure.intervalText])
    }
    for (name, parts) in [("Brier score", brier), ("log loss", logLoss)] {
      guard let parts else { continue }
      table.append(["\(name): miscalibration", NumberText.fixed(parts.miscalibration, decimals: 4)])
      table.append(["\(name): discrimination", NumberText.fixed(parts.discrimination, decimals: 4)])
      table.append(["\(name): uncertainty", NumberText.fixed(parts.uncertainty, decimals: 4)])
    }
    let counted =
      observed == Double(events) ? "" : ", \(NumberText.fixed(observed, decimals: 1)) weighted"
    let heading =
      "\(title): \(events) of \(count) cases\(counted), "
      + "\(NumberText.fixed(expected, decimals: 1)) expected"
    return [heading, ""] + table.lines
  }
}

extension DecisionCurve {
  /// The curve as lines of text.
  var lines: [String] {
    var table = TextTable([
      ("threshold", .right), ("on the probability", .left), ("on everyone", .left),
      ("as triaged", .left),
    ])
    for point in points {
      let mark = point.threshold == lossThreshold ? "*" : ""
      table.append([
        mark + NumberText.percent(point.threshold), point.model.text, point.everyone.text,
        point.triage.text,
      ])
    }
    let note = lossThreshold == nil ? "" : "; * the threshold of the model's losses"
    return ["net benefit of acting where \(title) (of acting on nobody: 0)\(note)", ""]
      + table.lines
  }
}

extension Evaluation {
  /// Under- and over-triage of each urgency.
  var triageRateLines: [String] {
    var table = TextTable([
      ("urgency of the cause", .left), ("less urgency", .left), ("its own", .left),
      ("more urgency", .left), ("cases", .right),
    ])
    for row in triageRows {
      table.append([
        row.own.rawValue, row.under.text, row.right.text, row.over.text, "\(row.under.count)",
      ])
    }
    return table.lines
  }

  /// The parts of the multiclass scores.
  var decompositionLines: [String] {
    guard let brier, let logLoss else { return [] }
    var table = TextTable([
      ("all causes", .left), ("score", .right), ("miscalibration", .right),
      ("discrimination", .right), ("uncertainty", .right),
    ])
    for (name, parts) in [("Brier score", brier), ("log loss", logLoss)] {
      table.append(
        [name]
          + [parts.score, parts.miscalibration, parts.discrimination, parts.uncertainty].map {
            NumberText.fixed($0, decimals: 4)
          })
    }
    return [""] + table.lines
  }

  /// Each cause against the rest: those that have cases.
  var causeEventLines: [String] {
    var table = TextTable([
      ("cause against the rest", .left), ("cases", .right), ("expected", .right),
      ("AUROC", .left), ("average precision", .left), ("expected/observed", .left),
      ("slope", .left), ("calibration error", .left),
    ])
    for event in causeEvents where event.events > 0 {
      func text(_ name: String) -> String { event.measure(name)?.text ?? "-" }
      table.append([
        event.name, "\(event.events)", NumberText.fixed(event.expected, decimals: 1),
        text("auroc"), text("auprc"), text("expected_over_observed"), text("slope"),
        text("calibration_error"),
      ])
    }
    let without = causeEvents.filter { $0.events == 0 }
    let expected = without.reduce(0) { $0 + $1.expected }
    let note =
      without.isEmpty
      ? []
      : [
        "\(without.count) causes without a case, of which "
          + "\(NumberText.fixed(expected, decimals: 1)) were expected in all"
      ]
    return table.lines + note
  }

  /// The figures by subgroup.
  func subgroupLines(model: Model) -> [String] {
    var table = TextTable([
      ("subgroup", .left), ("cases", .right), ("ranked first", .left), ("log loss", .left),
      ("AUROC of emergency", .left), ("slope", .left), ("calibration error", .left),
      ("under-triage", .left), ("", .left),
    ])
    for group in subgroups {
      func text(_ name: String) -> String {
        group.evaluation.measures.first { $0.name == name }?.text ?? "-"
      }
      func text(_ event: Int, _ name: String) -> String {
        group.evaluation.events[event].measure(name)?.text ?? "-"
      }
      table.append([
        group.label(model: model), "\(group.evaluation.labelledCount)", text("top_1"),
        text("log_loss"), text(2, "auroc"), text(0, "slope"), text(0, "calibration_error"),
        text("under_triage"), group.isSmall ? "few cases" : "",
      ])
    }
    return table.lines
  }

  /// How the figures were found.
  ///
  /// - Parameter hasRules: Whether there are figures of red flags.
  func notes(hasRules: Bool) -> [String] {
    [IntervalNote(self).text]
      + (hasRules && weighting?.hasSampledShares == true ? [IntervalNote.rules] : []) + [
        "Slope, calibration error and bins are of the leading cause where nothing else is said.",
        "Calibration error: root mean squared distance of probability and share over bins of equal "
          + "size, debiased. Parts of scores: by isotonic recalibration.",
      ]
  }
}

extension Evaluation.Subgroup {
  /// The subgroup for people: `sex = female`.
  package func label(model: Model) -> String {
    "\(name) = \(value ?? "unknown")"
  }
}
