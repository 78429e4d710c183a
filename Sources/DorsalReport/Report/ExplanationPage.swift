package import DorsalCore

/// An explanation as one self-contained page of HTML: no script, nothing loaded from
/// elsewhere, readable in black and white. Text of case files is escaped.
package struct ExplanationPage {
  private let explanation: Explanation
  private let model: Model
  private let count: Int

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
    let title = "\(explanation.id): causes of back pain"
    return Page.html(
      title: title,
      body: """
        <h1>Case \(Self.escape(explanation.id))</h1>
        <p>Setting \(Self.escape(setting))\(explanation.settingIsDefault ? " (default)" : ""), \
        \(known) findings known, \(explanation.unknownFindings.count) not known. Model \
        \(Self.escape(model.titleLine)), \
        <code>sha256:\(model.checksum.prefix(16))</code>\
        \(explanation.calibration.map { ", calibrated (\($0.rawValue))" } ?? "").</p>
        <p>\(explanation.summary(model: model).map(Self.escape).joined(separator: "<br/>\n"))</p>
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
        """, style: model.steps.isEmpty ? "" : StepPage.style)
  }

  private var urgencySection: String {
    let reasons = explanation.urgency.lines(model: model).dropFirst()
    let items = reasons.map { "<li>\(Self.escape(String($0.drop { $0 == " " })))</li>" }
    return """
      <h2>Urgency: \(Self.escape(explanation.urgency.urgency.rawValue))</h2>
      <ul>\(items.joined(separator: "\n"))</ul>
      """
  }

  private var rankingSection: String {
    let isCalibrated = explanation.calibration != nil
    let rows = explanation.ways.prefix(max(count, 5)).map { way in
      """
      <tr><td>\(Self.escape(model.causes[way.cause].label))</td>\
      <td class="number">\(NumberText.percent(way.posterior))</td>\
      <td>\(isCalibrated ? NumberText.percent(way.modelPosterior) : way.interval.map(Explanation.text) ?? "")</td>\
      <td class="number">\(NumberText.percent(way.prior))</td><td>\(probabilityBar(way))</td></tr>
      """
    }
    let groups = zip(model.groups, explanation.groups).sorted { $0.1 > $1.1 }.prefix(5).map {
      "\(Self.escape($0)) \(NumberText.percent($1))"
    }
    let note = explanation.ways[0].interval == nil ? "" : CredibleInterval.disclaimer
    return """
      <h2>Causes</h2>
      <table><thead><tr><th>cause</th><th>probability</th><th>\(isCalibrated ? "uncalibrated" : "interval")</th><th>prior</th><th></th></tr></thead>
      <tbody>\(rows.joined(separator: "\n"))</tbody></table>
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

  private func section(of way: Explanation.Way) -> String {
    let terms = RoundedWay(way)
    let greatest = max(10, way.contributions.map { abs($0.decibans) }.max() ?? 10)
    func row(
      _ decibans: Double, _ units: Int, _ text: String,
      _ rest: String = "<td></td><td></td><td></td>"
    ) -> String {
      """
      <tr><td class="number">\(Self.escape(Explanation.ratioText(Explanation.ratio(decibans: decibans))))</td>\
      <td class="number">\(Explanation.signed(units))</td>\
      <td>\(Self.bar(Double(units) / 10, of: greatest))</td><td>\(text)</td>\(rest)</tr>
      """
    }
    let setting = Self.escape(model.settings[explanation.setting])
    var rows = [row(way.priorDecibans, terms.prior, "prior odds in \(setting)")]
    for (contribution, units) in terms.contributions {
      let stateRow = model.likelihoodTable.firstStateRow[contribution.finding] + contribution.state
      let probability = model.likelihoodTable.probability(stateRow: stateRow, cause: way.cause)
      let background = model.likelihoodTable.background[stateRow]
      let citations = (contribution.likelihood?.evidence.sources ?? []).map { key in
        let source = model.sources[key]
        return "<abbr title=\"\(Self.escape(source?.citation ?? ""))\">\(Self.escape(key))</abbr>"
      }
      let basis = explanation.basis(of: contribution, cause: way.cause, model: model)
      rows.append(
        row(
          contribution.decibans, units,
          Self.escape(contribution.words(model: model, isShort: false)),
          "<td class=\"number\">\(NumberText.significant(probability))</td>"
            + "<td class=\"number\">\(NumberText.significant(background))</td>"
            + "<td>\(basis) \(citations.joined(separator: ", "))</td>"))
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
      <table><thead><tr><th>ratio</th><th>decibans</th><th></th><th>finding</th><th>P(state|cause)</th>\
      <th>background</th><th>basis and sources</th></tr></thead>
      <tbody>\(rows.joined(separator: "\n"))</tbody></table>
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

  /// Evidence as a bar to the right (for) or to the left (against) of the middle.
  private static func bar(_ decibans: Double, of greatest: Double) -> String {
    let half = 60.0
    let width = min(1, abs(decibans) / greatest) * half
    let x = decibans < 0 ? half - width : half
    let fill = decibans < 0 ? "none" : "currentColor"
    return """
      <svg width="122" height="14" aria-hidden="true"><rect x="\(pixels(x))" y="2" \
      width="\(pixels(width))" height="10" fill="\(fill)" stroke="currentColor"/>\
      <path d="M60 0V14" stroke="currentColor"/></svg>
      """
  }

  private static func pixels(_ value: Double) -> String { NumberText.fixed(value, decimals: 1) }

  /// Text that is safe inside an element and inside a quoted attribute.
  static func escape(_ text: String) -> String { Page.escape(text) }
}
