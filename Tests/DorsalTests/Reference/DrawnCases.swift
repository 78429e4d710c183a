import Dorsal
import Foundation

/// Log posteriors with diagnoses drawn from known probabilities, without a model's tables.
struct DrawnCases {
  /// Log posteriors of each case, by cause.
  var z: [[Double]] = []
  /// The causes that each case is labelled with.
  var diagnoses: [[Int]] = []

  /// Draws cases whose diagnoses follow softmax(scale · z + offset).
  init(_ count: Int, scales: [Double], offsets: [Double], spread: Double = 3, seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    for _ in 0..<count {
      let raw = scales.map { _ in Double.random(in: -spread...spread, using: &generator) }
      let z = Self.logSoftmax(raw)
      let truth = Self.logSoftmax(zip(z, zip(scales, offsets)).map { $0 * $1.0 + $1.1 }).map(exp)
      var rest = Double.random(in: 0..<1, using: &generator)
      let cause = truth.firstIndex { probability in
        rest -= probability
        return rest < 0
      }
      self.z.append(z)
      diagnoses.append([cause ?? scales.count - 1])
    }
  }

  static func logSoftmax(_ scores: [Double]) -> [Double] {
    let greatest = scores.max() ?? 0
    let logSum = greatest + log(scores.reduce(0) { $0 + exp($1 - greatest) })
    return scores.map { $0 - logSum }
  }

  /// The same for the library: a batch without findings, scored by these numbers.
  func labelled(model: Model) -> LabelledLogPosteriors {
    var labelled = LabelledLogPosteriors(
      causeCount: model.causes.count, keepingFindings: model.findings.count)
    var batch = CaseBatch(findingCount: model.findings.count)
    var matrix = Matrix(rowCount: z.count, columnCount: model.causes.count)
    for (index, row) in z.enumerated() {
      var codes = [UInt8](repeating: 0, count: model.findings.count)
      codes[1] = 1
      batch.append(id: "\(index)".utf8, codes: codes, diagnosis: diagnoses[index])
      for (cause, value) in row.enumerated() { matrix[index, cause] = Float(exp(value)) }
    }
    labelled.append(batch, posteriors: Posteriors(matrix: matrix), scorer: Scorer(model: model))
    return labelled
  }

  /// The penalised negative log-likelihood of a vector scaling, in plain loops, on the numbers
  /// that the library got.
  func objective(scales: [Double], offsets: [Double], ridge: Double) -> Double {
    var sum = 0.0
    for (row, diagnosis) in zip(z, diagnoses) {
      let seen = row.map { Double(Float(log(Double(Float(exp($0)))))) }
      let posterior = Self.logSoftmax(zip(seen, zip(scales, offsets)).map { $0 * $1.0 + $1.1 })
      sum -= log(diagnosis.reduce(0) { $0 + exp(posterior[$1]) })
    }
    let mean = scales.reduce(0, +) / Double(scales.count)
    if ridge > 0 { sum += (mean - 1) * (mean - 1) / 2 }
    for scale in scales { sum += 5 * ridge * (scale - mean) * (scale - mean) }
    for offset in offsets { sum += ridge / 2 * offset * offset }
    return sum
  }
}
