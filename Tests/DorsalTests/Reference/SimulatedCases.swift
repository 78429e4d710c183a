import Dorsal

/// Cases drawn from a model, finding by finding: history, pain and neurology are mostly
/// known, the examination often, tests rarely.
enum SimulatedCases {
  private static let knownShare = ["history": 0.7, "pain": 0.7, "neurology": 0.7, "tests": 0.03]
  private static let otherShare = 0.5

  /// Draws cases of one cause, or of causes drawn from a prior, that of primary care at first.
  static func draw(
    _ count: Int, of cause: Int? = nil, prior: [Double]? = nil, model: Model, seed: UInt64
  ) -> CaseBatch {
    var generator = SplitMix64(seed: seed)
    var batch = CaseBatch(findingCount: model.findings.count)
    let table = model.likelihoodTable
    for index in 0..<count {
      let cause = cause ?? pick(prior ?? Array(model.priorTable[..<model.causes.count]), &generator)
      let codes = model.findings.enumerated().map { finding, definition -> UInt8 in
        let known = knownShare[definition.section, default: otherShare]
        guard finding != model.settingFinding,
          Double.random(in: 0..<1, using: &generator) < known
        else { return CaseBatch.unknown }
        let first = table.firstStateRow[finding]
        let shares = definition.states.indices.map {
          table.probability(stateRow: first + $0, cause: cause)
        }
        return UInt8(pick(shares, &generator) + 1)
      }
      batch.append(id: "\(index)".utf8, codes: codes, diagnosis: [cause])
    }
    return batch
  }

  /// An index by its probability.
  private static func pick(_ probabilities: [Double], _ generator: inout SplitMix64) -> Int {
    var rest = Double.random(in: 0..<1, using: &generator)
    for (index, probability) in probabilities.enumerated() {
      rest -= probability
      if rest < 0 { return index }
    }
    return probabilities.count - 1
  }
}
