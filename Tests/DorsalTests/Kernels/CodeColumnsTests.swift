import DorsalNumerics
import Testing

/// Columns of flags and of words become codes, and columns of codes rows, as one by one.
@Suite struct CodeColumnsTests {
  private static func bit(_ bytes: [UInt8], _ row: Int) -> Bool {
    bytes[row / 8] >> (row % 8) & 1 == 1
  }

  private static func bytes(_ count: Int, _ random: inout SplitMix64) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
  }

  @Test(arguments: [1, 7, 8, 9, 15, 16, 17, 31, 33, 152, 160], [1, 5, 15, 16, 17, 40, 64, 257])
  func `a row has the codes of its columns`(columns: Int, rows: Int) {
    var random = SplitMix64(seed: UInt64(columns * 1000 + rows))
    let codes = Self.bytes(columns * rows, &random)
    let turned = CodeColumns.rows(of: codes, columnCount: columns, rowCount: rows)
    for row in 0..<rows {
      for column in 0..<columns {
        #expect(turned[row * columns + column] == codes[column * rows + row])
      }
    }
  }

  @Test(arguments: [0, 1, 3, 8, 13, 16], [0, 1, 7, 8, 9, 64, 203])
  func `a flag has the code of its side, and none where it is not known`(first: Int, count: Int) {
    var random = SplitMix64(seed: UInt64(first * 1000 + count))
    let (flags, valid) = (Self.bytes(32, &random), Self.bytes(40, &random))
    for known in [nil, CodeColumns.Bits(valid, from: 5)] {
      var codes = [UInt8](repeating: 77, count: count + 4)
      CodeColumns.read(
        flags: .init(flags, from: 2), valid: known, rows: first..<first + count, no: 3, yes: 250,
        into: &codes, at: 2)
      for row in 0..<count {
        let isKnown = known == nil || Self.bit(Array(valid[5...]), first + row)
        let flag = Self.bit(Array(flags[2...]), first + row)
        #expect(codes[2 + row] == (isKnown ? flag ? 250 : 3 : 0))
      }
      #expect(codes.prefix(2) + codes.suffix(2) == [77, 77, 77, 77])
    }
  }

  @Test(arguments: [1, 2, 4, 8], [true, false])
  func `a word has what the table says of it`(width: Int, isSigned: Bool) {
    var random = SplitMix64(seed: UInt64(width))
    let table: [UInt16] = [4, 0, 255, 9, 0, 0xFFFF]
    let words = table.count - 2
    // Those that there are, one behind them, and one that is negative or very large.
    let numbers: [Int] = (0..<97).map { _ in
      let drawn = Int(random.next() % 6)
      return drawn == 5 ? -1 : drawn
    }
    let bytes: [UInt8] =
      [0, 0, 0]
      + numbers.flatMap { number in
        (0..<width).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
      }
    let valid = Self.bytes(20, &random)
    for (known, rows) in [
      (nil, 0..<97), (CodeColumns.Bits(valid, from: 1), 5..<90), (nil, 40..<40),
    ] {
      var codes = [UInt8](repeating: 77, count: rows.count + 1)
      let met = CodeColumns.read(
        words: bytes, from: 3, width: width, isSigned: isSigned, valid: known, rows: rows,
        table: table, into: &codes, at: 1)
      var expected: UInt16 = 0
      for row in rows {
        let isKnown = known == nil || Self.bit(Array(valid[1...]), row)
        let number = numbers[row]
        let said =
          !isKnown ? table[words] : number < 0 || number >= words ? table[words + 1] : table[number]
        expected |= said
        #expect(codes[1 + row - rows.lowerBound] == UInt8(truncatingIfNeeded: said))
      }
      #expect(met == expected && codes[0] == 77)
    }
  }
}
