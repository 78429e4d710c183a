internal import DorsalCore

/// A table as aligned text, for terminals.
package struct TextTable {
  /// How the cells of a column are aligned.
  package enum Alignment { case left, right }

  private let alignments: [Alignment]
  private var rows: [[String]]

  /// A table with these column headings.
  package init(_ columns: [(heading: String, alignment: Alignment)]) {
    alignments = columns.map(\.alignment)
    rows = [columns.map(\.heading)]
  }

  /// Adds a row; missing cells are empty.
  package mutating func append(_ row: [String]) {
    // A line feed or an escape of a model's text would break the lines of the table.
    rows.append(row.map { TextEncoding.printable($0, keepsBlanks: true) })
  }

  /// The lines of the table: headings, a rule, and the rows, two spaces between columns.
  package var lines: [String] {
    let widths = alignments.indices.map { column in
      rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    var lines = rows.map { row in
      var line = ""
      for column in alignments.indices {
        let cell = column < row.count ? row[column] : ""
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        line += column == 0 ? "" : "  "
        line += alignments[column] == .left ? cell + padding : padding + cell
      }
      return Self.trimmed(line)
    }
    lines.insert(widths.map { String(repeating: "-", count: $0) }.joined(separator: "  "), at: 1)
    return lines
  }

  private static func trimmed(_ line: String) -> String {
    var line = line[...]
    while line.last == " " { line.removeLast() }
    return String(line)
  }
}
