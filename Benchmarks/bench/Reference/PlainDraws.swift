import Dorsal
import Foundation

/// Intervals from drawn models in plain loops and double precision.
///
/// The drawn models are those of the library, looked at from outside: what a case with
/// one known finding differs by from one with none is that state's row of each drawn
/// matrix. So the arithmetic is this file's own and only the random numbers are shared.
struct PlainDraws: Sendable {
  /// How far the end of an interval may be off: the library sums the scores of drawn
  /// models in `Float`, about 3e-7 relative of sums up to some tens of nats.
  static let tolerance = 1e-4

  let drawCount: Int
  private let causeCount: Int
  private let settingFinding: Int
  private let firstStateRow: [Int]
  /// Log posterior odds against the last cause of a case of which nothing is known:
  /// `[draw * causes + cause]`.
  private let base: [Double]
  /// What a known state adds: `[(stateRow * draws + draw) * causes + cause]`.
  private let rows: [Double]

  init(scorer: Scorer, draws: Int, seed: UInt64) {
    let model = scorer.model
    let table = model.likelihoodTable
    var cases = CaseBatch(model: model)
    var codes = [UInt8](repeating: CaseBatch.unknown, count: model.findings.count)
    cases.append(id: "none".utf8, codes: codes)
    for (finding, definition) in model.findings.enumerated() {
      for state in definition.states.indices {
        codes[finding] = UInt8(state + 1)
        cases.append(id: "one".utf8, codes: codes)
      }
      codes[finding] = CaseBatch.unknown
    }
    let all = [[Int]](repeating: Array(model.causes.indices), count: cases.count)
    let posteriors = DrawnPosteriors(scorer: scorer, draws: draws, seed: seed)
      .posteriors(of: cases, causes: all)
    let causes = model.causes.count
    let odds = posteriors.map { samples in
      (0..<draws).flatMap { draw in
        (0..<causes).map { log(Double(samples[$0][draw])) - log(Double(samples[causes - 1][draw])) }
      }
    }
    drawCount = draws
    causeCount = causes
    settingFinding = model.settingFinding
    firstStateRow = table.firstStateRow
    base = odds[0]
    rows = odds.dropFirst().flatMap { row in zip(row, odds[0]).map { $0 - $1 } }
  }

  /// The drawn matrices, one behind the other, without the rows of the setting.
  func matrices(stateRows: Int) -> [Float] {
    (0..<drawCount).flatMap { draw in
      (0..<stateRows).flatMap { row in
        (0..<causeCount).map { Float(rows[(row * drawCount + draw) * causeCount + $0]) }
      }
    }
  }

  /// Two quantiles and the mean of each cause's posteriors, of one case.
  func summary(of index: Int, in batch: CaseBatch, level: Double) -> [[Double]] {
    var scores = base
    for finding in firstStateRow.indices where finding != settingFinding {
      guard let state = batch.state(of: finding, case: index) else { continue }
      let first = (firstStateRow[finding] + state) * drawCount * causeCount
      for element in scores.indices { scores[element] += rows[first + element] }
    }
    var samples = [[Double]](repeating: [], count: causeCount)
    for start in stride(from: 0, to: scores.count, by: causeCount) {
      let posterior = PlainScorer.softmax(Array(scores[start..<start + causeCount]))
      for (cause, probability) in posterior.enumerated() { samples[cause].append(probability) }
    }
    return samples.map { samples in
      let sorted = samples.sorted()
      return [
        Self.quantile(sorted, (1 - level) / 2), Self.quantile(sorted, (1 + level) / 2),
        sorted.reduce(0, +) / Double(sorted.count),
      ]
    }
  }

  /// A quantile of sorted values, linear between neighbours.
  private static func quantile(_ sorted: [Double], _ q: Double) -> Double {
    let place = q * Double(sorted.count - 1)
    let below = Int(place)
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
  }
}
