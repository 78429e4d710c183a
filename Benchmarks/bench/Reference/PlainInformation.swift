import Dorsal
import Foundation

/// What finding out is worth, by finding it out: every state is set, the case is scored again,
/// and the divergences are averaged, in plain loops and double precision.
struct PlainInformation: Sendable {
  /// How far the information from single-precision posteriors may be off, in bits: a
  /// posterior is off by some 1e-6 of itself, and logarithms of ratios are below about 5.
  static let tolerance = 5e-6

  private let model: Model
  private let plain: PlainScorer

  init(scorer: Scorer) {
    model = scorer.model
    plain = PlainScorer(scorer: scorer)
  }

  /// The expected divergence of the posterior after a finding from the one before, in bits.
  func information(of finding: Int, case index: Int, in batch: CaseBatch) -> Double {
    let table = model.likelihoodTable
    let before = plain.posterior(of: index, in: batch)
    var codes = (0..<batch.findingCount).map { other in
      batch.state(of: other, case: index).map { UInt8($0 + 1) } ?? CaseBatch.unknown
    }
    var bits = 0.0
    for state in model.findings[finding].states.indices {
      codes[finding] = UInt8(state + 1)
      var told = CaseBatch(like: batch)
      told.append(id: "told".utf8, codes: codes)
      let after = plain.posterior(of: 0, in: told)
      let row = table.firstStateRow[finding] + state
      let chance = before.indices.reduce(0) {
        $0 + before[$1] * table.probability(stateRow: row, cause: $1)
      }
      for (new, old) in zip(after, before) where new > 0 { bits += chance * new * log2(new / old) }
    }
    return bits
  }
}
