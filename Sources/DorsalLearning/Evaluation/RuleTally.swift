public import DorsalCore

/// What each red-flag rule does to the urgencies of cases: counts of single cases.
///
/// A rule *holds* where all its conditions do. It *decides* where the case would have less urgency
/// without it: no other rule that holds asks for as much, nor does the expected loss.
public struct RuleTally: Sendable {
  /// The cases of one rule.
  struct Counts: Sendable {
    /// How many it holds in.
    var holding = 0
    /// How many of those have a diagnosis, by the first of them.
    var byCause: [Int]
    /// How many it alone holds in.
    var alone = 0
    /// How many it decides.
    var deciding = 0
    /// How many it decides whose diagnosis the model has:
    /// `moves[own][given][without]`, urgencies in the order of `Urgency.allCases`.
    var moves: [[[Int]]]

    init(causeCount: Int) {
      byCause = [Int](repeating: 0, count: causeCount)
      let levels = Urgency.allCases.count
      let square = Array(repeating: Array(repeating: 0, count: levels), count: levels)
      moves = Array(repeating: square, count: levels)
    }

    mutating func add(_ other: Counts) {
      holding += other.holding
      alone += other.alone
      deciding += other.deciding
      for cause in byCause.indices { byCause[cause] += other.byCause[cause] }
      for own in moves.indices {
        for given in moves[own].indices {
          for without in moves[own][given].indices {
            moves[own][given][without] += other.moves[own][given][without]
          }
        }
      }
    }
  }

  /// How many cases were looked at.
  private(set) var caseCount = 0
  /// In the order of the model's rules, and behind them all rules together.
  private(set) var rules: [Counts]
  /// The urgencies that were given to cases whose diagnosis the model has: `given[own][given]`.
  private(set) var given: [[Int]]
  let model: Model

  /// No cases yet.
  public init(model: Model) {
    self.model = model
    rules = [Counts](
      repeating: Counts(causeCount: model.causes.count), count: model.redFlags.count + 1)
    let levels = Urgency.allCases.count
    given = Array(repeating: Array(repeating: 0, count: levels), count: levels)
  }

  /// Adds the cases of a batch.
  ///
  /// - Complexity: O(cases × rules that hold).
  mutating func add(_ batch: CaseBatch, _ assessment: Triage.Assessment) {
    let unlisted = model.causes.count - 1
    for index in 0..<batch.count {
      let outcome = assessment.outcome(of: index)
      let diagnosis = batch.diagnosis(of: index)
      let own = diagnosis.filter { $0 != unlisted }.map { model.causes[$0].urgency }.max()
      caseCount += 1
      if let own { given[own.rank][outcome.urgency.rank] += 1 }
      for rule in outcome.redFlags {
        var without = outcome.expectedLossUrgency
        for other in outcome.redFlags where other != rule {
          without = max(without, model.redFlags[other].urgency)
        }
        count(
          rule, diagnosis, own: own, given: outcome.urgency, without: without,
          isAlone: outcome.redFlags.count == 1)
      }
      if !outcome.redFlags.isEmpty {
        count(
          model.redFlags.count, diagnosis, own: own, given: outcome.urgency,
          without: outcome.expectedLossUrgency, isAlone: true)
      }
    }
  }

  private mutating func count(
    _ rule: Int, _ diagnosis: [Int], own: Urgency?, given: Urgency, without: Urgency, isAlone: Bool
  ) {
    rules[rule].holding += 1
    if isAlone { rules[rule].alone += 1 }
    if let first = diagnosis.first { rules[rule].byCause[first] += 1 }
    guard without < given else { return }
    rules[rule].deciding += 1
    if let own { rules[rule].moves[own.rank][given.rank][without.rank] += 1 }
  }

  /// Adds the cases of another tally of the same model.
  package mutating func add(_ other: RuleTally) {
    caseCount += other.caseCount
    for rule in rules.indices { rules[rule].add(other.rules[rule]) }
    for own in given.indices {
      for place in given[own].indices { given[own][place] += other.given[own][place] }
    }
  }
}
