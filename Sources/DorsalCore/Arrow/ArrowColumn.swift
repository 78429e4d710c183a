internal import DorsalNumerics

/// One column of a batch: its buffers, which are as long as its rows need.
package struct ArrowColumn: Sendable {
  /// A stretch of bytes.
  package struct Buffer: Sendable {
    let bytes: [UInt8]
    let range: Range<Int>
    package static let none = Buffer(bytes: [], range: 0..<0)

    /// A stretch of bytes.
    init(bytes: [UInt8], range: Range<Int>) { (self.bytes, self.range) = (bytes, range) }

    /// Bytes as a whole.
    package init(_ bytes: [UInt8]) { self.init(bytes: bytes, range: 0..<bytes.count) }

    /// The same as bits.
    var bits: CodeColumns.Bits { CodeColumns.Bits(bytes, from: range.lowerBound) }
  }

  /// The most bytes of a text that is read: a word of a dictionary may stand in any number of rows,
  /// so that a small file could ask for more text than any memory holds.
  package static let longestText = 65_536
  /// What is said of a longer one.
  package static let longTextFault =
    "a text of more than \(longestText) bytes; expected at most so many"

  /// The type of what stands in its buffers.
  package let type: ArrowType
  /// How many rows it has.
  package let count: Int
  /// How many rows are null.
  let nullCount: Int
  /// A bit a row, where any row is null.
  package let validity: Buffer?
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

  /// A column of values that stand in memory as they should.
  ///
  /// - Parameters:
  ///   - count: How many rows there are.
  ///   - validity: A bit for each row, set where it has a value; nothing where all have one.
  ///   - values: The values, or the offsets of texts.
  ///   - texts: The texts behind offsets.
  package init(
    _ type: ArrowType, count: Int, validity: Buffer?, values: Buffer, texts: Buffer = .none
  ) {
    let nulls = validity.map { count - Self.setBits($0, count: count) } ?? 0
    precondition(values.range.count >= type.valueBytes(rows: count), "values of all rows")
    (self.type, self.count, nullCount) = (type, count, type == .null ? count : nulls)
    self.validity = nulls == 0 ? nil : validity
    (self.values, self.texts, viewedTexts) = (values, texts, [])
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

  /// Which of some rows have values; empty where all have.
  package func valid(_ rows: Range<Int>) -> [Bool] {
    guard let validity else {
      return type == .null ? [Bool](repeating: false, count: rows.count) : []
    }
    return TypedBytes.bits(validity.bytes, from: validity.range.lowerBound, rows: rows)
  }

  /// What a row of booleans says.
  func flag(_ row: Int) -> Bool { Self.bit(values, row) }

  /// What some rows of booleans say, also those that are null.
  func flags(_ rows: Range<Int>) -> [Bool] {
    TypedBytes.bits(values.bytes, from: values.range.lowerBound, rows: rows)
  }

  /// The whole numbers of some rows, also of those that are null.
  package func integers(_ rows: Range<Int>) -> [Int64] {
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

  /// Where the text of a row stands; nothing where it does not stand where the row says, or is
  /// longer than texts may be.
  func text(_ row: Int) -> (bytes: [UInt8], range: Range<Int>)? {
    guard let found = place(row), found.range.count <= Self.longestText else { return nil }
    return found
  }

  /// The texts of some rows as they stand one behind the other, and where each begins, with the end
  /// of the last one behind; nothing where a row that is null has one, or one cannot be read.
  func textsInOrder(_ rows: Range<Int>) -> (bytes: ArraySlice<UInt8>, ends: [Int])? {
    guard case .text = type else { return nil }
    let (ends, valid) = (offsets(rows), valid(rows))
    guard let first = ends.first, let last = ends.last, first >= 0, last <= texts.range.count else {
      return nil
    }
    for row in 0..<rows.count {
      // Of a file that is damaged ends are any numbers, and no difference of them need be one.
      guard ends[row] >= first, ends[row + 1] >= ends[row] else { return nil }
      let length = ends[row + 1] - ends[row]
      guard length <= Self.longestText, length == 0 || valid.isEmpty || valid[row]
      else { return nil }
    }
    let start = texts.range.lowerBound
    return (texts.bytes[start + first..<start + last], ends)
  }

  /// Whether a row has a text that is longer than texts may be.
  func hasLongText(_ row: Int) -> Bool {
    switch type {
    case .text, .textView:
      isValid(row) && (place(row).map { $0.range.count > Self.longestText } ?? false)
    default: false
    }
  }

  private func place(_ row: Int) -> (bytes: [UInt8], range: Range<Int>)? {
    if type == .textView {
      guard let (buffer, range) = viewedTexts(row..<row + 1)[0] else { return nil }
      return (buffer < 0 ? values.bytes : viewedTexts[buffer].bytes, range)
    }
    let ends = offsets(row..<row + 1)
    guard ends.count == 2, ends[0] >= 0, ends[1] >= ends[0], ends[1] <= texts.range.count else {
      return nil
    }
    let start = texts.range.lowerBound
    return (texts.bytes, start + ends[0]..<start + ends[1])
  }

  /// Where the texts of some rows of views stand: in which of the further buffers, or -1 for the
  /// views themselves, and where in its bytes; nothing where one does not stand where its view says.
  func viewedTexts(_ rows: Range<Int>) -> [(buffer: Int, range: Range<Int>)?] {
    let start = values.range.lowerBound
    let views = TypedBytes.views(values.bytes, from: start, rows: rows)
    return zip(rows, views).map { row, view in
      guard view.count >= 0 else { return nil }
      if view.count <= TypedBytes.View.longestInPlace {
        let place = start + TypedBytes.View.width * row + TypedBytes.View.textPlace
        return (-1, place..<place + view.count)
      }
      guard view.buffer >= 0, view.buffer < viewedTexts.count, view.place >= 0 else { return nil }
      let texts = viewedTexts[view.buffer].range
      guard view.place + view.count <= texts.count else { return nil }
      let place = texts.lowerBound + view.place
      return (view.buffer, place..<place + view.count)
    }
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
  /// - Returns: Whether the row's value stands where it says, and is no longer than texts may be.
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
    case .integer: Self.append(integers(row..<row + 1)[0], to: &output)
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

  /// Appends the digits of a whole number.
  private static func append(_ number: Int64, to output: inout [UInt8]) {
    let zero = UInt8(ascii: "0")
    if number < 0 { output.append(UInt8(ascii: "-")) }
    let start = output.count
    var rest = number.magnitude
    repeat {
      output.append(zero + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    output[start...].reverse()
  }

  /// The text of a float, of as few digits as tell it apart from others of its width.
  private static func text(of number: Double, width: Int) -> String {
    if let whole = Int(exactly: number), whole.magnitude < 1 << 53 { return "\(whole)" }
    return switch width {
    case 2: "\(Float16(number))"
    case 4: "\(Float(number))"
    default: "\(number)"
    }
  }
}
