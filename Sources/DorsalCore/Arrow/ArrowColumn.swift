internal import DorsalNumerics

/// One column of a batch: its buffers, which are as long as its rows need.
struct ArrowColumn: Sendable {
  /// A stretch of bytes.
  struct Buffer: Sendable {
    let bytes: [UInt8]
    let range: Range<Int>
    static let none = Buffer(bytes: [], range: 0..<0)
  }

  /// The type of what stands in its buffers.
  let type: ArrowType
  let count: Int
  /// How many rows are null.
  let nullCount: Int
  /// A bit a row, where any row is null.
  let validity: Buffer?
  /// The values, the offsets of texts, or views.
  let values: Buffer
  /// The texts behind offsets.
  let texts: Buffer
  /// The texts that views lead to.
  let viewedTexts: [Buffer]

  /// Checks the buffers of a column against its rows.
  ///
  /// - Parameters:
  ///   - nullCount: How many rows are null, as the batch says.
  ///   - buffers: Its buffers, as many as its type has.
  ///   - offset: Where the batch stands in the file, for messages.
  ///   - name: What messages call the column.
  init(
    _ type: ArrowType, count: Int, nullCount: Int, buffers: [Buffer], offset: Int, name: String
  ) throws(ArrowFault) {
    (self.type, self.count, self.nullCount) = (type, count, type == .null ? count : nullCount)
    func fault(_ message: String) -> ArrowFault {
      ArrowFault(offset, "column \"\(name)\": \(message)")
    }
    let bits = buffers.first ?? .none
    let needed = (count + 7) / 8
    if type == .null || bits.range.isEmpty {
      guard type == .null || nullCount == 0 else {
        throw fault("\(nullCount) rows are null, and nothing says which")
      }
      validity = nil
    } else {
      guard bits.range.count >= needed else {
        throw fault("\(bits.range.count) bytes say which rows are null; expected \(needed)")
      }
      let found = count - Self.setBits(bits, count: count)
      guard found == nullCount else {
        throw fault("\(found) rows are null; expected \(nullCount), as the batch says")
      }
      validity = nullCount == 0 ? nil : bits
    }
    values = buffers.count > 1 ? buffers[1] : .none
    let bytes = type.valueBytes(rows: count)
    guard values.range.count >= bytes else {
      throw fault("\(values.range.count) bytes of values; expected \(bytes) for \(count) rows")
    }
    if case .text = type {
      texts = buffers[2]
      viewedTexts = []
    } else {
      texts = .none
      viewedTexts = type == .textView ? Array(buffers[2...]) : []
    }
  }

  private static func setBits(_ bits: Buffer, count: Int) -> Int {
    var sum = 0
    let start = bits.range.lowerBound
    for index in 0..<count / 8 { sum += bits.bytes[start + index].nonzeroBitCount }
    if count % 8 > 0 {
      let last = bits.bytes[start + count / 8] & (1 << UInt8(count % 8) &- 1)
      sum += last.nonzeroBitCount
    }
    return sum
  }

  /// Whether a row has a value.
  func isValid(_ row: Int) -> Bool {
    guard let validity else { return type != .null }
    return Self.bit(validity, row)
  }

  private static func bit(_ buffer: Buffer, _ row: Int) -> Bool {
    buffer.bytes[buffer.range.lowerBound + row >> 3] & 1 << UInt8(row & 7) != 0
  }

  /// What a row of booleans says.
  func flag(_ row: Int) -> Bool { Self.bit(values, row) }

  /// The whole numbers of some rows, also of those that are null.
  func integers(_ rows: Range<Int>) -> [Int64] {
    guard case .integer(let width, let isSigned) = type else { return [] }
    return TypedBytes.integers(
      values.bytes, from: values.range.lowerBound, rows: rows, width: width, isSigned: isSigned)
  }

  /// The floats of some rows.
  func floats(_ rows: Range<Int>) -> [Double] {
    guard case .float(let width) = type else { return [] }
    return TypedBytes.floats(
      values.bytes, from: values.range.lowerBound, rows: rows, width: width)
  }

  /// Where the texts of some rows begin, and where the last one ends.
  func offsets(_ rows: Range<Int>) -> [Int] {
    guard case .text(let width) = type, !rows.isEmpty else { return [0] }
    return TypedBytes.offsets(
      values.bytes, from: values.range.lowerBound, rows: rows, width: width)
  }

  /// Where the text of a row stands; nothing where it does not stand where the row says.
  func text(_ row: Int) -> (bytes: [UInt8], range: Range<Int>)? {
    if type == .textView { return viewedText(row) }
    let ends = offsets(row..<row + 1)
    guard ends.count == 2, ends[0] >= 0, ends[1] >= ends[0], ends[1] <= texts.range.count else {
      return nil
    }
    let start = texts.range.lowerBound
    return (texts.bytes, start + ends[0]..<start + ends[1])
  }

  /// A view is 16 bytes: a length, then the text, or 4 bytes of it, a buffer and a place in it.
  private func viewedText(_ row: Int) -> (bytes: [UInt8], range: Range<Int>)? {
    let words = TypedBytes.integers(
      values.bytes, from: values.range.lowerBound, rows: 4 * row..<4 * row + 4, width: 4,
      isSigned: true
    ).map { Int($0) }
    guard words[0] >= 0 else { return nil }
    if words[0] <= 12 {
      let start = values.range.lowerBound + 16 * row + 4
      return (values.bytes, start..<start + words[0])
    }
    guard words[2] >= 0, words[2] < viewedTexts.count, words[3] >= 0 else { return nil }
    let texts = viewedTexts[words[2]]
    guard words[3] + words[0] <= texts.range.count else { return nil }
    let start = texts.range.lowerBound + words[3]
    return (texts.bytes, start..<start + words[0])
  }

  /// The two halves of a decimal, the lower one first.
  private func halves(_ row: Int) -> [Int64] {
    TypedBytes.integers(
      values.bytes, from: values.range.lowerBound, rows: 2 * row..<2 * row + 2, width: 8,
      isSigned: true)
  }

  /// The decimal of a row, where it is that number exactly rounded; nothing where that needs its
  /// digits.
  func decimal(_ row: Int, scale: Int) -> Double? {
    let halves = halves(row)
    // Up to 15 digits and 22 decimals take one division of two numbers that are exact.
    guard halves[1] == (halves[0] < 0 ? -1 : 0), halves[0].magnitude < 1_000_000_000_000_000,
      (0...22).contains(scale)
    else { return nil }
    var power = 1.0
    for _ in 0..<scale { power *= 10 }
    return Double(halves[0]) / power
  }

  /// The digits of a decimal, with its point.
  private func decimalText(_ row: Int, scale: Int) -> String {
    let halves = halves(row)
    let isNegative = halves[1] < 0
    var (low, high) = (UInt64(bitPattern: halves[0]), UInt64(bitPattern: halves[1]))
    if isNegative {
      low = ~low &+ 1
      high = ~high &+ (low == 0 ? 1 : 0)
    }
    // Four words of 32 bits by ten, digit by digit.
    var words = [high >> 32, high & 0xFFFF_FFFF, low >> 32, low & 0xFFFF_FFFF]
    var digits: [UInt8] = []
    while words.contains(where: { $0 > 0 }) {
      var rest: UInt64 = 0
      for place in words.indices {
        let value = rest << 32 | words[place]
        (words[place], rest) = (value / 10, value % 10)
      }
      digits.append(UInt8(ascii: "0") + UInt8(rest))
    }
    let zero = UInt8(ascii: "0")
    if scale < 0 { digits = [UInt8](repeating: zero, count: -scale) + digits }
    while digits.count <= scale { digits.append(zero) }
    var text = Array(digits.reversed())
    if scale > 0 {
      text.insert(UInt8(ascii: "."), at: text.count - scale)
      while text.last == zero { text.removeLast() }
      if text.last == UInt8(ascii: ".") { text.removeLast() }
    }
    return (isNegative ? "-" : "") + (text.isEmpty ? "0" : String(decoding: text, as: UTF8.self))
  }

  /// Appends what a row says as a cell of text would.
  ///
  /// Whole floats are written as whole numbers, others with as many digits as tell them apart.
  ///
  /// - Returns: Whether the row's value stands where it says.
  func appendText(_ row: Int, to output: inout [UInt8]) -> Bool {
    guard isValid(row) else { return true }
    switch type {
    case .null, .other: break
    case .boolean: output.append(contentsOf: (flag(row) ? "true" : "false").utf8)
    case .integer(8, false):
      // The greatest of them do not fit a number with a sign.
      let bits = TypedBytes.integers(
        values.bytes, from: values.range.lowerBound, rows: row..<row + 1, width: 8, isSigned: true)
      output.append(contentsOf: "\(UInt64(bitPattern: bits[0]))".utf8)
    case .integer: output.append(contentsOf: "\(integers(row..<row + 1)[0])".utf8)
    case .float(let width):
      let number = floats(row..<row + 1)[0]
      if !number.isNaN {
        output.append(contentsOf: Self.text(of: number, width: width).utf8)
      }
    case .decimal(let scale): output.append(contentsOf: decimalText(row, scale: scale).utf8)
    case .text, .textView:
      guard let (bytes, range) = text(row) else { return false }
      output.append(contentsOf: bytes[range])
    }
    return true
  }

  /// The text of a float, of as few digits as tell it apart from others of its width.
  static func text(of number: Double, width: Int) -> String {
    if let whole = Int(exactly: number), abs(whole) < 1 << 53 { return "\(whole)" }
    return switch width {
    case 2: "\(Float16(number))"
    case 4: "\(Float(number))"
    default: "\(number)"
    }
  }
}
