internal import DorsalCore

/// The scores of a case as a section of its page.
struct ScoreSection {
  private let results: [ScoreResult]
  private let model: Model

  init(_ results: [ScoreResult], model: Model) {
    (self.results, self.model) = (results, model)
  }

  /// The section; empty where there are no scores.
  var html: String {
    if results.isEmpty { return "" }
    return "<h2>Scores</h2>\n<p>They answer questions of their own and change no probability.</p>\n"
      + results.map(block).joined(separator: "\n")
  }

  /// A text as a sentence, escaped.
  private static func sentence(_ text: String) -> String {
    Page.escape(text) + (text.last.map(".!?".contains) == true ? "" : ".")
  }

  /// A score in some lines, which fit a narrow screen.
  private func block(_ result: ScoreResult) -> String {
    let score = result.score
    var lines: [String] = []
    if let band = result.band { lines.append(Self.sentence(band.meaning)) }
    if !result.missing.isEmpty {
      lines.append("Not known: " + Page.escape(result.missing.joined(separator: ", ")) + ".")
    }
    let small = [
      Self.sentence("For: " + score.population), Self.sentence(score.notFor),
      "\(Citations(of: model).links(score.sources)) (\(Page.escape(score.seen.words))).",
    ]
    return """
      <h3>\(Page.escape(score.label)): \(Page.escape(result.outcome))</h3>
      <p>\(lines.joined(separator: "<br/>\n"))<br/>
      <span class="small">\(small.joined(separator: " "))</span></p>
      """
  }
}
