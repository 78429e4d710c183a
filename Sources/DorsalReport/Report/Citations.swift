internal import DorsalCore

/// The sources and methods that a page cites: a link where a number leans on one, and all of them at
/// its foot.
struct Citations {
  private let model: Model
  private static let anchor = "#source-"

  init(of model: Model) { self.model = model }

  /// Keys of sources as links to the foot of the page, with commas between them.
  func links(_ keys: [String]) -> String {
    keys.map { Self.link(to: $0, text: $0, title: model.sources[$0]?.citation ?? "") }
      .joined(separator: ", ")
  }

  /// A link to the entry of a key; texts are escaped here.
  static func link(to key: String, text: String, title: String) -> String {
    """
    <a href="\(anchor)\(Page.escape(key))" title="\(Page.escape(title))">\(Page.escape(text))</a>
    """
  }

  /// Every source and every method that a body links to, by its name; empty where there is none.
  func list(in body: String) -> String {
    var keys: Set<Substring> = []
    for part in body.split(separator: "href=\"\(Self.anchor)").dropFirst() {
      keys.insert(part.prefix { $0 != "\"" })
    }
    let sources = model.sources.values.map { source in
      (
        key: source.key, name: source.key,
        text: source.citation + (source.identifier.isEmpty ? "" : " " + source.identifier)
      )
    }
    let methods = Method.allCases.map { (key: $0.key, name: $0.label, text: $0.citation) }
    let cited = (sources + methods).filter { keys.contains(Page.escape($0.key)[...]) }
    if cited.isEmpty { return "" }
    let items = cited.sorted {
      ($0.name.lowercased(), $0.key) < ($1.name.lowercased(), $1.key)
    }.map { entry in
      """
      <li id="source-\(Page.escape(entry.key))"><b>\(Page.escape(entry.name))</b> \
      \(Page.escape(entry.text))</li>
      """
    }
    return """
      <h2>Sources</h2>
      <ul class="sources">\(items.joined(separator: "\n"))</ul>
      """
  }
}
