/// Whether the cells of a column hold codes of problems, and how they are parted.
struct CodeList {
  /// `icd10` or `snomed`, as `synonyms.csv` names them; nothing where there are no codes.
  private(set) var system: String?
  /// What stands between codes; nothing where a cell has one.
  private(set) var separator: UInt8?
  /// Whether codes are written without points.
  private let lacksPoints: Bool

  init(_ column: ColumnProfile) {
    let samples = column.samples.prefix(500)
    var best: Character?
    for sign in [";", "|", ","] as [Character]
    where best == nil && samples.contains(where: { $0.contains(sign) }) {
      best = sign
    }
    separator = best?.asciiValue
    let parts = samples.flatMap { text in
      text.split { $0 == best }.map { $0.trimmingBlanks }
    }.filter { !$0.isEmpty }
    lacksPoints = !parts.contains { $0.contains(".") } && parts.contains { $0.count > 3 }
    let (icd, snomed) = (parts.count(where: Self.isICD10), parts.count(where: Self.isSNOMED))
    if parts.count >= 3, icd * 10 >= parts.count * 8 {
      system = "icd10"
    } else if parts.count >= 3, snomed * 10 >= parts.count * 8 {
      system = "snomed"
    }
  }

  /// The pattern by which a code is found in these cells.
  func pattern(for code: String) -> String? {
    guard system == "icd10" else { return code }
    return (lacksPoints ? code.replacing(".", with: "") : code) + "*"
  }

  /// A letter, two digits (the second may be a letter), and up to four more signs.
  private static func isICD10(_ text: String) -> Bool {
    func isLetter(_ byte: UInt8) -> Bool {
      (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
    func isDigit(_ byte: UInt8) -> Bool {
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
    let bytes = Array(text.utf8)
    guard bytes.count >= 3, bytes.count <= 8, isLetter(bytes[0]), isDigit(bytes[1]) else {
      return false
    }
    let rest = bytes[3...].first == UInt8(ascii: ".") ? bytes[4...] : bytes[3...]
    return rest.count <= 4 && (bytes.count == 3 || !rest.isEmpty)
      && ([bytes[2]] + rest).allSatisfy { isLetter($0) || isDigit($0) }
  }

  private static func isSNOMED(_ text: String) -> Bool {
    (6...18).contains(text.utf8.count)
      && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }
}

extension Substring {
  /// The text without blanks at its ends.
  fileprivate var trimmingBlanks: String {
    var text = self
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
