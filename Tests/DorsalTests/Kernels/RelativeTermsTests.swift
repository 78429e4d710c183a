import Dorsal
import Foundation
import Testing

@Suite struct RelativeTermsTests {
  /// Sizes around a vector of eight.
  @Test(arguments: [1, 7, 8, 9, 17, 297])
  func `terms are p log(p / b), the same bits at every level`(columns: Int) {
    var generator = SplitMix64(seed: UInt64(columns))
    let rows = 5
    let background = (0..<columns).map { _ in
      exp(Double.random(in: -12...0, using: &generator))
    }
    var differences = DoubleMatrix(rowCount: rows, columnCount: columns)
    for row in 0..<rows {
      for column in 0..<columns where row > 0 {
        let p = exp(Double.random(in: -25...0, using: &generator))
        differences[row, column] = p - background[column]
      }
    }
    var all: [DoubleMatrix] = []
    for level in CPULevel.available {
      var terms = DoubleMatrix(rowCount: rows, columnCount: columns)
      RelativeTerms.write(
        of: differences, background: background, inverse: background.map { 1 / $0 },
        least: 1e-12, rowCount: rows, into: &terms, level: level)
      all.append(terms)
    }
    for terms in all { #expect(terms == all[0]) }
    for row in 0..<rows {
      for column in 0..<columns {
        let p = max(background[column] + differences[row, column], 1e-12)
        let expected = p * log(p / background[column])
        // A few roundings of numbers up to 25.
        #expect(isClose(all[0][row, column], to: expected, within: 1e-14))
        // Nothing differs in the first row. 1 / b is rounded, so b / b may be one bit off.
        if row == 0 { #expect(abs(all[0][row, column]) < 1e-15) }
      }
    }
  }
}
