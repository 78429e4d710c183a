package import DorsalCore

/// A sheet to print and to fill in at the bedside: each finding with its question, its unit and what
/// a case file calls its states.
package struct CaseSheet {
  private let model: Model

  /// The sheet of a model.
  package init(_ model: Model) { self.model = model }

  /// The page.
  package var html: String {
    let sections = model.findings.map(\.section).uniqued().map { section in
      let rows = model.findings.filter { $0.section == section }.map(Self.row)
      return "<h2>\(Page.escape(section))</h2>\n"
        + Page.table(
          [("question", false), ("answer", false), ("unit", false), ("column", false)], rows)
    }
    let causes = Page.table(
      [("cause", false), ("ICD-10", false), ("diagnosis", false)],
      model.causes.map { cause in
        [
          Page.escape(cause.label), Page.escape(cause.icd10),
          "<code>\(Page.escape(cause.id))</code>",
        ]
      })
    return Page.html(
      title: "\(model.card.title): case sheet",
      body: """
        <h1>\(Page.escape(model.card.title))</h1>
        <p>\(Page.escape(model.titleLine)). What is not known stays empty; it is not absent.
        For research and to support clinicians; it does not diagnose patients.</p>
        <p>id ____________________ &#160; date ____________________</p>
        \(sections.joined(separator: "\n"))
        <h2>diagnosis</h2>
        \(causes)
        """)
  }

  private static func row(_ finding: Finding) -> [String] {
    let answer: String
    if finding.kind == .number {
      let range = finding.range.map {
        " (\(NumberText.plain($0.lowerBound)) to \(NumberText.plain($0.upperBound)))"
      }
      answer = "________" + (range ?? "")
    } else {
      answer = finding.states.map { "&#9744;&#160;<code>\(Page.escape($0))</code>" }
        .joined(separator: " &#160; ")
    }
    return [
      Page.escape(finding.question), answer, Page.escape(finding.unit),
      "<code>\(Page.escape(finding.id))</code>",
    ]
  }
}
