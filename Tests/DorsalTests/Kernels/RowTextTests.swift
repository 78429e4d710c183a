import Dorsal
import Foundation
import Testing

/// Rows of text are the same with every set of instructions, and each number in them reads as
/// C's `%g` has it.
@Suite struct RowTextTests {
  /// Numbers of all sizes, with those at which the text changes its form.
  private static func numbers(_ count: Int) -> [Float] {
    var generator = SplitMix64(seed: 41)
    let edges: [Float] = [
      0, 1, .leastNonzeroMagnitude, 1e-38, 1e-17, 1e-16, Float(1e-16).nextDown, 1e-5, 1e-4,
      Float(1e-4).nextDown, 9.999999e-5, 0.1, Float(0.1).nextDown, 0.9999994, 0.9999995, 0.9999996,
      Float(1).nextDown, 0.5, 0.25, 2e-10, 0.000123456, 0.0999999, 1.5, 9.25,
    ]
    return edges
      + (edges.count..<count).map { _ in
        let exponent = Double.random(in: -20...0, using: &generator)
        return Float(pow(10, exponent) * Double.random(in: 0.1...1, using: &generator))
      }
  }

  private static func rows(_ numbers: [Float], top: Int, limits: Bool) -> RankedRows {
    let count = numbers.count / top
    let ids = (0..<count).map { "p\($0)" }
    let ends = ids.reduce(into: [Int]()) { $0.append(($0.last ?? 0) + $1.utf8.count) }
    var leading = Leading(rowCount: count, top: top)
    leading.columns = (0..<count * top).map { Int32($0 % top) }
    leading.probabilities = Array(numbers.prefix(count * top))
    return RankedRows(
      ids: Array(ids.joined().utf8), idEnds: ends,
      settings: TextList(["clinic"]), urgencies: TextList(["routine", "urgent"]),
      counts: TextList((0..<1200).map { "\($0)" }),
      causes: TextList((0..<top).map { "cause_\($0)" }),
      setting: Array(repeating: 0, count: count), urgency: (0..<count).map { Int32($0 % 2) },
      count: (0..<count).map { Int32($0 % 1200) },
      leading: leading,
      limits: limits ? (Array(numbers.reversed().suffix(count * top)), numbers) : nil)
  }

  @Test(arguments: [1, 5, 7, 300])
  func `rows are the same at every level and hold the numbers`(top: Int) throws {
    let numbers = Self.numbers(top * 700)
    let rows = Self.rows(numbers, top: top, limits: false)
    let (bytes, ends) = rows.csv(level: .baseline)
    for level in CPULevel.available {
      let other = rows.csv(level: level)
      #expect(other.bytes == bytes, "\(level)")
      #expect(other.ends == ends, "\(level)")
    }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    #expect(lines.count == rows.idEnds.count)
    for (row, line) in lines.enumerated() {
      let cells = line.split(separator: ",")
      try #require(cells.count == 4 + 2 * top)
      #expect(cells[0] == "p\(row)")
      #expect(cells[3] == "\(row % 1200)")
      for place in 0..<top {
        let number = numbers[row * top + place]
        let expected = String(format: "%g", Double(number))
        let text = cells[5 + 2 * place]
        // Half is rounded up here and to even there, and steps below 10^-16 round too.
        let isSame = text == expected || isOneOff(text, number)
        #expect(isSame, "\(number): \(text), expected \(expected)")
      }
    }
  }

  /// Whether a text differs from the number by half a unit of its sixth digit.
  private func isOneOff(_ text: Substring, _ number: Float) -> Bool {
    guard let value = Double(text) else { return false }
    return abs(value - Double(number)) <= 5.000001e-6 * Double(number)
  }

  @Test func `limits are written behind their probability at every level`() throws {
    let numbers = Self.numbers(1400)
    let rows = Self.rows(numbers, top: 2, limits: true)
    let bytes = rows.csv(level: .baseline).bytes
    for level in CPULevel.available { #expect(rows.csv(level: level).bytes == bytes, "\(level)") }
    let limits = try #require(rows.limits)
    for (row, line) in String(decoding: bytes, as: UTF8.self).split(separator: "\n").enumerated() {
      let cells = line.split(separator: ",")
      try #require(cells.count == 4 + 2 * 4)
      for place in 0..<2 {
        let index = row * 2 + place
        let given = [numbers[index], limits.lower[index], limits.upper[index]]
        for (cell, number) in zip(cells[(5 + 4 * place)...], given) {
          let isSame = cell == String(format: "%g", Double(number)) || isOneOff(cell, number)
          #expect(isSame, "\(number): \(cell)")
        }
      }
    }
  }
}
