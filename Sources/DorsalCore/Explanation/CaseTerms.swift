internal import DorsalNumerics

/// The terms of one case before they are told: what each cause begins with and what the known
/// findings add to it, in nats.
struct CaseTerms {
  let setting: Int
  /// The known findings and their states, the setting not among them.
  let known: [(finding: Int, state: Int)]
  private let scorer: Scorer
  private let priors: [Double]
  /// The evidence of all known findings, a number a cause.
  private let sums: [Double]
  private let greatest: Double
  /// Prior times likelihood, relative to the greatest likelihood, so that no exponential
  /// overflows.
  private let terms: [Double]

  /// - Complexity: O(known findings × causes).
  init(of index: Int, in batch: CaseBatch, scorer: Scorer) {
    let model = scorer.model
    let causes = model.causes.count
    let setting = scorer.setting(of: index, in: batch)
    let known = model.findings.indices.compactMap { finding -> (finding: Int, state: Int)? in
      guard finding != model.settingFinding else { return nil }
      return batch.state(of: finding, case: index).map { (finding, $0) }
    }
    let priors = (0..<causes).map { model.priorTable[setting * causes + $0] }
    let sums = (0..<causes).map { cause in
      known.reduce(0) { $0 + Self.evidence($1.finding, $1.state, cause, scorer) }
    }
    let greatest = sums.max() ?? 0
    terms = (0..<causes).map { priors[$0] * Elementary.exp(sums[$0] - greatest) }
    (self.setting, self.known, self.scorer) = (setting, known, scorer)
    (self.priors, self.sums, self.greatest) = (priors, sums, greatest)
  }

  private static func evidence(
    _ finding: Int, _ state: Int, _ cause: Int, _ scorer: Scorer
  ) -> Double {
    let row = scorer.model.likelihoodTable.firstStateRow[finding] + state
    return scorer.evidence.values[row * scorer.model.causes.count + cause]
  }

  /// The posteriors, in double precision.
  var posteriors: [Double] {
    let sum = terms.reduce(0, +)
    return terms.map { $0 / sum }
  }

  /// The way of every cause, the most probable first.
  ///
  /// - Parameters:
  ///   - calibrated: The corrected posteriors, or nothing.
  ///   - intervals: An interval for each cause, or nothing.
  /// - Complexity: O(findings × causes + causes²).
  func ways(
    calibrated: [Double]?, intervals: [CredibleInterval]?
  ) -> [Explanation.Way] {
    let rows = Dictionary(
      scorer.model.likelihoods.compactMap { row in
        row.cause.map { (Key(row.finding, row.state, $0), row) }
      }
    ) { first, _ in first }
    return priors.indices.map { cause in
      way(of: cause, rows: rows, calibrated: calibrated, interval: intervals?[cause])
    }.sorted {
      ($0.posteriorDecibans, $1.cause) > ($1.posteriorDecibans, $0.cause)
    }
  }

  private func way(
    of cause: Int, rows: [Key: Likelihood], calibrated: [Double]?, interval: CredibleInterval?
  ) -> Explanation.Way {
    let others = terms.indices.reduce(0) { $1 == cause ? $0 : $0 + terms[$1] }
    let otherPriors = 1 - priors[cause]
    let logPrior = Elementary.log(priors[cause]) - Elementary.log(otherPriors)
    // Where the others vanish beside the cause, they are summed relative to their greatest.
    let logOthers =
      (others > 1e-290 ? Elementary.log(others) : logSumOfOthers(than: cause))
      - Elementary.log(otherPriors) + greatest
    let own = terms[cause] / (terms[cause] + others)
    let logit = logPrior + sums[cause] - logOthers
    let shift = calibrated.map { Self.logit($0, cause) - logit }
    return Explanation.Way(
      cause: cause, prior: priors[cause], posterior: calibrated?[cause] ?? own,
      modelPosterior: own, interval: interval,
      priorDecibans: Explanation.decibans(logPrior),
      contributions: known.map { finding, state in
        Explanation.Contribution(
          finding: finding, state: state,
          decibans: Explanation.decibans(Self.evidence(finding, state, cause, scorer)),
          likelihood: rows[Key(finding, state, cause)])
      },
      othersDecibans: Explanation.decibans(-logOthers),
      calibrationDecibans: shift.map(Explanation.decibans),
      posteriorDecibans: Explanation.decibans(logit + (shift ?? 0)))
  }

  private struct Key: Hashable {
    let finding: Int
    let state: Int
    let cause: Int

    init(_ finding: Int, _ state: Int, _ cause: Int) {
      (self.finding, self.state, self.cause) = (finding, state, cause)
    }
  }

  /// The logit of one probability of many that sum to one; not from 1 − p, which loses digits.
  private static func logit(_ probabilities: [Double], _ cause: Int) -> Double {
    let others = probabilities.indices.reduce(0) { $1 == cause ? $0 : $0 + probabilities[$1] }
    // A calibration may take a probability to 0 or 1.
    let least = Double.leastNonzeroMagnitude
    return Elementary.log(max(probabilities[cause], least)) - Elementary.log(max(others, least))
  }

  /// The logarithm of the sum of prior times likelihood over all causes but one, relative to the
  /// greatest likelihood.
  private func logSumOfOthers(than cause: Int) -> Double {
    let others = priors.indices.filter { $0 != cause }
    let logs = others.map { Elementary.log(priors[$0]) + sums[$0] - greatest }
    guard let most = logs.max() else { return Elementary.log(.leastNonzeroMagnitude) }
    return most + Elementary.log(logs.reduce(0) { $0 + Elementary.exp($1 - most) })
  }
}
