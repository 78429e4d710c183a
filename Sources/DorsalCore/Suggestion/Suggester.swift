public import DorsalNumerics

/// Says what it is worth to find out each unknown finding of a case.
///
/// With q the posterior, P(s | c) the likelihood, p(s) = Σ q(c) P(s | c) the predictive
/// probability of the answer s, and q(· | s) the posterior after it, as scoring the case again
/// gives it:
///
/// - *information* = Σ p(s) · KL( q(· | s) ‖ q ), in bits: how far the answer is expected to
///   move the posterior. For a finding of weight 1 that is the mutual information of finding
///   and cause, H(p) − Σ q(c) H(P(· | c)). A weight below 1 moves the posterior less far, and
///   the information is then of what the score will make of the answer; it lies between zero
///   and the mutual information, since the divergence from q grows along the path
///   q · (P/p)^w from w = 0 to 1.
/// - *value* = Σ p(s) · ( L(a, s) − min over u of L(u, s) ), with L(u, s) the expected loss of
///   action u after the answer and a the action that is best now: what the answer is expected
///   to save over acting now, in the units of the loss table. For weight 1 that is the
///   expected change in the expected loss of the best action. It is never negative, and zero
///   where no answer changes the action.
/// - *chance of change* = the sum of p(s) over the answers after which another cause leads or
///   the urgency, red flags included, is another.
///
/// Of a finding that hangs on known ones P(s | c) is that of the answer given these (see
/// `DependentAnswers`).
///
/// All are of one finding at a time: two findings may be worth their cost together where
/// neither is alone. A block of cases is two products, posteriors × likelihoods, and one more
/// of posteriors weighted with losses (D. V. Lindley, "On a measure of the information provided
/// by an experiment", Ann Math Stat 1956;27:986; R. A. Howard, "Information value theory",
/// IEEE Trans Syst Sci Cybern 1966;2:22).
///
/// A suggester does not change and may be shared between threads.
public struct Suggester: Sendable {
  /// The scorer whose cases it looks at.
  public let scorer: Scorer
  let table: AnswerTable
  let triage: Triage
  private let exact: ExactPosteriors

  /// What `information(of:posteriors:)` has for a finding that is known, and for the setting.
  public static let known: Float = -1

  /// Prepares the appraisal of a scorer's cases.
  ///
  /// - Complexity: O(states × causes).
  public init(scorer: Scorer) {
    self.scorer = scorer
    table = AnswerTable(model: scorer.model)
    exact = ExactPosteriors(model: scorer.model)
    triage = Triage(scorer: scorer)
  }

  /// The information of every unknown finding, from the scorer's posteriors: within some 1e-6
  /// bits of what `appraise` says, and much faster.
  ///
  /// - Parameters:
  ///   - batch: The cases.
  ///   - posteriors: Their posteriors, from the scorer.
  /// - Returns: A row for each case, a column for each finding, in bits; `known` where the
  ///   finding is known and for the setting.
  /// - Complexity: O(cases × states × causes) in `dgemm`, and a logarithm for each state of
  ///   each unknown finding.
  public func information(of batch: CaseBatch, posteriors: Posteriors) -> Matrix {
    batch.requireCases(of: scorer.model)
    precondition(posteriors.matrix.rowCount == batch.count, "each case has its posteriors")
    let findings = scorer.model.findings.count
    var result = Matrix(rowCount: batch.count, columnCount: findings)
    var block = AnswerBlock(table: table, model: scorer.model, withLosses: false)
    let (q, causes) = (posteriors.matrix.elements.span, table.causeCount)
    block.each(of: batch.count) { start, count, block in
      for index in 0..<count * causes { block[index] = Double(q[start * causes + index]) }
    } body: { products, start, count in
      result.withElements { elements in
        products.writeInformation(
          of: batch, start: start, count: count, into: &elements)
        guard scorer.model.jointStates != nil else { return }
        for row in 0..<count {
          let own = dependentAnswers(case: start + row, of: batch)
          let posterior = own.isEmpty ? [] : products.posterior(row: row)
          for (finding, answers) in own {
            elements[(start + row) * findings + finding] = Float(
              answers.information(posterior: posterior))
          }
        }
      }
    }
    return result
  }

  /// The answers to the unknown findings of a case that hang on known ones.
  private func dependentAnswers(case index: Int, of batch: CaseBatch) -> [Int: DependentAnswers] {
    let model = scorer.model
    guard model.jointStates != nil else { return [:] }
    let first = index * batch.findingCount
    var result: [Int: DependentAnswers] = [:]
    for finding in model.findings.indices
    where finding != model.settingFinding && batch.codes[first + finding] == CaseBatch.unknown {
      result[finding] = DependentAnswers(of: finding, in: model) { Int(batch.codes[first + $0]) }
    }
    return result
  }

  /// What every unknown finding of every case is worth.
  ///
  /// Posteriors are reckoned anew in double precision: those of the scorer are on the grid of
  /// its evidence and can be off by a few 1e-7, which is more in bits. They still say which
  /// cause leads and which action is best now.
  ///
  /// - Parameters:
  ///   - batch: The cases.
  ///   - posteriors: Their posteriors, from the scorer.
  /// - Returns: For each case its unknown findings, in the order of the model; the setting is
  ///   not among them.
  /// - Complexity: O(cases × states × causes × actions) in `dgemm`, and O(cases × states ×
  ///   causes) at worst for the causes that may come to lead.
  public func appraise(_ batch: CaseBatch, posteriors: Posteriors) -> [[Appraisal]] {
    let findings = scorer.model.findings.count
    let assessment = triage.assess(batch, posteriors: posteriors)
    var information = [Float](
      repeating: 0, count: AnswerBlock.size * findings)
    var result: [[Appraisal]] = []
    result.reserveCapacity(batch.count)
    // By the leading cause, for those that lead.
    var ratios: [Int: [Double]] = [:]
    var block = AnswerBlock(table: table, model: scorer.model, withLosses: true)
    block.each(of: batch.count) { start, count, block in
      for row in 0..<count {
        exact.write(
          case: start + row, of: batch, setting: scorer.setting(of: start + row, in: batch),
          into: &block, at: row * table.causeCount)
      }
    } body: { products, start, count in
      var span = information.mutableSpan
      products.writeInformation(of: batch, start: start, count: count, into: &span, at: 0)
      for row in 0..<count {
        let leader = posteriors.ranking(of: start + row, top: 1)[0].cause
        let ofLeader = ratios[leader] ?? table.greatestRatios(over: leader)
        ratios[leader] = ofLeader
        let answers = CaseAnswers(
          case: start + row, of: batch, posterior: posteriors.matrix.row(start + row),
          leader: leader, greatestRatios: ofLeader, assessment: assessment, suggester: self)
        result.append(
          answers.appraisals(
            products, row: row, dependent: dependentAnswers(case: start + row, of: batch)
          ) { span[row * findings + $0] })
      }
    }
    return result
  }
}

/// What it is worth to find out one finding of one case.
public struct Appraisal: Sendable, Hashable {
  /// An answer and what would come of it.
  public struct Answer: Sendable, Hashable {
    /// The index of the state.
    public let state: Int
    /// Its predictive probability.
    public let probability: Double
    /// The cause that would lead.
    public let leader: Int
    /// How soon the case would need attention, by red flags and expected loss.
    public let urgency: Urgency
    /// The action of least expected loss.
    public let action: Urgency
    /// What acting on it would save over the action that is best now, times `probability`.
    public let saving: Double
    /// Whether another cause would lead than does now.
    public let changesLeader: Bool
    /// Whether the urgency would be another than it is now.
    public let changesUrgency: Bool

    /// Whether another cause would lead or the urgency would be another.
    public var isChange: Bool { changesLeader || changesUrgency }
  }

  /// The index of the finding.
  public let finding: Int
  /// The expected divergence of the posterior from the present one, in bits.
  public let information: Double
  /// The expected saving in the units of the loss table, 0 or more.
  public let value: Double
  /// The value over the finding's burden, where the model gives one.
  public let valuePerCost: Double?
  /// The chance that another cause leads or the urgency is another, 0...1.
  public let chanceOfChange: Double
  /// The answers that would change something, by saving and then by probability, the greatest
  /// first.
  public let changes: [Answer]
  /// The urgency of the most urgent red flag that can still hold and hangs on this finding alone, or
  /// on it and what is unknown of age and sex; nothing where there is none.
  public let danger: Urgency?
}
