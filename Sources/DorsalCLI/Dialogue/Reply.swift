import Dorsal

/// What a line of a dialogue means.
enum Reply: Equatable {
  /// An answer: the code of a state, and how a case file would have it.
  case state(code: UInt8, text: String)
  case unknown, undo, why, help, quit
  /// None of the danger signs that are left is there.
  case noOthers
  /// Not an answer, and why.
  case notUnderstood(String)

  /// Reads a line as the reply to the question for a finding.
  ///
  /// A name of a state comes first, then its number in the list, counted from 1. Of a binary
  /// finding 1 is yes and 0 is no, as in case files.
  init(_ line: String, to finding: Finding) {
    var text = line[...]
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    switch text.lowercased() {
    case "?": self = .unknown
    case "undo": self = .undo
    case "why": self = .why
    case "help": self = .help
    case "quit": self = .quit
    case "no others": self = .noOthers
    case "": self = .notUnderstood("expected an answer; ? where it is not known")
    default: self = Self.answer(String(text), to: finding)
    }
  }

  private static func answer(_ text: String, to finding: Finding) -> Reply {
    var value = text
    switch finding.kind {
    case .binary: value = ["y": "yes", "n": "no"][text.lowercased()] ?? text
    case .category:
      if !finding.states.contains(text), let number = Int(text),
        finding.states.indices.contains(number - 1)
      {
        value = finding.states[number - 1]
      }
    case .number: break
    }
    let bytes = Array(value.utf8)
    do throws(DorsalError) {
      let code = try FindingDecoder(finding).code(of: bytes.span, range: 0..<bytes.count)
      let state = finding.states[Int(code) - 1]
      return .state(code: code, text: finding.kind == .number ? value : state)
    } catch {
      return .notUnderstood(error.description)
    }
  }
}
