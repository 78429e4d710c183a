/// What the leading cause of a case rests on, and whether it would still lead without the
/// numbers that are assumed.
public struct EvidenceQuality: Sendable, Hashable {
  /// The decibans that rest on numbers of one basis.
  public struct Share: Sendable, Hashable {
    /// The basis.
    public let basis: Basis
    /// The sum of the magnitudes of the terms, for and against.
    public let decibans: Double
    /// The share of all terms, 0...1; nothing where they are all zero.
    public let share: Double?
  }

  /// The cause that leads.
  public let leader: Int
  /// A share for each basis, in the order of `Basis.allCases`.
  ///
  /// The terms are the prior odds and the contribution of every known finding. A contribution
  /// rests on P(state | cause): on its row where there is one, and otherwise on the weakest of
  /// the cause's rows of that finding, which leave the state the rest.
  public let shares: [Share]
  /// The share of the contributions of findings that are measured against a background of
  /// assumed basis; nothing where there is none.
  public let assumedBackgroundShare: Double?
  /// The cause that leads when the assumed likelihoods are dropped.
  public let leaderWithoutAssumed: Int
  /// Its posterior then.
  public let posteriorWithoutAssumed: Double

  /// Whether another cause leads when the assumed likelihoods are dropped.
  public var hangsOnAssumed: Bool { leader != leaderWithoutAssumed }

  /// Weighs what an answer rests on.
  ///
  /// - Parameters:
  ///   - way: The way of the leading cause.
  ///   - batch: A batch with the case alone.
  ///   - setting: The setting whose prior it got.
  ///   - scorer: The scorer that ranked it.
  ///   - calibration: What its posteriors were corrected with, or nothing.
  /// - Complexity: O(states × causes): a model is prepared without the assumed rows.
  init(
    of way: Explanation.Way, case batch: CaseBatch, setting: Int, scorer: Scorer,
    calibration: Calibration? = nil
  ) {
    let model = scorer.model
    let cause = way.cause
    var decibans: [Basis: Double] = [:]
    let prior = model.priors.first { $0.setting == setting && $0.cause == cause }
    decibans[prior?.evidence.basis ?? .assumed, default: 0] += abs(way.priorDecibans)
    let rows = Dictionary(grouping: model.likelihoods) { $0.finding }
    var assumedBackground = 0.0
    for contribution in way.contributions {
      let ofFinding = rows[contribution.finding] ?? []
      let basis =
        contribution.likelihood?.evidence.basis
        ?? ofFinding.filter { $0.cause == cause }.map(\.evidence.basis).max()
      let background = ofFinding.filter { $0.cause == nil }
      let backgroundBasis =
        background.first { $0.state == contribution.state }?.evidence.basis
        ?? background.map(\.evidence.basis).max()
      // A cause without rows has the background's likelihood, and the term is zero.
      decibans[basis ?? backgroundBasis ?? .assumed, default: 0] += abs(contribution.decibans)
      if backgroundBasis == .assumed { assumedBackground += abs(contribution.decibans) }
    }
    let sum = decibans.values.reduce(0, +)
    let ofFindings = sum - abs(way.priorDecibans)
    leader = cause
    shares = Basis.allCases.map { basis in
      let part = decibans[basis] ?? 0
      return Share(basis: basis, decibans: part, share: sum > 0 ? part / sum : nil)
    }
    assumedBackgroundShare = ofFindings > 0 ? assumedBackground / ofFindings : nil
    let firm = Scorer(model: model.droppingAssumed(), defaultSetting: scorer.defaultSetting)
    let scored = firm.score(batch)
    let first = (calibration?.apply(to: scored, of: batch, scorer: firm) ?? scored)
      .ranking(of: 0, top: 1)[0]
    leaderWithoutAssumed = first.cause
    posteriorWithoutAssumed = Double(first.probability)
  }
}

extension Model {
  /// The model without the assumed likelihoods of causes, which fall back to the background;
  /// what the other rows of a finding leave goes to its states in proportion to the background.
  /// Priors and backgrounds stay, whatever their basis: a score needs them.
  ///
  /// - Complexity: O(states × causes).
  package func droppingAssumed() -> Model {
    Model(
      card: card, findings: findings, causes: causes, priors: priors,
      likelihoods: likelihoods.filter { $0.cause == nil || $0.evidence.basis != .assumed },
      groups: findingGroups, parents: parents, redFlags: redFlags, losses: losses, associations: associations,
      sources: Array(sources.values),
      settingFinding: settingFinding, checksum: checksum)
  }
}
