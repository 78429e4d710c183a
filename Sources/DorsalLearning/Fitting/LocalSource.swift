internal import DorsalCore

/// Where local data come from: the row of `sources.csv` that updated numbers cite.
public struct LocalSource: Sendable, Hashable {
  /// The key, such as `local_clinic_2026_11_21`.
  public let key: String
  /// The name of the file.
  public let file: String
  /// The day of the update, `yyyy-mm-dd`.
  public let date: String
  /// The SHA-256 of the file, as 64 hexadecimal digits.
  public let checksum: String
  /// That of the same cases in the words of the model, where they were written so.
  public let recodedChecksum: String?

  /// Names a source.
  ///
  /// - Parameters:
  ///   - file: The name of the file, without its folders.
  ///   - date: The day, `yyyy-mm-dd`.
  ///   - checksum: The SHA-256 of the file.
  ///   - recodedChecksum: That of the same cases in the words of the model.
  ///   - taken: Keys that there are already.
  public init(
    file: String, date: String, checksum: String, recodedChecksum: String? = nil,
    taken: Set<String> = []
  ) {
    let stem = file.split(separator: ".").first.map(String.init) ?? file
    let base = Identifier.from("local_\(stem)_\(date)")
    var key = base
    var number = 2
    while taken.contains(key) {
      key = "\(base)_\(number)"
      number += 1
    }
    self.key = key
    self.file = file
    self.date = date
    self.checksum = checksum
    self.recodedChecksum = recodedChecksum
  }

  /// The row of `sources.csv`.
  func source(countedCases: Int) -> Source {
    Source(
      key: key,
      citation: "Local data: \(file), \(countedCases) cases with one diagnosis, counted on \(date)"
        + (recodedChecksum.map { "; as a case file sha256:\($0)" } ?? ""),
      identifier: "sha256:\(checksum)")
  }
}

/// Ids made of names.
package enum Identifier {
  /// A name as an id: lower case, with `_` for what ids cannot hold; `x_` goes before a
  /// digit where an id may not begin with one.
  package static func from(_ name: String, mayBeginWithDigit: Bool = false) -> String {
    var bytes: [UInt8] = []
    for byte in name.lowercased().utf8 {
      let isKept =
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      if isKept {
        bytes.append(byte)
      } else if bytes.last != UInt8(ascii: "_"), !bytes.isEmpty {
        bytes.append(UInt8(ascii: "_"))
      }
    }
    while bytes.last == UInt8(ascii: "_") { bytes.removeLast() }
    let id = String(decoding: bytes, as: UTF8.self)
    guard !ModelTable.isIdentifier(id, mayBeginWithDigit: mayBeginWithDigit) else { return id }
    return id.isEmpty ? "x" : "x_" + id
  }
}
