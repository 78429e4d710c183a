internal import DorsalNumerics

/// What the findings that are not known could still change.
///
/// A *completion* of a case gives every unknown finding one of its states, however improbable.
/// Where a case has at most `mostCompletions` of them, all are scored and the answer is exact.
/// Otherwise it is a proven bound: causes that cannot lead are never listed as if they could
/// not when they can, and a range always holds every value that a completion reaches.
///
/// *Proof.* Let D(c, k) be the exact maximum over completions of score(c) − score(k) (see
/// `RivalTable`). A cause c leads a completion only if score(c) ≥ score(k) for all k, so only if
/// D(c, k) ≥ 0 for all k. For every completion
///
///     1 / posterior(c) = Σ over k of exp(score(k) − score(c)),
///
/// and each exponent lies in [−D(c, k), D(k, c)], so that posterior(c) lies in
/// [1 / Σ exp D(k, c), 1 / Σ exp(−D(c, k))]. An action u is the best of a completion only if its
/// expected loss is at most that of every action v, so only if for every v the minimum of
/// Σ p(c) · (loss(u, c) − loss(v, c)) over all p with Σ p = 1 and p(c) in its range is not
/// above zero; that minimum is found exactly by filling up the ranges from the least difference
/// on. Rules need no bound: the conditions of a rule are on different findings, so it can hold
/// if each of its conditions holds or is on an unknown finding. Ranges are widened by 1e-12 of
/// themselves for the rounding of the exponentials. ∎
///
/// With many unknown findings nearly everything could change; `fewestToOverturn` says how many
/// answers it would take, and is exact for every case of a model whose findings are independent
/// given the cause. Where they hang on each other, `JointGains` has the maxima of the proof, and
/// the answers that overturn are found one by one, each the strongest after those before it: they
/// overturn, and fewer might.
public struct Robustness: Sendable {
  /// Up to how many completions a case is enumerated.
  public static let usualMostCompletions = 4096

  let scorer: Scorer
  let rivals: RivalTable
  let mostCompletions: Int
  /// The gains of findings that hang on each other; nothing where none do.
  let joints: JointGains?

  /// Prepares the assessment of a scorer's cases.
  ///
  /// - Parameters:
  ///   - scorer: The scorer.
  ///   - mostCompletions: Up to how many completions a case is enumerated.
  /// - Complexity: O(states × causes²) time, and O(findings × causes²) memory up to 64 MB.
  public init(scorer: Scorer, mostCompletions: Int = Robustness.usualMostCompletions) {
    self.init(scorer: scorer, mostCompletions: mostCompletions, largestTable: RivalTable.largest)
  }

  /// - Parameter largestTable: The most bytes of what is computed once for all cases.
  package init(scorer: Scorer, mostCompletions: Int, largestTable: Int) {
    self.scorer = scorer
    self.mostCompletions = mostCompletions
    rivals = RivalTable(scorer: scorer, largest: largestTable)
    joints = JointGains(scorer: scorer)
  }

  /// What could change of one case.
  public struct Outlook: Sendable, Hashable {
    /// How the ranges were found.
    public enum Method: String, Sendable {
      /// Every completion was scored.
      case exact
      /// The ranges hold every completion, and may be wider.
      case bound
    }

    /// A cause that could lead, and the range of its posterior over the completions.
    public struct Candidate: Sendable, Hashable {
      /// The index of the cause.
      public let cause: Int
      /// The least posterior.
      public let lowest: Double
      /// The greatest posterior.
      public let highest: Double
    }

    /// How the ranges were found.
    public let method: Method
    /// The cause that leads now, and the range of its posterior.
    public let leader: Candidate
    /// The causes that could lead, the leader first and then by present posterior.
    public let couldLead: [Candidate]
    /// The highest urgency that a completion could have, by a rule or by expected loss.
    public let highestUrgency: Urgency
    /// The least number of unknown findings whose answers can put another cause first,
    /// whatever the answers to the others; nothing where no answers can. In a model whose
    /// findings hang on each other it is a small number, and the others stay unknown.
    public let fewestToOverturn: Overturn?
  }

  /// Answers that put another cause before the leader.
  public struct Overturn: Sendable, Hashable {
    /// The cause that would then stand before the leader.
    public let cause: Int
    /// The findings and their states, the strongest first.
    public let answers: [Answer]

    /// A finding and the index of its state.
    public struct Answer: Sendable, Hashable {
      /// The index of the finding.
      public let finding: Int
      /// The index of the state.
      public let state: Int
    }
  }

  private static let blockSize = 64
  /// The most gains of the cases that are worked on together.
  private static let mostGains = 1 << 20

  /// What could change of every case of a batch.
  ///
  /// - Parameter batch: The cases.
  /// - Complexity: O(cases × findings × causes²) in `dgemm`, or without it where the table of a large
  ///   model would have more than 64 MB; for each case that is enumerated O(completions × causes).
  ///   O(causes²) memory for each of some cases, 64 at most.
  public func assess(_ batch: CaseBatch) -> [Outlook] {
    let model = scorer.model
    batch.requireCases(of: model)
    let pairs = model.causes.count * model.causes.count
    let blockSize = max(1, min(Self.blockSize, batch.count, Self.mostGains / pairs))
    var unknown = DoubleMatrix(rowCount: blockSize, columnCount: model.findings.count)
    var outlooks: [Outlook] = []
    outlooks.reserveCapacity(batch.count)
    var start = 0
    while start < batch.count {
      let count = min(blockSize, batch.count - start)
      for row in 0..<count {
        for finding in model.findings.indices {
          let isUnknown =
            finding != model.settingFinding && batch.state(of: finding, case: start + row) == nil
          unknown[row, finding] = isUnknown && joints?.isMember[finding] != true ? 1 : 0
        }
      }
      let gains = rivals.sums(of: unknown, count: count)
      for row in 0..<count {
        var own = Array(gains.elements[row * pairs..<(row + 1) * pairs])
        let codes = (0..<batch.findingCount).map {
          Int(batch.codes[(start + row) * batch.findingCount + $0])
        }
        joints?.add(of: codes, to: &own)
        outlooks.append(
          CaseOutlook(
            case: start + row, of: batch, robustness: self, codes: codes, gains: own
          ).outlook(redFlags: highestRedFlag(of: start + row, in: batch)))
      }
      start += count
    }
    return outlooks
  }

  /// The urgency of the most urgent rule that holds in some completion of a case: the
  /// conditions of a rule are on different findings.
  private func highestRedFlag(of index: Int, in batch: CaseBatch) -> Urgency {
    scorer.model.redFlags.filter {
      $0.openConditions(of: index, in: batch, scorer: scorer) != nil
    }.map(\.urgency).max() ?? .selfCare
  }
}
