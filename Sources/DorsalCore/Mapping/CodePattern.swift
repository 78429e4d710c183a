/// A code of a mapping as cells are compared with it.
enum CodePattern: Sendable {
  /// This text; where it is a number, any cell that is the same number.
  case exact([UInt8], number: Double?)
  /// Texts that begin so.
  case prefix([UInt8])
  /// Numbers from the least one on, up to the end and without it.
  case range(from: Double, to: Double)
  /// Any text that is not empty.
  case any

  /// Reads a pattern.
  ///
  /// - Throws: `DorsalError` where it looks like a range of numbers and is none.
  init(_ text: String) throws(DorsalError) {
    let bytes = Array(text.utf8)
    func number(from start: Int, to end: Int? = nil) throws(DorsalError) -> Double {
      let range = start..<(end ?? bytes.count)
      let content = CellForms.trimmed(bytes.span, range)
      guard let number = DecimalNumber.parse(bytes.span, range: content), number.isFinite else {
        throw DorsalError(.value, "\"\(text)\"; expected numbers, such as >=38 or 18..64")
      }
      return number
    }
    if text == "*" {
      self = .any
    } else if text.hasSuffix("*") {
      self = .prefix(Array(bytes.dropLast()))
    } else if text.hasPrefix(">=") {
      self = .range(from: try number(from: 2), to: .infinity)
    } else if text.hasPrefix("<=") {
      self = .range(from: -.infinity, to: try number(from: 2).nextUp)
    } else if text.hasPrefix(">") {
      self = .range(from: try number(from: 1).nextUp, to: .infinity)
    } else if text.hasPrefix("<") {
      self = .range(from: -.infinity, to: try number(from: 1))
    } else if let dots = text.firstRange(of: "..") {
      let split = text.utf8.distance(from: text.startIndex, to: dots.lowerBound)
      let (least, greatest) = (try number(from: 0, to: split), try number(from: split + 2))
      guard least <= greatest else {
        throw DorsalError(.value, "\"\(text)\"; expected the lesser number first")
      }
      self = .range(from: least, to: greatest.nextUp)
    } else {
      self = .exact(bytes, number: DecimalNumber.parse(text))
    }
  }

  /// Whether it is one code.
  var isExact: Bool { if case .exact = self { true } else { false } }

  /// Whether a text that is not empty has it.
  ///
  /// - Parameters:
  ///   - number: The number that the text is, if it is one.
  ///   - folds: Whether capitals are as good as small letters.
  func holds(_ bytes: Span<UInt8>, _ range: Range<Int>, number: Double?, folds: Bool) -> Bool {
    switch self {
    case .any: return true
    case .exact(let own, let ownNumber):
      if let ownNumber, let number, ownNumber == number { return true }
      return own.count == range.count && Self.begins(bytes, range, own, folds)
    case .prefix(let own):
      return own.count <= range.count && Self.begins(bytes, range, own, folds)
    case .range(let least, let end):
      guard let number else { return false }
      return number >= least && number < end
    }
  }

  private static func begins(
    _ bytes: Span<UInt8>, _ range: Range<Int>, _ own: [UInt8], _ folds: Bool
  ) -> Bool {
    for index in own.indices {
      let byte = bytes[range.lowerBound + index]
      if byte == own[index] { continue }
      guard folds, fold(byte) == fold(own[index]) else { return false }
    }
    return true
  }

  private static func fold(_ byte: UInt8) -> UInt8 {
    byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
  }
}
