internal import DorsalCore

/// The sources that a page cites: a link where a number leans on one, and all of them at its foot.
struct Citations {
  private let model: Model
  private static let anchor = "#source-"

  init(of model: Model) { self.model = model }

  /// Keys of sources as links to the foot of the page, with commas between them.
  func links(_ keys: [String]) -> String {
    keys.map { key in
      let (text, citation) = (Page.escape(key), Page.escape(model.sources[key]?.citation ?? ""))
      return "<a href=\"\(Self.anchor)\(text)\" title=\"\(citation)\">\(text)</a>"
    }.joined(separator: ", ")
  }

  /// Every source that a body links to, in the order of its key; empty where there is none.
  func list(in body: String) -> String {
    var keys: Set<Substring> = []
    for part in body.split(separator: "href=\"\(Self.anchor)").dropFirst() {
      keys.insert(part.prefix { $0 != "\"" })
    }
    let cited = model.sources.values.filter { keys.contains(Page.escape($0.key)[...]) }
    if cited.isEmpty { return "" }
    let items = cited.sorted { $0.key < $1.key }.map { source in
      let identifier = source.identifier.isEmpty ? "" : " " + Page.escape(source.identifier)
      return """
        <li id="source-\(Page.escape(source.key))"><b>\(Page.escape(source.key))</b> \
        \(Page.escape(source.citation))\(identifier)</li>
        """
    }
    return """
      <h2>Sources</h2>
      <ul class="sources">\(items.joined(separator: "\n"))</ul>
      """
  }
}
