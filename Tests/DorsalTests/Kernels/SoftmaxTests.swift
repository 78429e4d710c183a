import Dorsal
import Foundation
import Testing

@Suite struct SoftmaxTests {
  /// Rows of scores on a grid of 2^-22 nats.
  private func scores(_ rows: [[Double]]) -> (AlignedArray<Int32>, stride: Int) {
    let stride = (rows[0].count + 15) / 16 * 16
    let padded = (rows.count + Softmax.lanes - 1) / Softmax.lanes * Softmax.lanes
    let scores = AlignedArray<Int32>(count: padded * stride)
    for (row, values) in rows.enumerated() {
      for (column, value) in values.enumerated() {
        scores[row * stride + column] = Int32(value * 4_194_304)
      }
    }
    return (scores, stride)
  }

  private func softmax(
    _ rows: [[Double]], top: Int, level: CPULevel
  ) -> (Matrix, Leading) {
    let (scores, stride) = scores(rows)
    let columns = rows[0].count
    var probabilities = Matrix(rowCount: rows.count, columnCount: columns)
    var leading = Leading(rowCount: rows.count, top: top)
    Softmax.write(
      scores: scores, stride: stride, unit: 1 / 4_194_304, count: rows.count,
      into: &probabilities, firstRow: 0, top: top, leading: &leading,
      scratch: AlignedArray(count: Softmax.scratchCount(columns: columns)), level: level)
    return (probabilities, leading)
  }

  /// Scores far beyond what `exp` can take.
  @Test(arguments: CPULevel.available)
  func `a softmax neither overflows nor loses the sum`(level: CPULevel) {
    let (probabilities, _) = softmax([[200, 199, -300]], top: 0, level: level)
    // e / (1 + e) and 1 / (1 + e).
    #expect(isClose(Double(probabilities[0, 0]), to: 0.7310586, within: 1e-6))
    #expect(isClose(Double(probabilities[0, 1]), to: 0.2689414, within: 1e-6))
    #expect(probabilities[0, 2] == 0)
  }

  /// Against the platform's exponential in double precision, over the whole range, with
  /// row lengths on both sides of the vector length and rows that do not fill a block.
  @Test(arguments: CPULevel.available)
  func `posteriors are those of double precision`(level: CPULevel) {
    var random = SplitMix64(seed: 5)
    for columns in [1, 2, 15, 16, 17, 44, 100] {
      let rows = (0..<37).map { _ in
        (0..<columns).map { _ in
          // Whole units, so that the reference starts from the same score.
          Double(Int64(Double.random(in: -40...40, using: &random) * 4_194_304)) / 4_194_304
        }
      }
      let (probabilities, _) = softmax(rows, top: 0, level: level)
      for (row, values) in rows.enumerated() {
        let greatest = values.max() ?? 0
        let terms = values.map { exp($0 - greatest) }
        let sum = terms.reduce(0, +)
        for column in 0..<columns {
          // A float has 24 bits; a sum of a hundred terms in float loses some of the last.
          let exact = terms[column] / sum
          #expect(abs(Double(probabilities[row, column]) - exact) <= 1e-6 * max(exact, 1e-12) * 6)
        }
      }
    }
  }

  /// Triples of 80 causes are 82,160 hypotheses. One of a half and 82,160 that share the other half:
  /// added up one by one in `Float`, the small ones lose 3 parts in 10,000 beside the sum.
  @Test(arguments: CPULevel.available)
  func `many small terms are not lost beside a large one`(level: CPULevel) {
    let count = 82_160
    let small = Double(Int64(log(1 / Double(count)) * 4_194_304)) / 4_194_304
    let row = [0] + [Double](repeating: small, count: count)
    let exact = 1 / (1 + Double(count) * exp(small))
    // Few rows and a whole block of lanes are added up by two loops.
    for rows in [1, Softmax.lanes] {
      let (probabilities, _) = softmax(
        [[Double]](repeating: row, count: rows), top: 0, level: level)
      for place in 0..<rows {
        #expect(abs(Double(probabilities[place, 0]) - exact) < 5e-6)
      }
    }
  }

  @Test func `every level gives the same bits`() {
    var random = SplitMix64(seed: 6)
    let rows = (0..<100).map { _ in
      (0..<44).map { _ in Double.random(in: -30...5, using: &random) }
    }
    let (first, firstLeading) = softmax(rows, top: 5, level: .baseline)
    for level in CPULevel.available {
      let (other, leading) = softmax(rows, top: 5, level: level)
      #expect(first == other)
      #expect(leading.columns == firstLeading.columns)
      #expect(leading.probabilities == firstLeading.probabilities)
    }
  }

  /// Few distinct scores, so that ties are the rule.
  @Test(arguments: CPULevel.available, 1...Softmax.greatestTop)
  func `leading columns are in order and ties keep the first in front`(
    level: CPULevel, top: Int
  ) {
    var random = SplitMix64(seed: 7)
    for columns in [8, 21, 44] {
      let rows = (0..<33).map { _ in
        (0..<columns).map { _ in Double(Int.random(in: 0...4, using: &random)) }
      }
      let (probabilities, leading) = softmax(rows, top: top, level: level)
      for row in rows.indices {
        let order = (0..<columns).sorted {
          (rows[row][$1], $0) < (rows[row][$0], $1)
        }
        for place in 0..<top {
          let column = Int(leading.columns[row * top + place])
          #expect(column == order[place])
          #expect(leading.probabilities[row * top + place] == probabilities[row, column])
        }
      }
    }
  }
}
