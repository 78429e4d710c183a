package import DorsalCore

/// An explanation as one self-contained page of HTML: no script, nothing loaded from
/// elsewhere, readable in black and white. Text of case files is escaped.
package struct ExplanationPage {
  private let explanation: Explanation
  private let model: Model
  private let count: Int
  private var citations: Citations { Citations(of: model) }

  /// Prepares the page of an explanation.
  ///
  /// - Parameters:
  ///   - explanation: What to show.
  ///   - model: The model that the case was scored with.
  ///   - count: How many leading causes.
  package init(_ explanation: Explanation, model: Model, top count: Int) {
    self.explanation = explanation
    self.model = model
    self.count = count
  }

  /// The page.
  package var html: String {
    let setting = model.settings[explanation.setting]
    let known = explanation.ways[0].contributions.count
    let body = """
      <h1>Case \(Self.escape(explanation.id))</h1>
      <p class="summary">\(explanation.summary(model: model).map(Self.escape).joined(separator: "<br/>\n"))</p>
      <p>Setting \(Self.escape(setting))\(explanation.settingIsDefault ? " (default)" : ""), \
      \(known) findings known, \(explanation.unknownFindings.count) not known. Model \
      \(Self.escape(model.titleLine)), \
      <code>sha256:\(model.checksum.prefix(16))</code>\
      \(explanation.calibration.map { ", calibrated (\($0.rawValue))" } ?? "").</p>
      \(model.steps.isEmpty ? "" : StepPage.link + "\n")\
      <p class="warning">\(Self.escape(RankingWriter.disclaimer))</p>
      <p>Fit: \(Self.escape(explanation.misfit.sentence)).</p>
      \(urgencySection)
      \(rankingSection)
      \(explanation.ways.prefix(count).map(section).joined(separator: "\n"))
      \(section("What the leading cause rests on", explanation.qualityLines(model: model)))
      \(outlookSection)
      \(model.steps.isEmpty ? "" : StepPage(explanation, model: model).section + "\n")\
      \(ScoreSection(explanation.scores, model: model).html)
      \(unknownSection)
      """
    return Page.html(
      title: "\(explanation.id): causes of back pain",
      body: body + "\n" + citations.list(in: body),
      style: model.steps.isEmpty ? "" : StepPage.style)
  }

  private var urgencySection: String {
    var reasons = explanation.urgency.redFlags.map { index in
      let rule = model.redFlags[index]
      return "red flag (\(rule.urgency.rawValue)): \(Self.escape(rule.message)) "
        + "[\(Self.escape(rule.rule)); \(citations.links(rule.sources))]"
    }
    if reasons.isEmpty { reasons.append("red flags: no rule holds") }
    if let loss = explanation.urgency.lines(model: model).last {
      reasons.append(Self.escape(String(loss.drop { $0 == " " })))
    }
    let items = reasons.map { "<li>\($0)</li>" }
    return """
      <h2>Urgency: \(Self.escape(explanation.urgency.urgency.rawValue))</h2>
      <ul>\(items.joined(separator: "\n"))</ul>
      """
  }

  private var rankingSection: String {
    let isCalibrated = explanation.calibration != nil
    let rows = explanation.ways.prefix(max(count, 5)).map { way in
      [
        Self.escape(model.causes[way.cause].label), NumberText.percent(way.posterior),
        isCalibrated
          ? NumberText.percent(way.modelPosterior) : way.interval.map(Explanation.text) ?? "",
        NumberText.percent(way.prior), probabilityBar(way),
      ]
    }
    let groups = zip(model.groups, explanation.groups).sorted { $0.1 > $1.1 }.prefix(5).map {
      "\(Self.escape($0)) \(NumberText.percent($1))"
    }
    let note = explanation.ways[0].interval == nil ? "" : CredibleInterval.disclaimer
    return """
      <h2>Causes</h2>
      \(Page.table(
        [
          ("cause", false), ("probability", true),
          (isCalibrated ? "uncalibrated" : "interval", false), ("prior", true), ("0 to 100%", false),
        ], rows))
      <p>Groups: \(groups.joined(separator: ", ")). \(Self.escape(note))</p>
      """
  }

  /// The posterior as a bar with its interval as a line, on a scale from 0 to 1.
  private func probabilityBar(_ way: Explanation.Way) -> String {
    let width = 200.0
    var marks =
      "<rect x=\"0\" y=\"4\" width=\"\(Self.pixels(way.posterior * width))\" height=\"10\" fill=\"currentColor\" fill-opacity=\"0.6\"/>"
    if let interval = way.interval {
      let lower = Self.pixels(Double(interval.lower) * width)
      let upper = Self.pixels(Double(interval.upper) * width)
      marks +=
        "<path d=\"M\(lower) 2V16M\(lower) 9H\(upper)M\(upper) 2V16\" stroke=\"currentColor\" fill=\"none\"/>"
    }
    return """
      <svg width="202" height="18" role="img" aria-label="\(NumberText.percent(way.posterior))">\
      <rect x="0" y="4" width="200" height="10" fill="none" stroke="currentColor" stroke-opacity="0.4"/>\(marks)</svg>
      """
  }

  /// How many decibans the bars reach to each side, the same for all causes: as far as the strongest
  /// finding that is shown, from 10 (a ratio of ten) to 20.
  private var reach: Double {
    let strongest = explanation.ways.prefix(count).flatMap(\.contributions).map {
      abs($0.decibans)
    }.max()
    return min(20, max(10, (strongest ?? 0).rounded(.up)))
  }

  private func section(of way: Explanation.Way) -> String {
    let (terms, reach) = (RoundedWay(way), reach)
    func row(
      _ decibans: Double, _ units: Int, _ text: String, _ rest: [String] = ["", "", ""]
    ) -> [String] {
      [
        Self.escape(Explanation.ratioText(Explanation.ratio(decibans: decibans))),
        Explanation.signed(units), Self.bar(Double(units) / 10, reach: reach), text,
      ] + rest
    }
    let setting = Self.escape(model.settings[explanation.setting])
    let prior = Grounds(model: model, setting: explanation.setting).prior(of: way.cause)
    var rows = [
      row(
        way.priorDecibans, terms.prior, "prior odds in \(setting)",
        ["", "", prior.basis + " " + citations.links(prior.sources)])
    ]
    for (contribution, units) in terms.contributions {
      let stateRow = model.likelihoodTable.firstStateRow[contribution.finding] + contribution.state
      let probability = model.likelihoodTable.probability(stateRow: stateRow, cause: way.cause)
      let background = model.likelihoodTable.background[stateRow]
      let basis = explanation.basis(of: contribution, cause: way.cause, model: model)
      rows.append(
        row(
          contribution.decibans, units,
          Self.escape(contribution.words(model: model, isShort: false)),
          [
            NumberText.significant(probability), NumberText.significant(background),
            basis + " " + citations.links(contribution.likelihood?.evidence.sources ?? []),
          ]))
    }
    rows.append(
      row(way.othersDecibans, terms.others, "how the same findings fit the other causes"))
    if let calibration = explanation.calibration, let decibans = way.calibrationDecibans,
      let units = terms.calibration
    {
      rows.append(row(decibans, units, "calibration (\(calibration.rawValue))"))
    }
    rows.append(
      row(
        way.posteriorDecibans, terms.posterior,
        "posterior odds, that is \(NumberText.percent(way.posterior))"))
    return """
      <h2>\(Self.escape(model.causes[way.cause].label))</h2>
      \(Page.table(
        [
          ("ratio", true), ("decibans", true), ("against | for", false), ("finding", false),
          ("P(state|cause)", true), ("background", true), ("basis and sources", false),
        ], rows))
      <p class="small">Bars reach \(NumberText.plain(reach)) decibans to each side, a ratio of \
      \(Explanation.ratioText(Explanation.ratio(decibans: reach))); one with a gap near its end goes on.</p>
      """
  }

  /// Lines of text as a section: the first, which names it, gives way to the heading.
  private func section(_ heading: String, _ lines: [String]) -> String {
    let items = lines.dropFirst().map { line in
      let text = Self.escape(String(line.drop { $0 == " " }))
      return text.hasPrefix("warning:") ? "<li class=\"warning\">\(text)</li>" : "<li>\(text)</li>"
    }
    return "<h2>\(heading)</h2>\n<ul>\(items.joined(separator: "\n"))</ul>"
  }

  private var outlookSection: String {
    let lines = explanation.outlookLines(model: model)
    if lines.isEmpty { return "" }
    return section(
      "What the unknown could change"
        + (explanation.calibration == nil ? "" : " of the uncalibrated probabilities"), lines)
  }

  private var unknownSection: String {
    let names = explanation.unknownFindings.map { Self.escape(model.findings[$0].shortWords) }
    return "<h2>Not known</h2>\n<p>\(names.joined(separator: "; "))</p>"
  }

  /// Evidence as a bar to the right (for) or to the left (against) of the middle; a gap near its end
  /// says that it is cut.
  private static func bar(_ decibans: Double, reach: Double) -> String {
    let half = 60.0
    let width = min(1, abs(decibans) / reach) * half
    let x = decibans < 0 ? half - width : half
    let fill = decibans < 0 ? "none" : "currentColor"
    let gap =
      abs(decibans) <= reach
      ? ""
      : "<path d=\"M\(decibans < 0 ? 10 : 112) 0V14\" stroke=\"var(--paper)\" stroke-width=\"4\"/>"
    return """
      <svg width="122" height="14" aria-hidden="true"><rect x="\(pixels(x))" y="2" \
      width="\(pixels(width))" height="10" fill="\(fill)" stroke="currentColor"/>\(gap)\
      <path d="M60 0V14" stroke="currentColor"/></svg>
      """
  }

  private static func pixels(_ value: Double) -> String { NumberText.fixed(value, decimals: 1) }

  /// Text that is safe inside an element and inside a quoted attribute.
  static func escape(_ text: String) -> String { Page.escape(text) }
}
