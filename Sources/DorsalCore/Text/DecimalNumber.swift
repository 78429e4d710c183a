/// Reads decimal numbers exactly: the nearest `Double`, or nothing.
package enum DecimalNumber {
  /// The number that the bytes of a range write in the usual notation:
  /// `-12`, `3.5`, `.5`, `1e-3`.
  ///
  /// Nothing else is a number: no spaces, no thousands separators, no decimal
  /// comma, no hexadecimal, no `nan`, no `inf`. A number too large for a `Double`
  /// is infinite.
  ///
  /// Numbers of up to 15 digits with up to 22 decimals, which is all that case
  /// files hold, take one division of two integers that are exact as `Double`,
  /// so that the quotient is the nearest `Double` (W. D. Clinger, "How to read
  /// floating point numbers accurately", PLDI 1990). Others go to the standard library.
  package static func parse(_ bytes: Span<UInt8>, range: Range<Int>) -> Double? {
    var index = range.lowerBound
    let end = range.upperBound
    var negative = false
    if index < end, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
      negative = bytes[index] == UInt8(ascii: "-")
      index += 1
    }
    var digits = 0
    var mantissa: UInt64 = 0
    var decimals = 0
    var hasPoint = false
    while index < end {
      let byte = bytes[index]
      if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
        digits += 1
        if digits <= 18 { mantissa = mantissa * 10 + UInt64(byte - UInt8(ascii: "0")) }
        if hasPoint { decimals += 1 }
      } else if byte == UInt8(ascii: "."), !hasPoint {
        hasPoint = true
      } else {
        break
      }
      index += 1
    }
    guard digits > 0 else { return nil }
    if index == end, digits <= 15 {
      let magnitude = Double(mantissa) / powersOfTen[decimals]
      return negative ? -magnitude : magnitude
    }
    if index < end {
      guard bytes[index] == UInt8(ascii: "e") || bytes[index] == UInt8(ascii: "E") else {
        return nil
      }
      index += 1
      if index < end, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
        index += 1
      }
      guard index < end else { return nil }
      while index < end {
        guard bytes[index] >= UInt8(ascii: "0"), bytes[index] <= UInt8(ascii: "9") else {
          return nil
        }
        index += 1
      }
    }
    return Double(String(decoding: (range).map { bytes[$0] }, as: UTF8.self))
  }

  /// The number that a text writes, as `parse(_:range:)` reads it.
  package static func parse(_ text: String) -> Double? {
    var text = text
    text.makeContiguousUTF8()
    let bytes = text.utf8.span
    return parse(bytes, range: 0..<bytes.count)
  }

  /// 10 to the power 0...22, each exact as a `Double`.
  private static let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]
}
