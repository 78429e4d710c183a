package import DorsalCore
internal import DorsalNumerics

/// How often a state is seen, beside how often the other findings of the same cases let it be
/// expected: a predictive check of a model by finding, at any prevalences of the causes.
///
/// P(state of f | the other findings of i) is the mean of P(state | cause) over the posterior
/// without f. Where the model is right, what is seen less what is expected has the mean 0 and the
/// variance P (1 − P) in every case, whatever is known of it. Cases of which a finding is only ever
/// written down where it is present are told by it, and so are likelihoods that are far off.
public struct PredictiveCheck: Sendable, Hashable {
  /// A finding, by the state that is furthest off.
  public struct Misfit: Sendable, Hashable {
    /// The finding.
    public let finding: String
    /// The state.
    public let state: String
    /// The share of cases with the state, of those that know the finding.
    public let seen: Double
    /// The share that was to be expected.
    public let expected: Double
    /// How many cases know the finding.
    public let caseCount: Int
    /// How many standard errors lie between the two.
    public let deviate: Double
  }

  /// The findings, the one that is furthest off first.
  public let misfits: [Misfit]

  /// The fewest cases that know a finding for it to be checked; how far off it has to be, and by how
  /// many standard errors, to speak against the model. A shift of the shipped model to another of its
  /// settings stays within 0.06 and 4; half of two surveys has 0.2 and 8 and more.
  static let (fewestCases, leastDistance, leastDeviate) = (30, 0.1, 4.0)
  /// The most cases that are looked at.
  private static let mostCases = 20_000

  /// The findings that the model cannot tell whatever the prevalences are.
  public var refuting: [Misfit] {
    misfits.filter {
      abs($0.seen - $0.expected) > Self.leastDistance && abs($0.deviate) > Self.leastDeviate
    }
  }

  private struct Tally: Sendable {
    var seen: [Double]
    var expected: [Double]
    var variance: [Double]
    var known: [Int]

    init(states: Int, findings: Int) {
      seen = [Double](repeating: 0, count: states)
      (expected, variance) = (seen, seen)
      known = [Int](repeating: 0, count: findings)
    }
  }

  /// Checks a model.
  ///
  /// - Parameters:
  ///   - labelled: Cases with their findings, and their posteriors by the model at its own prevalences.
  ///   - model: The model.
  ///   - prevalences: Others to check it at, by setting; nothing for its own.
  ///   - threads: How many parts to work on at a time.
  package init(
    _ labelled: LabelledLogPosteriors, model: Model, prevalences: [[Double]?], threads: Int
  ) {
    precondition(labelled.findingCount == model.findings.count, "cases with their findings")
    let table = model.likelihoodTable
    let causes = labelled.causeCount
    let changes = model.settings.indices.flatMap { setting in
      (0..<causes).map { cause in
        prevalences[setting].map {
          Elementary.log($0[cause]) - Elementary.log(model.priorTable[setting * causes + cause])
        } ?? 0
      }
    }
    let evidence = EvidenceMatrix(model: model).values
    let stride = max(1, (labelled.count + Self.mostCases - 1) / Self.mostCases)
    let cases = Array(Swift.stride(from: 0, to: labelled.count, by: stride))
    let partSize = 512
    let parts = ParallelMap.run((cases.count + partSize - 1) / partSize, threads: threads) { part in
      var tally = Tally(states: table.stateRowCount, findings: model.findings.count)
      for index in cases[part * partSize..<min((part + 1) * partSize, cases.count)] {
        Self.add(index, labelled, model, changes: changes, evidence: evidence, to: &tally)
      }
      return tally
    }
    var sum = Tally(states: table.stateRowCount, findings: model.findings.count)
    for part in parts {
      for row in sum.seen.indices {
        sum.seen[row] += part.seen[row]
        sum.expected[row] += part.expected[row]
        sum.variance[row] += part.variance[row]
      }
      for finding in sum.known.indices { sum.known[finding] += part.known[finding] }
    }
    misfits = Self.misfits(of: sum, model: model)
  }

  private static func add(
    _ index: Int, _ labelled: LabelledLogPosteriors, _ model: Model, changes: [Double],
    evidence: [Double], to tally: inout Tally
  ) {
    let table = model.likelihoodTable
    let causes = labelled.causeCount
    let prior = Int(labelled.settings[index]) * causes
    var base = [Double](repeating: 0, count: causes)
    for cause in 0..<causes {
      base[cause] =
        Double(labelled.logPosteriors[index * causes + cause]) + changes[prior + cause]
    }
    var posterior = base
    for finding in model.findings.indices where finding != model.settingFinding {
      let code = labelled.codes[index * labelled.findingCount + finding]
      guard code != CaseBatch.unknown else { continue }
      let own = table.firstStateRow[finding] + Int(code) - 1
      var greatest = -Double.infinity
      for cause in 0..<causes {
        posterior[cause] = base[cause] - evidence[own * causes + cause]
        greatest = max(greatest, posterior[cause])
      }
      var total = 0.0
      for cause in 0..<causes {
        posterior[cause] = Elementary.exp(posterior[cause] - greatest)
        total += posterior[cause]
      }
      tally.known[finding] += 1
      tally.seen[own] += 1
      for state in model.findings[finding].states.indices {
        let row = table.firstStateRow[finding] + state
        var expected = 0.0
        for cause in 0..<causes {
          expected += posterior[cause] * table.probabilities[row * causes + cause]
        }
        expected /= total
        tally.expected[row] += expected
        tally.variance[row] += expected * (1 - expected)
      }
    }
  }

  private static func misfits(of sum: Tally, model: Model) -> [Misfit] {
    let first = model.likelihoodTable.firstStateRow
    let found = model.findings.indices.compactMap { finding -> Misfit? in
      let known = Double(sum.known[finding])
      guard sum.known[finding] >= fewestCases else { return nil }
      let states = model.findings[finding].states.indices
      func distance(_ state: Int) -> Double {
        abs(sum.seen[first[finding] + state] - sum.expected[first[finding] + state])
      }
      guard let state = states.max(by: { distance($0) < distance($1) }) else { return nil }
      let row = first[finding] + state
      return Misfit(
        finding: model.findings[finding].id, state: model.findings[finding].states[state],
        seen: sum.seen[row] / known, expected: sum.expected[row] / known,
        caseCount: sum.known[finding],
        deviate: (sum.seen[row] - sum.expected[row]) / max(sum.variance[row], 1e-12).squareRoot())
    }
    return found.sorted { abs($0.seen - $0.expected) > abs($1.seen - $1.expected) }
  }
}
