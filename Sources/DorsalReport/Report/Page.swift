/// The shell of a self-contained page of HTML: no script, nothing loaded from elsewhere,
/// readable in black and white and on a dark screen.
package enum Page {
  /// A whole page.
  ///
  /// - Parameters:
  ///   - title: The page's title, not yet escaped.
  ///   - body: The elements of its body.
  ///   - style: Rules beside those of every page.
  package static func html(title: String, body: String, style own: String = "") -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8"/>
    <meta name="viewport" content="width=device-width, initial-scale=1"/>
    <meta name="color-scheme" content="light dark"/>
    <title>\(escape(title))</title>
    <style>\(own.isEmpty ? style : style + "\n" + own)</style>
    </head>
    <body>
    \(body)
    </body>
    </html>

    """
  }

  /// Text that is safe inside an element and inside a quoted attribute. Control characters,
  /// which no page may hold, become U+FFFD.
  package static func escape(_ text: String) -> String {
    var result = ""
    for character in text.unicodeScalars {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\t", "\n", "\r": result.unicodeScalars.append(character)
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }

  /// A table.
  ///
  /// - Parameters:
  ///   - columns: The headings, not yet escaped, and whether a column holds numbers.
  ///   - rows: The cells as elements, already escaped.
  ///   - caption: What the table shows, not yet escaped.
  package static func table(
    _ columns: [(heading: String, isNumber: Bool)], _ rows: [[String]], caption: String = ""
  ) -> String {
    func mark(_ isNumber: Bool) -> String { isNumber ? " class=\"number\"" : "" }
    let head = columns.map { "<th scope=\"col\"\(mark($0.isNumber))>\(escape($0.heading))</th>" }
    let body = rows.map { row in
      "<tr>" + zip(columns, row).map { "<td\(mark($0.isNumber))>\($1)</td>" }.joined() + "</tr>"
    }
    // A region that scrolls can be reached and moved with the keyboard, and has a name.
    let name =
      caption.isEmpty
      ? "table of " + columns.map(\.heading).filter { !$0.isEmpty }.joined(separator: ", ")
      : caption
    let caption = caption.isEmpty ? "" : "<caption>\(escape(caption))</caption>"
    return """
      <div class="scroll" tabindex="0" role="region" aria-label="\(escape(name))"><table>\(caption)<thead><tr>\(head.joined())</tr></thead>
      <tbody>\(body.joined(separator: "\n"))</tbody></table></div>
      """
  }

  private static let style = """
    :root { color-scheme: light dark; --ink: #111; --paper: #fff; --line: #bbb }
    @media (prefers-color-scheme: dark) { :root { --ink: #e8e8e8; --paper: #161616; --line: #666 } }
    body { font: 15px/1.45 sans-serif; color: var(--ink); background: var(--paper); \
    max-width: 78rem; margin: 2rem auto; padding: 0 1rem }
    h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin-top: 2rem } h3 { font-size: 1rem }
    table { border-collapse: collapse } caption { text-align: left; padding: .3rem .6rem }
    th { text-align: left; font-weight: 600 }
    th, td { padding: .15rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top }
    .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
    .scroll { overflow-x: auto; margin: .8rem 0 } .scroll table { font-size: .9rem }
    .warning { border-left: 4px solid var(--ink); padding-left: .7rem }
    .charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(21rem, 1fr)); gap: 1rem }
    figure { margin: 0; max-width: 30rem }
    figcaption { font-size: .9rem } svg { color: var(--ink) }
    .chart { width: 100%; height: auto; font: 12px sans-serif }
    .small { font-size: .9rem } .sources { font-size: .82rem; padding-left: 1.2rem }
    .sources li { overflow-wrap: anywhere }
    .summary { font-weight: 600; border: 1px solid var(--line); padding: .5rem .7rem }
    @page { margin: 12mm }
    @media print { :root { --ink: #000; --paper: #fff } figure, tr, .summary { break-inside: avoid } \
    body { font-size: 10px; max-width: none; margin: 0; padding: 0 } h1 { font-size: 16px } \
    h2 { font-size: 13px; margin-top: 12px } h2, h3, caption { break-after: avoid } p { margin: 5px 0 } \
    .scroll { overflow: visible; margin: 4px 0 } .scroll table { font-size: 8.5px; width: auto } \
    th, td { padding: 1px 4px } .scroll .number { white-space: normal } \
    .charts { grid-template-columns: 1fr 1fr 1fr } .sources { columns: 2; font-size: 7.5px } \
    .small, figcaption { font-size: 8.5px } a { color: inherit; text-decoration: none } \
    details::details-content { content-visibility: visible; block-size: auto; display: block } }
    @supports not selector(::details-content) { @media print { \
    details:not([open]) > summary::after { content: " (closed: to print it, open it first)" } } }
    """
}
