package import DorsalCore

/// The plan of a case as a page of its own, or as a section of the page of its explanation: it
/// prints on a sheet of its own.
package struct StepPage {
  private let explanation: Explanation
  private let plan: StepPlan
  private let model: Model
  private let words: StepWords

  /// Prepares the plan of an explanation.
  package init(_ explanation: Explanation, model: Model) {
    self.explanation = explanation
    self.model = model
    plan = explanation.steps
    words = StepWords(plan: plan, model: model)
  }

  /// The page.
  package var html: String {
    let lists = lists
    return Page.html(
      title: "\(explanation.id): first steps",
      body: """
        <main class="plan"><h1>Case \(Page.escape(explanation.id)): first steps</h1>
        <p>\(Page.escape(sentences.joined(separator: " ")))</p>
        \(lists)
        <p class="small warning">\(Page.escape(StepPlan.disclaimer)) \
        \(Page.escape(RankingWriter.disclaimer))</p>
        <p class="small">Model \(Page.escape(model.titleLine)), \
        <code>sha256:\(model.checksum.prefix(16))</code>.</p></main>
        \(Citations(of: model).list(in: lists))
        """, style: Self.style)
  }

  /// What leads to the section from the head of a longer page.
  static let link = "<p><a href=\"#first-steps\">First steps</a></p>"

  /// The section of a longer page; empty where the model has no steps.
  var section: String {
    guard !model.steps.isEmpty else { return "" }
    return """
      <section class="plan" id="first-steps"><h2>First steps</h2>
      \(lists)
      <p class="small warning">\(Page.escape(StepPlan.disclaimer))</p></section>
      """
  }

  /// How urgent it is and which causes lead.
  private var sentences: [String] {
    let summary = explanation.summary(model: model)
    return [summary[2], summary[0]]
  }

  private var lists: String {
    let open = plan.open
    var parts: [String] = []
    var told: Set<Int> = []
    if plan.items.isEmpty { parts.append("<p>The model has no steps for these causes.</p>") }
    for kind in Step.Kind.inOrder {
      let items = open.filter { $0.step.kind == kind }
      guard !items.isEmpty else { continue }
      let heading = StepWords.heading(kind)
      parts.append("<h3>\(heading.prefix(1).uppercased() + heading.dropFirst())</h3>")
      for phase in StepPlan.Phase.allCases {
        let group = items.filter { $0.phase == phase }
        guard !group.isEmpty else { continue }
        if let heading = StepWords.heading(phase) {
          parts.append("<p class=\"small\">\(Page.escape(heading))</p>")
        }
        let elements = group.map { element($0, told: &told) }
        parts.append("<ul class=\"steps\">\(elements.joined(separator: "\n"))</ul>")
      }
    }
    for (title, texts) in [
      ("Done already", plan.done.compactMap(words.found)),
      ("Not for this patient", plan.notForPatient.compactMap(words.refusal)),
    ] where !texts.isEmpty {
      parts.append("<h3>\(title)</h3>")
      let items = texts.map { "<li>\(Page.escape($0))</li>" }
      parts.append("<ul>\(items.joined(separator: "\n"))</ul>")
    }
    return parts.joined(separator: "\n")
  }

  private func element(_ item: StepPlan.Item, told: inout Set<Int>) -> String {
    let sources = item.step.sources
    let basis =
      sources.isEmpty ? item.step.basis.rawValue : Citations(of: model).links(sources)
    let details = words.details(item, told: &told).map {
      "<br/><span class=\"detail\">\(Page.escape($0))</span>"
    }
    return """
      <li><b>\(Page.escape(StepWords.time(item.step)))</b> \
      <span class="box"></span>\(Page.escape(StepWords.what(item.step))) \
      <span class="detail">for \(Page.escape(words.reasons(item))); \(basis)</span>\
      \(details.joined())</li>
      """
  }

  /// The look of a plan, beside that of every page.
  static let style = """
    .steps { list-style: none; padding: 0; margin: .3rem 0 }
    .steps li { margin: .35rem 0; padding-left: 7rem; text-indent: -7rem; overflow-wrap: anywhere }
    .steps li * { text-indent: 0 } .steps li > b { display: inline-block; width: 6.6rem; \
    vertical-align: top }
    .box { display: inline-block; width: .7em; height: .7em; border: 1px solid currentColor; \
    margin-right: .5em } .detail { font-size: .82rem; opacity: .85 }
    @media (max-width: 30rem) { .steps li { padding-left: 0; text-indent: 0 } \
    .steps li > b { width: auto; margin-right: .5em } }
    @page { margin: 12mm }
    @media print { .plan { break-before: page; break-after: page; font-size: 9.5px; line-height: 1.2; \
    columns: 2; column-gap: 6mm } main.plan { break-before: auto; break-after: auto } \
    .plan h1, .plan h2, main.plan > h1 + p { column-span: all } .plan h1, .plan h2 { font-size: 14px } \
    .plan h3 { font-size: 11px; break-after: avoid } .plan h1, .plan h2, .plan h3, .plan p { margin: 4px 0 1px } \
    .steps li { margin: 1px 0; padding-left: 0; text-indent: 0; break-inside: avoid } \
    .steps li > b { width: auto; margin-right: .4em } .plan .detail, .plan .small { font-size: 8px } }
    """
}
