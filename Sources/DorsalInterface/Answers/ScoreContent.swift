import Dorsal
import DorsalCore
import DorsalReport

/// Evaluates the clinical scores of cases and puts them into columns, a row a case and score.
struct ScoreContent: Sendable {
  let reading: CaseReading
  private let scores: ClinicalScores
  private let asked: [Int]

  /// Prepares the scores of a model.
  init(_ model: Model, options json: String?) throws(InterfaceFault) {
    let options = try Options(json, allowed: CaseReading.optionNames + ["scores"])
    guard let scores = ClinicalScores(model: model) else {
      throw InterfaceFault(
        .argument, "the model \(model.card.name) \(model.card.version) has no scores")
    }
    self.scores = scores
    var asked: [Int] = []
    for id in try options.texts("scores") ?? [] {
      guard let index = model.scores.firstIndex(where: { $0.id == id }) else {
        let ids = model.scores.filter { $0.role == .score }.map(\.id)
        throw InterfaceFault(
          .argument,
          "scores: unknown score \"\(id)\"" + NearestName.suggestion(for: id, in: ids)
            + "; expected some of " + ids.joined(separator: ", "))
      }
      if !asked.contains(index) { asked.append(index) }
    }
    self.asked = asked
    reading = try CaseReading(options, model: scores.reading)
  }

  /// A row of the answers: a score of a case, or what is wrong with a case.
  private struct Row {
    let id: ArraySlice<UInt8>
    var result: ScoreResult?
    var fault: String?

    /// Nothing is said of a score of which no input is known.
    var known: ScoreResult? { result.flatMap { $0.knownInputs.isEmpty ? nil : $0 } }
  }

  /// The columns of the scores of some rows.
  func columns(of decoded: DecodedRows) -> [AnswerColumn] {
    let cases = decoded.cases
    let totals = scores.totals(for: cases)
    var rows: [Row] = []
    for index in 0..<cases.count {
      let id = cases.idBytes(of: index)
      if let faults = decoded.faults[index] {
        rows.append(Row(id: id, fault: faults.joined(separator: "\n")))
        continue
      }
      let view = scores.view(of: index, in: cases, totals)
      for score in asked.isEmpty ? scores.listed(for: index, in: cases) : asked {
        rows.append(Row(id: id, result: scores.result(of: score, for: view)))
      }
    }
    var ids = AnswerColumn.Texts()
    for row in rows { ids.append(row.id) }
    func texts(_ name: String, _ text: (Row) -> String?) -> AnswerColumn {
      var values = AnswerColumn.Texts()
      let found = rows.map(text)
      for text in found { values.append((text ?? "").utf8) }
      return AnswerColumn(name: name, values: .texts(values), nulls: found.map { $0 == nil })
    }
    func points(_ name: String, _ end: KeyPath<ClosedRange<Double>, Double>) -> AnswerColumn {
      let found = rows.map { $0.known?.points?[keyPath: end] }
      return AnswerColumn(
        name: name, values: .doubles(found.map { $0 ?? 0 }), nulls: found.map { $0 == nil })
    }
    func count(_ name: String, _ names: KeyPath<ScoreResult, [String]>) -> AnswerColumn {
      let found = rows.map { $0.result?[keyPath: names].count }
      return AnswerColumn(
        name: name, values: .integers(found.map { Int32(clamping: $0 ?? 0) }),
        nulls: found.map { $0 == nil })
    }
    var (ends, missing) = ([Int32](), AnswerColumn.Texts())
    for row in rows {
      for name in row.result?.missing ?? [] { missing.append(name.utf8) }
      ends.append(Int32(missing.ends.count))
    }
    return [
      AnswerColumn(name: "id", values: .texts(ids)),
      texts("score") { $0.result?.score.id },
      points("least", \.lowerBound), points("greatest", \.upperBound),
      texts("band") { $0.known?.band?.id }, texts("label") { $0.known?.band?.label },
      texts("meaning") { $0.known?.band?.meaning },
      count("known", \.knownInputs), count("inputs", \.inputs),
      AnswerColumn(
        name: "missing", values: .lists(ends: ends, missing), nulls: rows.map { $0.result == nil }),
      texts("fault") { $0.fault },
    ]
  }
}
