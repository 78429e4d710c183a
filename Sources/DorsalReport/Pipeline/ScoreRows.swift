public import DorsalCore

/// The clinical scores of each case, found and written.
public struct ScoreRows: CaseRows {
  /// How answers are written.
  public enum Format: Sendable {
    /// For people: some lines a score.
    case text
    /// A row a case and score.
    case csv
    /// A JSON object a case, each on a line.
    case jsonl
  }

  private let scores: ClinicalScores
  private let asked: [Int]
  private let format: Format

  /// Prepares the rows of scores.
  ///
  /// - Parameters:
  ///   - scores: The scores of the model.
  ///   - asked: The indices of the scores that are asked for by name: each is answered for every
  ///     case, even where it has none of the inputs. Empty for those that a case has inputs for.
  ///   - format: How answers are written.
  public init(scores: ClinicalScores, asked: [Int] = [], format: Format) {
    (self.scores, self.asked, self.format) = (scores, asked, format)
  }

  /// The columns of CSV. New ones go behind.
  static let columns = [
    "id", "score", "least", "greatest", "band", "label", "meaning", "known", "inputs", "missing",
  ]

  /// The header row of CSV; nothing for others.
  public func header() -> [UInt8] {
    format == .csv ? Array((Self.columns.joined(separator: ",") + "\n").utf8) : []
  }

  /// Evaluates the cases of a batch and writes them.
  ///
  /// - Parameter batch: A batch as it is read for scores, or one of the model.
  public func rows(for batch: CaseBatch) -> WrittenRows {
    let cases = scores.ownCases(of: batch)
    let totals = scores.totals(for: cases)
    var bytes: [UInt8] = []
    var ends: [Int] = []
    for index in 0..<cases.count {
      let results = results(case: index, in: cases, totals)
      switch format {
      case .text: appendText(cases.id(of: index), results, to: &bytes)
      case .csv: appendCSV(cases.id(of: index), results, to: &bytes)
      case .jsonl:
        JSONValue.object([
          ("id", .string(cases.id(of: index))),
          ("scores", .array(results.map(\.json))),
          ("model", scores.model.jsonIdentity),
          ("disclaimer", .string(RankingWriter.disclaimer)),
        ]).append(to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
      }
      ends.append(bytes.count)
    }
    return WrittenRows(bytes: bytes, ends: ends)
  }

  private func results(
    case index: Int, in cases: CaseBatch, _ totals: ScoreTotals
  ) -> [ScoreResult] {
    let view = scores.view(of: index, in: cases, totals)
    let wanted = asked.isEmpty ? scores.listed(for: index, in: cases) : asked
    return wanted.map { scores.result(of: $0, for: view) }
  }

  private func appendText(_ id: String, _ results: [ScoreResult], to bytes: inout [UInt8]) {
    var lines = ["case \(TextEncoding.printable(id))"]
    if results.isEmpty { lines.append("no score of the model: none has its inputs in this case") }
    for result in results { lines += [""] + result.lines }
    let text = lines.joined(separator: "\n") + "\n\n"
    bytes.append(contentsOf: TextEncoding.printableLines(text).utf8)
  }

  private func appendCSV(_ id: String, _ results: [ScoreResult], to bytes: inout [UInt8]) {
    for result in results {
      let isOpen = result.knownInputs.isEmpty
      let points = isOpen ? nil : result.points
      let band = isOpen ? nil : result.band
      var cells: [String] = [id, result.score.id]
      cells.append(points.map { NumberText.plain($0.lowerBound) } ?? "")
      cells.append(points.map { NumberText.plain($0.upperBound) } ?? "")
      cells += [band?.id ?? "", band?.label ?? "", band?.meaning ?? ""]
      cells += ["\(result.knownInputs.count)", "\(result.inputs.count)"]
      cells.append(result.missing.joined(separator: ";"))
      for (place, cell) in cells.enumerated() {
        if place > 0 { bytes.append(UInt8(ascii: ",")) }
        CSVText.append(cell, to: &bytes)
      }
      bytes.append(UInt8(ascii: "\n"))
    }
  }
}
