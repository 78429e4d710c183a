internal import DorsalNumerics

/// Turns what a case file says of one finding into the code of a state.
///
/// A class, so that a cell costs no copy of the finding.
package final class FindingDecoder: Sendable {
  package let finding: Finding
  /// The texts that stand for a state, with its code.
  private let names: [(bytes: [UInt8], code: UInt8)]
  /// The same in small letters; 0 where two are alike in them.
  private let smallNames: [(bytes: [UInt8], code: UInt8)]

  /// Prepares the decoder of a finding.
  package init(_ finding: Finding) {
    self.finding = finding
    self.names =
      finding.kind == .number
      ? []
      : finding.states.enumerated().map { (Array($1.utf8), UInt8($0 + 1)) }
    let small = names.map { CellForms.folded($0.bytes.span, 0..<$0.bytes.count) }
    self.smallNames = small.enumerated().map { index, name in
      (name, small.count { $0 == name } == 1 ? UInt8(index + 1) : 0)
    }
  }

  /// Prepares the decoder of a finding whose column is in another unit.
  package convenience init(_ finding: Finding, in unit: UnitConversion) {
    self.init(unit.converted(finding))
  }

  /// Words that stand for the states of a binary finding, in any case of letters.
  private static let binaryWords: [(word: String, code: UInt8)] = [
    ("no", 1), ("false", 1), ("0", 1), ("yes", 2), ("true", 2), ("1", 2),
  ]

  /// How the inner loop reads a column of this finding: the same texts as `code(of:range:)`,
  /// or some of them.
  func column(target: PlainCSVReader.Target) -> PlainCSVReader.Column {
    if finding.kind == .number {
      let range = finding.range ?? -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
      return .number(edges: finding.edges, range: range, target: target)
    }
    var texts = names.map { (String(decoding: $0.bytes, as: UTF8.self), UInt16($0.code)) }
    if finding.kind == .binary {
      for (word, code) in Self.binaryWords {
        // Capitals change nothing in 0 and 1.
        for text in Set([word, word.uppercased(), word.prefix(1).uppercased() + word.dropFirst()]) {
          texts.append((text, UInt16(code)))
        }
      }
    }
    return .names(texts, target: target)
  }

  /// The code of a cell that is not empty.
  ///
  /// - Complexity: O(states), without allocation where the cell can be read.
  package func code(
    of bytes: Span<UInt8>, range: Range<Int>
  ) throws(DorsalError) -> UInt8 {
    if finding.kind == .number {
      guard let number = DecimalNumber.parse(bytes, range: range) else {
        throw fault(ofCell: bytes, range)
      }
      return try code(of: number)
    }
    if let code = exactState(bytes, range) { return code }
    if finding.kind == .binary {
      let word = TextEncoding.printable(bytes, range: range).lowercased()
      if let match = Self.binaryWords.first(where: { $0.word == word }) { return match.code }
    }
    throw fault(ofCell: bytes, range)
  }

  /// The code of the state whose id a cell is.
  func exactState(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt8? {
    search: for name in names where name.bytes.count == range.count {
      for offset in 0..<range.count
      where bytes[range.lowerBound + offset] != name.bytes[offset] { continue search }
      return name.code
    }
    return nil
  }

  /// The code of the state whose id differs in the case of its letters alone; nothing where two
  /// do.
  func likeState(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt8? {
    for name in smallNames where CellForms.isSame(bytes, range, as: name.bytes) {
      return name.code == 0 ? nil : name.code
    }
    return nil
  }

  /// The code of a word that stands for a state of every binary finding.
  ///
  /// - Parameter word: The word, in small letters.
  static func binaryCode(of word: [UInt8]) -> UInt8? {
    binaryWords.first { word.elementsEqual($0.word.utf8) }?.code
  }

  /// What is wrong with a cell that cannot be read.
  func fault(ofCell bytes: Span<UInt8>, _ range: Range<Int>) -> DorsalError {
    let text = TextEncoding.printable(bytes, range: range)
    return finding.kind == .number ? notANumber(text) : unknownState(text)
  }

  /// The code of a value that a program gives.
  package func code(of value: FindingValue) throws(DorsalError) -> UInt8 {
    switch value {
    case .number(let number) where finding.kind == .number:
      return try code(of: number)
    case .number(let number):
      return try codeOfText(Int(exactly: number).map { "\($0)" } ?? "\(number)")
    case .state(let text):
      return try codeOfText(text)
    }
  }

  private func codeOfText(_ text: String) throws(DorsalError) -> UInt8 {
    let bytes = Array(text.utf8)
    return try code(of: bytes.span, range: 0..<bytes.count)
  }

  /// The code of the state that a number falls in.
  package func code(of number: Double) throws(DorsalError) -> UInt8 {
    guard number.isFinite, finding.range?.contains(number) ?? true else {
      throw outOfRange(number)
    }
    return UInt8(finding.state(of: number) + 1)
  }

  /// The code of `true` or `false`, for a binary finding.
  package func code(of flag: Bool) throws(DorsalError) -> UInt8 {
    guard finding.kind == .binary else {
      throw DorsalError(.value, "true or false; expected \(expected)")
    }
    return flag ? 2 : 1
  }

  /// What to say of a number out of range, with the unit in which it may have been meant.
  func outOfRange(_ number: Double) -> DorsalError {
    let unit = UnitTable.likelyUnit(of: number, for: finding)?.unit
    return DorsalError(
      .value,
      "out of range; expected \(expectedNumber)"
        + (unit.map { "; is it in \($0)? Then call it \(finding.id)[\($0)]" } ?? ""))
  }

  private func notANumber(_ text: String) -> DorsalError {
    let word = text.lowercased()
    if ["nan", "na", "null", "none", "unknown", "missing", "?", "."].contains(word) {
      return DorsalError(.value, "not a number; leave the cell empty where the finding is unknown")
    }
    if text.contains(","), DecimalNumber.parse(text.replacing(",", with: ".")) != nil {
      return DorsalError(.value, "not a number; expected a decimal point, not a comma")
    }
    if finding.states.contains(text) {
      return DorsalError(.value, "the name of a state; expected \(expectedNumber)")
    }
    return DorsalError(.value, "not a number; expected \(expectedNumber)")
  }

  private func unknownState(_ text: String) -> DorsalError {
    if ["nan", "na", "null", "none", "unknown", "missing", "?", "."].contains(text.lowercased()) {
      return DorsalError(.value, "unknown state; leave the cell empty where the finding is unknown")
    }
    return DorsalError(
      .value,
      "unknown state; expected \(expected)"
        + NearestName.suggestion(for: text, in: finding.states))
  }

  /// What a value has to be, in words.
  package var expected: String {
    switch finding.kind {
    case .number: expectedNumber
    case .binary: "absent or present"
    case .category: "one of " + finding.states.joined(separator: ", ")
    }
  }

  private var expectedNumber: String {
    guard let range = finding.range else { return "a number" }
    let unit = finding.unit.isEmpty ? "" : " (\(finding.unit))"
    return "a number from \(Self.short(range.lowerBound)) to \(Self.short(range.upperBound))\(unit)"
  }

  private static func short(_ number: Double) -> String {
    number == number.rounded() && abs(number) < 1e15 ? "\(Int(number))" : "\(number)"
  }
}
