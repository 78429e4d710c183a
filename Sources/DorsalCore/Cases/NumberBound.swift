/// A number that is not known but for a bound, as laboratories write it: `<5`, `>200`, `≥ 90`.
package struct NumberBound: Sendable, Hashable {
  /// On which side of the bound the number lies.
  package enum Side: Sendable {
    case below, atMost, above, atLeast
  }

  let side: Side
  /// The bound.
  let number: Double

  /// A bound.
  package init(_ side: Side, _ number: Double) { (self.side, self.number) = (side, number) }

  /// The ways to write a side; longer ones first.
  private static let signs: [(bytes: [UInt8], side: Side)] = [
    ("<=", Side.atMost), ("=<", .atMost), (">=", .atLeast), ("=>", .atLeast), ("≤", .atMost),
    ("≥", .atLeast), ("<", .below), (">", .above),
  ].map { (Array($0.utf8), $1) }

  /// Reads a cell; nothing where it is no bound.
  init?(_ bytes: Span<UInt8>, _ range: Range<Int>, hasDecimalComma: Bool) {
    let range = CellForms.trimmed(bytes, range)
    let sign = Self.signs.first { sign in
      range.count > sign.bytes.count
        && sign.bytes.indices.allSatisfy { bytes[range.lowerBound + $0] == sign.bytes[$0] }
    }
    guard let sign else { return nil }
    let rest = CellForms.trimmed(bytes, range.lowerBound + sign.bytes.count..<range.upperBound)
    guard
      let number = DecimalNumber.parse(bytes, range: rest)
        ?? (hasDecimalComma ? FindingDecoder.number(withComma: bytes, rest) : nil)
    else { return nil }
    (side, self.number) = (sign.side, number)
  }
}
