/// Whether the cells of a column hold codes of problems, and how they are parted.
struct CodeList {
  /// `icd10` or `snomed`, as `synonyms.csv` names them; nothing where there are no codes.
  private(set) var system: String?
  /// What stands between codes; nothing where a cell has one.
  private(set) var separator: UInt8?
  /// The codes, as they stand.
  let codes: [String]
  /// Whether nearly all that stands in the cells is well-formed, so that it can hardly be anything
  /// but codes.
  private(set) var isWellFormed = false
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
    codes = parts
    lacksPoints = !parts.contains { $0.contains(".") } && parts.contains { $0.count > 3 }
    let (icd, snomed) = (parts.count(where: Self.isICD10), parts.count(where: Self.isSNOMED))
    if parts.count >= 3, icd * 10 >= parts.count * 8 {
      system = "icd10"
    } else if parts.count >= 3, snomed * 10 >= parts.count * 8 {
      system = "snomed"
    }
    isWellFormed = max(icd, snomed) * 20 >= parts.count * 19
  }

  /// The pattern by which a code is found in these cells.
  func pattern(for code: String) -> String? {
    guard system == "icd10" else { return code }
    return (lacksPoints ? code.replacing(".", with: "") : code) + "*"
  }

  /// A letter, a digit, a digit or the letter A or B, and up to four more signs, which may have a
  /// point before them. Without the point the first of them is a digit: `C07A` is a group of drugs
  /// by ATC, and `I68D` a group of cases.
  private static func isICD10(_ text: String) -> Bool {
    func isLetter(_ byte: UInt8) -> Bool {
      (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
    func isDigit(_ byte: UInt8) -> Bool {
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
    let bytes = Array(text.utf8)
    guard bytes.count >= 3, bytes.count <= 8, isLetter(bytes[0]), isDigit(bytes[1]),
      isDigit(bytes[2]) || bytes[2] == UInt8(ascii: "A") || bytes[2] == UInt8(ascii: "B")
    else { return false }
    guard bytes.count > 3 else { return true }
    let hasPoint = bytes[3] == UInt8(ascii: ".")
    let rest = bytes[(hasPoint ? 4 : 3)...]
    guard let first = rest.first, rest.count <= 4, hasPoint || isDigit(first) else { return false }
    return rest.allSatisfy { isLetter($0) || isDigit($0) }
  }

  private static func isSNOMED(_ text: String) -> Bool {
    (6...18).contains(text.utf8.count)
      && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }
}

/// The codes of which the tables of a model say something, to tell a list of them from numbers that
/// look like them.
struct KnownCodes {
  /// By system: codes, as letters and digits alone, with which a known one begins.
  private var beginnings: [String: Set<String>] = ["icd10": [], "snomed": []]

  init(_ model: Model) {
    for entry in model.synonyms.codes {
      for system in beginnings.keys where entry.name.hasPrefix(system + ":") {
        add(String(entry.name.dropFirst(system.count + 1)), of: system)
      }
    }
    for (url, _, rule) in (try? RecordCodes(model: model))?.rules ?? [] {
      if url.contains("icd-10") { add(rule.code, of: "icd10") }
      if url.contains("snomed") { add(rule.code, of: "snomed") }
    }
  }

  private mutating func add(_ code: String, of system: String) {
    beginnings[system]?.insert(code.replacing(".", with: ""))
  }

  /// How many of some codes are known.
  func count(_ codes: [String], of system: String) -> Int {
    guard let known = beginnings[system] else { return 0 }
    return codes.count { code in
      let plain = code.replacing(".", with: "")
      return plain.indices.contains { known.contains(String(plain[...$0])) }
    }
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
