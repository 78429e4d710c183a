import Foundation

/// README.md or a page of docs, with the commands that its blocks of the language `console` show.
///
/// In such a block each line that begins with `$ ` is a command, and the lines below it are what
/// it prints, standard error among it. A line `...` stands for any number of lines; a command has
/// at most one. The commands of a document run one after the other in one folder that links
/// Models and Data, so that one may read what another wrote. docs/record.py does the same
/// without Swift.
struct Document: Sendable {
  /// Lines as they stand, or a command with the lines below it.
  enum Piece: Sendable, Hashable {
    case text([String])
    case command(String, line: Int, below: [String])
  }

  /// The file's path from the root of the repository.
  let name: String
  /// What the file is made of, in order.
  let pieces: [Piece]

  /// Reads a document of the repository.
  init(_ name: String) throws {
    let path = URL(fileURLWithPath: Repository.root + "/" + name)
    self.init(name: name, text: String(decoding: try Data(contentsOf: path), as: UTF8.self))
  }

  /// Takes a text apart.
  init(name: String, text: String) {
    var pieces = [Piece.text([])]
    var isInConsole = false
    for (index, line) in text.components(separatedBy: "\n").enumerated() {
      if isInConsole, line.hasPrefix("```") {
        isInConsole = false
        pieces.append(.text([line]))
      } else if isInConsole, line.hasPrefix("$ ") {
        pieces.append(.command(String(line.dropFirst(2)), line: index + 1, below: []))
      } else {
        pieces[pieces.count - 1].append(line)
        isInConsole = isInConsole || line == "```console"
      }
    }
    self.name = name
    self.pieces = pieces
  }

  /// The names of all documents.
  static func names() throws -> [String] {
    let pages = try FileManager.default.contentsOfDirectory(atPath: Repository.root + "/docs")
    return ["README.md"] + pages.filter { $0.hasSuffix(".md") }.sorted().map { "docs/" + $0 }
  }

  /// Whether what a command printed is what a document shows.
  static func shows(_ below: [String], _ printed: [String]) -> Bool {
    guard let gap = below.firstIndex(of: "...") else { return below == printed }
    let (head, tail) = (below[..<gap], below[(gap + 1)...])
    return head.count + tail.count <= printed.count && printed.starts(with: head)
      && printed.suffix(tail.count).elementsEqual(tail)
  }

  /// What a document is to show of what a command printed: cut where it was cut before.
  static func cut(_ printed: [String], like below: [String]) -> [String] {
    guard let gap = below.firstIndex(of: "...") else { return printed }
    let tail = below.count - gap - 1
    guard gap + tail < printed.count else { return printed }
    return printed.prefix(gap) + ["..."] + printed.suffix(tail)
  }

  /// Lines without spaces at their ends and empty lines behind the last.
  static func trimmed(_ lines: [String]) -> [String] {
    var lines = lines.map { line in
      String(line.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }
}

extension Document.Piece {
  /// Adds a line to the text, or below the command.
  fileprivate mutating func append(_ line: String) {
    switch self {
    case .text(let lines): self = .text(lines + [line])
    case .command(let command, let number, let below):
      self = .command(command, line: number, below: below + [line])
    }
  }
}
