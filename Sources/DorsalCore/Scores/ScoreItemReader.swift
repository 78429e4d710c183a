/// Reads `score_items.csv`: rows of one score and item make an item.
struct ScoreItemReader {
  /// An item and the row that it begins on.
  struct Draft {
    var item: ClinicalScore.Item
    let row: ModelTable.Row
    /// The row of each option.
    var rows: [ModelTable.Row] = []
  }

  let findings: [Finding]
  let findingIndices: [String: Int]
  let inputs: [Finding]
  let inputIndices: [String: Int]
  let scores: [ClinicalScore]
  let scoreIndices: [String: Int]
  var table: ModelTable
  /// The items of each score.
  private(set) var drafts: [[Draft]]

  init(
    findings: [Finding], findingIndices: [String: Int], inputs: [Finding],
    inputIndices: [String: Int], scores: [ClinicalScore], scoreIndices: [String: Int],
    table: ModelTable
  ) {
    (self.findings, self.findingIndices) = (findings, findingIndices)
    (self.inputs, self.inputIndices) = (inputs, inputIndices)
    (self.scores, self.scoreIndices) = (scores, scoreIndices)
    self.table = table
    drafts = [[Draft]](repeating: [], count: scores.count)
  }

  /// Reads all rows.
  mutating func read() {
    var last: (score: Int, item: String)?
    for row in table.rows {
      guard let score = table.index(row, "score", in: scoreIndices, as: "score"),
        let item = table.identifier(row, "item")
      else { continue }
      if last?.score != score || last?.item != item {
        if drafts[score].contains(where: { $0.item.id == item }) {
          table.fault(
            row, "item", "the rows of \"\(item)\" stand apart; expected them one below the other")
          continue
        }
        begin(row, score, item)
        last = (score, item)
      }
      readRow(row, of: score)
    }
    for score in scores.indices {
      for draft in drafts[score] { check(draft) }
      if scores[score].kind == .table { checkRules(drafts[score]) }
    }
  }

  private mutating func begin(_ row: ModelTable.Row, _ score: Int, _ item: String) {
    let text = table.text(row, "rule")
    let isTable = scores[score].kind == .table
    let rule = ScoreSyntax.rule(text, isTable: isTable)
    if rule == nil {
      table.fault(
        row, "rule",
        "\"\(text)\"; expected " + ScoreSyntax.rules(isTable: isTable)
          + (isTable ? " in a decision table" : ""))
    }
    drafts[score].append(
      Draft(
        item: ClinicalScore.Item(
          id: item, label: "", rule: rule ?? .any, ruleText: text, options: [], otherwise: nil),
        row: row))
  }

  private mutating func readRow(_ row: ModelTable.Row, of score: Int) {
    let place = drafts[score].count - 1
    var item = drafts[score][place].item
    defer { drafts[score][place].item = item }
    if table.text(row, "rule") != item.ruleText {
      table.fault(row, "rule", "differs from the rows above; expected \"\(item.ruleText)\"")
    }
    let label = table.text(row, "label")
    if item.label.isEmpty {
      item.label = label
    } else if !label.isEmpty, label != item.label {
      table.fault(
        row, "label", "differs from the rows above; expected \"\(item.label)\" or nothing")
    }
    guard let outcome = readOutcome(row, scores[score]) else { return }
    let option = table.text(row, "option")
    if !option.isEmpty, !ModelTable.isIdentifier(option, mayBeginWithDigit: true) {
      table.fault(row, "option", "\"\(option)\" is not an id")
    }
    let note = table.text(row, "note")
    func made(
      _ conditions: [ClinicalScore.Condition], _ note: String = ""
    ) -> ClinicalScore.Option {
      ClinicalScore.Option(
        id: option, conditions: conditions, hundredths: outcome.hundredths, band: outcome.band,
        note: note)
    }
    if table.holds(row, "finding", "*") {
      readOtherwise(row, &item, made([], note))
      return
    }
    if item.otherwise != nil {
      table.fault(row, "finding", "a row below the row *; expected * to be the last of its item")
    }
    guard let condition = readCondition(row, of: score, note) else { return }
    if item.rule == .first {
      if case .score = condition.subject {
        table.fault(row, "finding", "a score in an item of the rule first")
      }
      if !option.isEmpty { table.fault(row, "option", "an option in an item of the rule first") }
    }
    if !option.isEmpty, let index = item.options.firstIndex(where: { $0.id == option }) {
      let before = item.options[index]
      if before.hundredths != outcome.hundredths || before.band != outcome.band {
        table.fault(
          row, outcome.band == nil ? "points" : "result",
          "the rows of the option \"\(option)\" differ in it")
      }
      if before.conditions.contains(where: { $0.subject == condition.subject }) {
        table.fault(
          row, "finding",
          "the option \"\(option)\" has two conditions on \"\(table.text(row, "finding"))\"; name "
            + "its states with | between them, or comparisons such as >=45 <65")
      }
      item.options[index].conditions.append(condition)
      return
    }
    if item.options.contains(where: { other in
      other.conditions.count == 1 && option.isEmpty && other.id.isEmpty
        && other.conditions[0].subject == condition.subject
        && other.conditions[0].text == condition.text
    }) {
      table.fault(row, "state", "the same condition stands twice in the item")
    }
    item.options.append(made([condition]))
    drafts[score][place].rows.append(row)
  }

  private mutating func readOtherwise(
    _ row: ModelTable.Row, _ item: inout ClinicalScore.Item, _ option: ClinicalScore.Option
  ) {
    for column in ["state", "option"] where !table.text(row, column).isEmpty {
      table.fault(row, column, "a row * has none; expected nothing")
    }
    switch item.rule {
    case .sum, .first:
      table.fault(row, "finding", "a row * in an item of the rule \(item.ruleText)")
    case .highest, .any, .atLeast: break
    }
    if item.otherwise != nil { table.fault(row, "finding", "a second row * of the item") }
    item.otherwise = option
  }

  /// The points of a row, or its band.
  private mutating func readOutcome(
    _ row: ModelTable.Row, _ score: ClinicalScore
  ) -> (hundredths: Int, band: Int?)? {
    let (points, result) = (table.text(row, "points"), table.text(row, "result"))
    if score.kind == .table {
      if !points.isEmpty { table.fault(row, "points", "points in a decision table") }
      guard let band = score.bands.firstIndex(where: { $0.id == result }) else {
        table.fault(
          row, "result",
          "unknown band \"\(result)\" of \(score.id)"
            + NearestName.suggestion(for: result, in: score.bands.map(\.id)))
        return nil
      }
      return (0, band)
    }
    if !result.isEmpty { table.fault(row, "result", "a result in a score of points") }
    guard let hundredths = ScoreSyntax.hundredths(points) else {
      table.fault(
        row, "points",
        "\"\(points)\"; expected points with two decimals at most, from -1000 to 1000")
      return nil
    }
    return (hundredths, nil)
  }

  /// What a row looks at, and which states satisfy it.
  private mutating func readCondition(
    _ row: ModelTable.Row, of score: Int, _ note: String
  ) -> ClinicalScore.Condition? {
    let name = table.text(row, "finding")
    let text = table.text(row, "state")
    func made(
      _ subject: ClinicalScore.Subject, _ states: [Int], _ spans: [ClinicalScore.Span] = []
    ) -> ClinicalScore.Condition {
      ClinicalScore.Condition(
        subject: subject, text: text, states: states, spans: spans, note: note)
    }
    if let index = scoreIndices[name] {
      let bands = scores[index].bands.map(\.id)
      return states(row, text, bands, of: name, as: "band").map { made(.score(index), $0) }
    }
    let subject: ClinicalScore.Subject
    let finding: Finding
    if let index = findingIndices[name] {
      (subject, finding) = (.finding(index), findings[index])
    } else if let index = inputIndices[name] {
      (subject, finding) = (.input(index), inputs[index])
    } else {
      let names = Array(findingIndices.keys) + inputIndices.keys + scoreIndices.keys
      table.fault(
        row, "finding",
        "unknown finding, input or score \"\(name)\""
          + (table.faults.count < ModelTable.mostSuggestions
            ? NearestName.suggestion(for: name, in: names.sorted()) : ""))
      return nil
    }
    guard finding.kind == .number else {
      return states(row, text, finding.states, of: name, as: "state").map { made(subject, $0) }
    }
    return spans(row, text, finding).map { made(subject, [], $0) }
  }

  /// States or bands by their ids, with | between them.
  private mutating func states(
    _ row: ModelTable.Row, _ text: String, _ names: [String], of owner: String, as what: String
  ) -> [Int]? {
    var result: [Int] = []
    for name in text.split(separator: "|", omittingEmptySubsequences: false).map(String.init) {
      guard let index = names.firstIndex(of: name) else {
        table.fault(
          row, "state",
          "unknown \(what) of \(owner) \"\(name)\"" + NearestName.suggestion(for: name, in: names)
            + "; expected \(what)s with | between them")
        return nil
      }
      if result.contains(index) { table.fault(row, "state", "\"\(name)\" stands twice") }
      result.append(index)
    }
    return result
  }

  /// Ranges of numbers, with | between them: comparisons, or states of the model.
  private mutating func spans(
    _ row: ModelTable.Row, _ text: String, _ finding: Finding
  ) -> [ClinicalScore.Span]? {
    var result: [ClinicalScore.Span] = []
    for part in text.split(separator: "|", omittingEmptySubsequences: false).map(String.init) {
      if let state = finding.states.firstIndex(of: part) {
        result.append(
          ClinicalScore.Span(
            lower: state == 0 ? -.infinity : finding.edges[state - 1],
            upper: state == finding.edges.count ? .infinity : finding.edges[state]))
        continue
      }
      guard let span = ScoreSyntax.span(part) else {
        table.fault(
          row, "state",
          "\"\(part)\" of \(finding.id); expected comparisons such as <45, >=65 or >=45 <65, with | "
            + "between them" + (finding.states.isEmpty ? "" : ", or states of the model"))
        return nil
      }
      if let range = finding.range,
        !(span.lower <= range.upperBound && span.upper > range.lowerBound)
      {
        table.fault(
          row, "state",
          "\"\(part)\" holds for no number; \(finding.id) is from "
            + "\(NumberText.plain(range.lowerBound)) to \(NumberText.plain(range.upperBound))")
        return nil
      }
      result.append(span)
    }
    return result
  }

  /// What is wrong with an item as a whole.
  private mutating func check(_ draft: Draft) {
    let item = draft.item
    if item.label.isEmpty { table.fault(draft.row, "label", "no row of the item has a label") }
    let count = item.options.count
    if count == 0, item.otherwise != nil, item.otherwise?.band == nil {
      table.fault(draft.row, "finding", "an item of a row * alone; expected a finding or input")
    }
    // A sum of all rows is added up in 32 bits, and by products of floats.
    if item.options.reduce(0, { $0 + abs($1.hundredths) }) > ScoreLimits.hundredths {
      table.fault(
        draft.row, "points",
        "the rows of the item add up to more than "
          + "\(NumberText.plain(Double(ScoreLimits.hundredths) / 100)) points")
    }
    switch item.rule {
    case .any, .atLeast:
      for (option, row) in zip(item.options, draft.rows)
      where option.hundredths != item.options[0].hundredths || option.band != item.options[0].band {
        table.fault(
          row, option.band == nil ? "points" : "result",
          "differs from the rows above; expected the same in all rows of the rule"
            + (item.ruleText.isEmpty ? "" : " " + item.ruleText))
      }
      if case .atLeast(let least) = item.rule, least > count {
        table.fault(
          draft.row, "rule", "\(item.ruleText) of \(count); expected a number that can be reached")
      }
    case .highest, .sum, .first: break
    }
  }

  /// The last rule of a decision table takes all that is left, and no other does.
  private mutating func checkRules(_ rules: [Draft]) {
    guard let last = rules.last else { return }
    for rule in rules.dropLast() where rule.item.otherwise != nil {
      table.fault(rule.row, "finding", "a row * in a rule that is not the last")
    }
    if last.item.otherwise == nil || !last.item.options.isEmpty {
      table.fault(
        last.row, "finding",
        "the last rule of a decision table; expected one row *, which takes all other cases")
    }
  }
}
