internal import DorsalNumerics

/// Other evidence of the states for the causes than the model has: what `EvidenceFit` finds.
///
///     score(i, c) = log prior(setting of i, c) + offset(c) + scale · E(i, c)
///                   + Σ over known findings of added(state, c)
///
/// with E(i, c) = log posterior − log prior, the evidence that the model itself finds, up to a
/// constant that is the same for all causes.
package struct EvidenceChange: Sendable, Equatable {
  /// How much of the model's own evidence counts.
  package let scale: Double
  /// What each cause gets in every case, in nats.
  package let offsets: [Double]
  /// What a state adds, in nats, 0 for those that no case had:
  /// `added[stateRow * causeCount + cause]`.
  package let added: [Double]
  /// Which finding is the setting, whose evidence is the prior.
  package let settingFinding: Int
  /// The first state row of each finding.
  package let firstStateRow: [Int]
  /// log P(cause) by setting: `logPriors[setting * causeCount + cause]`.
  package let logPriors: [Double]

  /// A change of a model's evidence.
  package init(model: Model, scale: Double, offsets: [Double], added: [Double]) {
    let table = model.likelihoodTable
    precondition(
      offsets.count == model.causes.count
        && added.count == table.stateRowCount * model.causes.count, "the causes of the model")
    self.scale = scale
    self.offsets = offsets
    self.added = added
    settingFinding = model.settingFinding
    firstStateRow = table.firstStateRow
    logPriors = model.priorTable.map(Elementary.log)
  }

  /// Writes the scores of a case, up to a constant.
  ///
  /// - Parameters:
  ///   - z: Log posteriors of the model.
  ///   - first: Where those of the case begin.
  ///   - setting: The setting of the case.
  ///   - codes: The codes of findings.
  ///   - firstCode: Where those of the case begin.
  ///   - scores: Gets a score a cause.
  /// - Complexity: O(known findings × causes).
  package func writeScores(
    _ z: Span<Float>, first: Int, setting: Int, codes: Span<UInt8>, firstCode: Int,
    into scores: inout [Double]
  ) {
    let causes = offsets.count
    for cause in 0..<causes {
      let prior = logPriors[setting * causes + cause]
      scores[cause] = prior + offsets[cause] + scale * (Double(z[first + cause]) - prior)
    }
    for finding in firstStateRow.indices where finding != settingFinding {
      let code = codes[firstCode + finding]
      guard code != CaseBatch.unknown else { continue }
      let row = (firstStateRow[finding] + Int(code) - 1) * causes
      for cause in 0..<causes { scores[cause] += added[row + cause] }
    }
  }
}
