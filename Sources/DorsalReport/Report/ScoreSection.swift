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
    let rows = results.map { result in
      let open =
        result.missing.isEmpty
        ? "" : "<br/>not known: " + Page.escape(result.missing.joined(separator: ", "))
      let sources = result.score.sources.map { key in
        "<abbr title=\"\(Page.escape(model.sources[key]?.citation ?? ""))\">\(Page.escape(key))</abbr>"
      }
      return [
        Page.escape(result.score.label), Page.escape(result.outcome) + open,
        Page.escape(result.band?.meaning ?? ""),
        "For: \(Page.escape(result.score.population))<br/>"
          + "\(Page.escape(result.score.notFor))<br/>\(sources.joined(separator: ", ")) "
          + "(\(Page.escape(result.score.seen.words)))",
      ]
    }
    return "<h2>Scores</h2>\n<p>They answer questions of their own and change no probability.</p>\n"
      + Page.table(
        [("score", false), ("points and band", false), ("meaning", false), ("whom for", false)],
        rows)
  }
}
