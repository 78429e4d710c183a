/// Columns of every type that cases may have.
extension CaseSource.Column {
  /// Fixed-width values, each as its bytes, of which some are null.
  static func values(_ format: String, _ name: String, _ values: [[UInt8]?]) -> Self {
    let width = values.lazy.compactMap { $0?.count }.first ?? 1
    return Self(
      format: format, name: name, count: values.count,
      buffers: [
        bits(values.map { $0 != nil }),
        values.flatMap { $0 ?? [UInt8](repeating: 0xA5, count: width) },
      ], nullCount: -1)
  }

  /// Whole numbers of the width and sign that the format says.
  static func integers(_ format: String, _ name: String, _ numbers: [Int64?]) -> Self {
    let width = ["c": 1, "s": 2, "i": 4, "l": 8][format.lowercased()] ?? 8
    return values(format, name, numbers.map { $0.map { bytes(UInt64(bitPattern: $0), width) } })
  }

  /// Floats of 2, 4 or 8 bytes.
  static func floats(_ format: String, _ name: String, _ numbers: [Double?]) -> Self {
    values(
      format, name,
      numbers.map { number in
        number.map {
          switch format {
          case "e": bytes(UInt64(Float16($0).bitPattern), 2)
          case "f": bytes(UInt64(Float($0).bitPattern), 4)
          default: bytes($0.bitPattern, 8)
          }
        }
      })
  }

  /// Decimals, by their digits as a whole number.
  static func decimals(scale: Int, _ name: String, _ digits: [Int64?]) -> Self {
    values(
      "d:18,\(scale)", name,
      digits.map {
        $0.map {
          bytes(UInt64(bitPattern: $0), 8) + [UInt8](repeating: $0 < 0 ? 0xFF : 0, count: 8)
        }
      })
  }

  /// Booleans.
  static func flags(_ name: String, _ flags: [Bool?]) -> Self {
    Self(
      format: "b", name: name, count: flags.count,
      buffers: [bits(flags.map { $0 != nil }), bits(flags.map { $0 ?? true })], nullCount: -1)
  }

  /// Texts with offsets of eight bytes; a text stands behind a null too.
  static func wideTexts(_ name: String, _ values: [String?]) -> Self {
    var (offsets, texts): ([UInt8], [UInt8]) = (bytes(0, 8), [])
    for value in values {
      texts += Array((value ?? "none").utf8)
      offsets += bytes(UInt64(texts.count), 8)
    }
    return Self(
      format: "U", name: name, count: values.count,
      buffers: [bits(values.map { $0 != nil }), offsets, texts], nullCount: -1)
  }

  /// Texts as views, the long ones in two buffers.
  static func views(_ name: String, _ values: [String?]) -> Self {
    var (views, long): ([UInt8], [[UInt8]]) = ([], [[], []])
    for (row, value) in values.enumerated() {
      let text = Array((value ?? "").utf8)
      views += bytes(UInt64(text.count), 4)
      if text.count <= 12 {
        views += text + [UInt8](repeating: 0, count: 12 - text.count)
      } else {
        views += text[..<4] + bytes(UInt64(row % 2), 4)
        views += bytes(UInt64(long[row % 2].count), 4)
        long[row % 2] += text
      }
    }
    return Self(
      format: "vu", name: name, count: values.count,
      buffers: [
        bits(values.map { $0 != nil }), views, long[0], long[1],
        bytes(UInt64(long[0].count), 8) + bytes(UInt64(long[1].count), 8),
      ], nullCount: -1)
  }

  /// Numbers of words.
  static func dictionary(_ format: String, _ places: [Int?], of words: Self) -> Self {
    var column = integers(format, words.name, places.map { $0.map(Int64.init) })
    column.words = [words]
    return column
  }

  /// The same column without its first rows, which stay in the buffers.
  func from(_ row: Int) -> Self {
    var column = self
    (column.offset, column.count) = (offset + row, count - row)
    return column
  }

  private static func bytes(_ number: UInt64, _ width: Int) -> [UInt8] {
    (0..<width).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) }
  }

  private static func bits(_ flags: [Bool]) -> [UInt8] {
    var bits = [UInt8](repeating: 0, count: (flags.count + 7) / 8)
    for (row, flag) in flags.enumerated() where flag { bits[row / 8] |= 1 << UInt8(row % 8) }
    return bits
  }
}
