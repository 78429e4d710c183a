internal import DorsalCore
internal import DorsalLearning

extension CalibrationPage {
  /// The posteriors at which curves are shown.
  private static let shownPosteriors = [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99]

  /// What was fitted.
  var parameterSection: String {
    let body =
      switch fitted.calibration.map {
      case .identity: "<p>Posteriors stay as they are.</p>"
      case .temperature(let scale):
        "<p>All log posteriors are multiplied by \(Self.number(scale)), a temperature of "
          + "\(Self.number(1 / scale)): "
          + (scale < 1 ? "the model was too sure." : "the model was not sure enough.") + "</p>"
      case .vector(let scales, let offsets): scalingTable(scales, offsets)
      case .curves(let table): curveTable(table.curves)
      case .evidence(let change): evidenceTable(change)
      case .priorShift: prevalenceTables
      }
    return "<h2>What was fitted</h2>\n\(body)"
  }

  private static func number(_ value: Double) -> String { NumberText.fixed(value, decimals: 4) }

  private func scalingTable(_ scales: [Double], _ offsets: [Double]) -> String {
    let rows = model.causes.indices.map {
      [Page.escape(model.causes[$0].label), Self.number(scales[$0]), Self.number(offsets[$0])]
    }
    return """
      <p>The log posterior of each cause is multiplied by its scale and gets its offset, in nats; \
      then the posteriors are divided by their sum.</p>
      <details><summary>Scales and offsets</summary>
      \(Page.table([("cause", false), ("scale", true), ("offset", true)], rows))
      </details>
      """
  }

  private func evidenceTable(_ change: EvidenceChange) -> String {
    let causes = model.causes.count
    let states = change.statesThatAdd(in: model)
    // A row a cause: there may be hundreds of states, and no paper is as wide.
    let rows = model.causes.indices.map { cause -> [String] in
      let added = states.map { finding, state in
        let own = model.findings[finding]
        let nats = change.added[(change.firstStateRow[finding] + state) * causes + cause]
        return (name: "\(own.id) \(own.states[state])", decibans: Explanation.decibans(nats))
      }.filter { abs($0.decibans) >= 0.05 }.sorted { abs($0.decibans) > abs($1.decibans) }
      func list(_ isWanted: (Double) -> Bool) -> String {
        added.filter { isWanted($0.decibans) }.map {
          "\(Page.escape($0.name)) \(NumberText.fixed(abs($0.decibans), decimals: 1))"
        }.joined(separator: "; ")
      }
      return [
        Page.escape(model.causes[cause].label), Self.number(change.offsets[cause]),
        list { $0 > 0 }, list { $0 < 0 },
      ]
    }
    return """
      <p>The model's own evidence is multiplied by \(Self.number(change.scale)). Then each cause \
      gets its offset, in nats, and each known finding adds or takes what stands below, in decibans. \
      What rounds to nothing is left out; all numbers stand in the calibration.</p>
      <details><summary>Offsets, and what states add and take</summary>
      \(Page.table(
        [("cause", false), ("offset", true), ("adds, in decibans", false),
        ("takes, in decibans", false)], rows))
      </details>
      """
  }

  private func curveTable(_ curves: [CauseCurve]) -> String {
    let rows = zip(model.causes, curves).map { cause, curve -> [String] in
      let kind =
        switch curve {
        case .kept: "kept"
        case .steps(let posteriors, _): "\(posteriors.count) points"
        case .beta(let a, let b, let c):
          "a \(Self.number(a)), b \(Self.number(b)), c \(Self.number(c))"
        }
      return [Page.escape(cause.label), kind]
        + Self.shownPosteriors.map { NumberText.percent(curve.value(at: $0)) }
    }
    return """
      <p>Each posterior is replaced by what its cause's curve says; then they are divided by their \
      sum. The columns are what the curve makes of a posterior, before that.</p>
      <details><summary>Curves</summary>
      \(Page.table(
        [("cause", false), ("curve", false)]
          + Self.shownPosteriors.map { (NumberText.percent($0), true) }, rows))
      </details>
      """
  }

  private var prevalenceTables: String {
    fitted.prevalences.sorted { $0.key < $1.key }.map { setting, fit in
      let index = model.index(ofSetting: setting) ?? 0
      let rows = model.causes.indices.sorted { fit.prevalences[$0] > fit.prevalences[$1] }.map {
        [
          Page.escape(model.causes[$0].label),
          NumberText.percent(model.priorTable[index * model.causes.count + $0]),
          NumberText.percent(fit.prevalences[$0]),
          NumberText.percent(1.96 * fit.standardErrors[$0]),
        ]
      }
      return Page.table(
        [("cause", false), ("model", true), ("found", true), ("±", true)], rows,
        caption: "Prevalence in \(setting)")
    }.joined(separator: "\n")
  }

  /// What prediction sets are cut at.
  var setSection: String {
    guard let coverage = fitted.calibration.coverage else { return "" }
    let rows = coverage.levels.map { level in
      [
        NumberText.percent(level.coverage), Self.number(level.quantile),
        "\(coverage.caseCount)", level.byCause == nil ? "no" : "yes",
      ]
    }
    return """
      <h2>Prediction sets</h2>
      \(Page.table(
        [("coverage", true), ("quantile", true), ("cases", true), ("each cause too", false)], rows))
      <p class="small">The quantile of the adaptive score of cases that nothing was fitted to: a \
      cause is in a set up to it.</p>
      """
  }
}
