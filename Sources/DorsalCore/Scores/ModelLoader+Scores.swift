/// What the tables of scores hold, and how it is evaluated.
struct ScoreBook {
  var inputs: [Finding] = []
  var scores: [ClinicalScore] = []
  /// Nothing where there are no scores, or faulty ones.
  var program: ScoreProgram?
}

extension ModelLoader {
  /// Reads `inputs.csv`, `scores.csv`, `score_items.csv` and `score_bands.csv`. A model without
  /// them has no scores.
  mutating func readScores() -> ScoreBook {
    var book = ScoreBook()
    let inputIndices = readInputs(&book)
    let schemas = [TableSchema.scores, .scoreItems, .scoreBands]
    guard schemas.contains(where: { tables.files[$0.file] != nil }) else { return book }
    var heads = table(.scores)
    var items = table(.scoreItems)
    var bands = table(.scoreBands)
    defer {
      take(heads)
      take(items)
      take(bands)
    }
    guard heads.isComplete, items.isComplete, bands.isComplete else { return book }
    let scoreIndices = readHeads(&heads, &book, inputIndices: inputIndices)
    readBands(&bands, &book, scoreIndices: scoreIndices)
    var reader = ScoreItemReader(
      findings: findings, findingIndices: findingIndices, inputs: book.inputs,
      inputIndices: inputIndices, scores: book.scores, scoreIndices: scoreIndices, table: items)
    reader.read()
    items = reader.table
    for index in book.scores.indices {
      book.scores[index].items = reader.drafts[index].map(\.item)
    }
    guard
      faults.isEmpty, heads.faults.isEmpty, items.faults.isEmpty, bands.faults.isEmpty
    else { return book }
    var check = ScoreCheck(
      scores: book.scores, inputs: book.inputs, findings: findings, drafts: reader.drafts,
      heads: heads, items: items, bands: bands)
    book.program = check.run()
    (heads, items, bands) = (check.heads, check.items, check.bands)
    return book
  }

  /// Reads `inputs.csv`: like findings, but for the edges of numbers, which the scores have.
  private mutating func readInputs(_ book: inout ScoreBook) -> [String: Int] {
    var indices: [String: Int] = [:]
    guard tables.files[TableSchema.inputs.file] != nil else { return indices }
    var table = table(.inputs)
    defer { take(table) }
    guard table.isComplete else { return indices }
    for row in table.rows {
      guard let id = table.identifier(row, "id") else { continue }
      if findingIndices[id] != nil {
        table.fault(row, "id", "\"\(id)\" is a finding of the model; expected another id")
        continue
      }
      if ModelLimits.reservedFindings.contains(id) {
        table.fault(
          row, "id",
          "\"\(id)\" is what case files call something else; expected another name for an input")
        continue
      }
      if indices[id] != nil {
        table.fault(row, "id", "the input \"\(id)\" stands twice")
        continue
      }
      let kind = table.word(row, "kind", as: Finding.Kind.self) ?? .category
      var states: [String] = []
      if kind == .number {
        for column in ["edges", "states"] where !table.text(row, column).isEmpty {
          table.fault(row, column, "a number is cut by the items of scores; expected nothing")
        }
      } else {
        states = readStates(&table, row, kind: kind)
      }
      indices[id] = book.inputs.count
      book.inputs.append(
        Finding(
          id: id, section: "scores", kind: kind, unit: table.text(row, "unit"), states: states,
          edges: [], range: kind == .number ? readRange(&table, row) : nil, weight: 1, group: "",
          question: table.nonEmpty(row, "question") ?? "", burden: nil))
    }
    if findings.count + book.inputs.count > ModelLimits.findings {
      table.fault(
        "\(book.inputs.count) inputs beside \(findings.count) findings; expected at most "
          + "\(ModelLimits.findings) together")
    }
    return indices
  }

  /// Reads `scores.csv`.
  private mutating func readHeads(
    _ table: inout ModelTable, _ book: inout ScoreBook, inputIndices: [String: Int]
  ) -> [String: Int] {
    var indices: [String: Int] = [:]
    if table.rows.isEmpty { table.fault("no scores; expected a row for each, or no such file") }
    for row in table.rows {
      guard let id = table.identifier(row, "id") else { continue }
      if findingIndices[id] != nil || inputIndices[id] != nil {
        let other = findingIndices[id] != nil ? "a finding" : "an input"
        table.fault(row, "id", "\"\(id)\" is \(other); expected another id for a score")
        continue
      }
      if indices[id] != nil {
        table.fault(row, "id", "the score \"\(id)\" stands twice")
        continue
      }
      guard book.scores.count < ScoreLimits.scores else {
        table.fault(
          row, "id", "\(table.rows.count) scores; expected at most \(ScoreLimits.scores)")
        break
      }
      let key = table.text(row, "key").split(separator: ";").map(String.init)
      for name in key where findingIndices[name] == nil && inputIndices[name] == nil {
        table.fault(
          row, "key",
          "unknown finding or input \"\(name)\""
            + NearestName.suggestion(
              for: name, in: (Array(findingIndices.keys) + inputIndices.keys).sorted())
            + "; expected findings or inputs with ; between them")
      }
      let sources = readSourceKeys(&table, row)
      if sources.isEmpty { table.fault(row, "source", "a score without a source") }
      indices[id] = book.scores.count
      book.scores.append(
        ClinicalScore(
          id: id, kind: table.word(row, "kind", as: ClinicalScore.Kind.self) ?? .points,
          role: table.word(row, "role", as: ClinicalScore.Role.self) ?? .score,
          label: table.nonEmpty(row, "label") ?? "", key: key,
          population: table.nonEmpty(row, "population") ?? "",
          purpose: table.nonEmpty(row, "purpose") ?? "",
          notFor: table.nonEmpty(row, "not_for") ?? "", sources: sources,
          seen: table.word(row, "seen", as: ClinicalScore.Seen.self) ?? .recalled,
          note: table.text(row, "note")))
    }
    return indices
  }

  /// Reads `score_bands.csv`.
  private mutating func readBands(
    _ table: inout ModelTable, _ book: inout ScoreBook, scoreIndices: [String: Int]
  ) {
    for row in table.rows {
      guard let score = table.index(row, "score", in: scoreIndices, as: "score"),
        let id = table.identifier(row, "band")
      else { continue }
      let bands = book.scores[score].bands
      if bands.contains(where: { $0.id == id }) {
        table.fault(row, "band", "the band \"\(id)\" stands twice")
        continue
      }
      if bands.count == ScoreLimits.regions {
        table.fault(
          row, "band",
          "more than \(ScoreLimits.regions) bands of \"\(book.scores[score].id)\"")
        continue
      }
      let hundredths: ClosedRange<Int>?
      if book.scores[score].kind == .points {
        hundredths = readPoints(&table, row)
        if let hundredths, let before = bands.last?.hundredths,
          hundredths.lowerBound <= before.upperBound
        {
          table.fault(
            row, "least",
            "begins at \(table.text(row, "least")) where the band before ends at "
              + "\(ScoreSyntax.text(ofHundredths: before.upperBound)); expected bands that ascend "
              + "and do not overlap")
        }
      } else {
        hundredths = nil
        for column in ["least", "greatest"] where !table.text(row, column).isEmpty {
          table.fault(row, column, "points of a decision table; expected nothing")
        }
      }
      book.scores[score].bands.append(
        ClinicalScore.Band(
          id: id, hundredths: hundredths, label: table.nonEmpty(row, "label") ?? "",
          meaning: table.nonEmpty(row, "meaning") ?? "", sources: readSourceKeys(&table, row),
          note: table.text(row, "note")))
    }
  }

  private func readPoints(
    _ table: inout ModelTable, _ row: ModelTable.Row
  ) -> ClosedRange<Int>? {
    func read(_ column: String) -> Int? {
      let points = ScoreSyntax.hundredths(table.text(row, column))
      if points == nil {
        table.fault(
          row, column,
          "\"\(table.text(row, column))\"; expected points with two decimals at most, "
            + "1000 at most")
      }
      return points
    }
    guard let least = read("least"), let greatest = read("greatest") else { return nil }
    guard least <= greatest else {
      table.fault(row, "greatest", "below the least; expected \(table.text(row, "least")) or more")
      return nil
    }
    return least...greatest
  }
}
