/// P(state given cause) for every state of every finding and every cause, with
/// the gaps of the rows filled in.
///
/// A *state row* is one state of one finding; state rows are numbered through all
/// findings in the order of the model, and a matrix over them has one row each.
public struct LikelihoodTable: Sendable {
  /// How many state rows there are.
  public let stateRowCount: Int
  /// How many causes there are.
  public let causeCount: Int
  /// The first state row of each finding.
  public let firstStateRow: [Int]
  /// P(state given cause): `probabilities[stateRow * causeCount + cause]`.
  public let probabilities: [Double]
  /// P(state) of the background: `background[stateRow]`.
  public let background: [Double]
  /// The effective sample size of each finding's distribution under each cause:
  /// `concentrations[finding * causeCount + cause]`.
  public let concentrations: [Double]

  /// P(state given cause).
  public func probability(stateRow: Int, cause: Int) -> Double {
    probabilities[stateRow * causeCount + cause]
  }

  /// The same table with other probabilities; the background stays.
  func having(_ probabilities: [Double]) -> LikelihoodTable {
    LikelihoodTable(
      stateRowCount: stateRowCount, causeCount: causeCount, firstStateRow: firstStateRow,
      probabilities: probabilities, background: background, concentrations: concentrations)
  }

  private init(
    stateRowCount: Int, causeCount: Int, firstStateRow: [Int], probabilities: [Double],
    background: [Double], concentrations: [Double]
  ) {
    (self.stateRowCount, self.causeCount) = (stateRowCount, causeCount)
    (self.firstStateRow, self.probabilities) = (firstStateRow, probabilities)
    (self.background, self.concentrations) = (background, concentrations)
  }

  /// Fills in the table from the rows of `likelihoods.csv`, which have been checked.
  ///
  /// - A finding on which a cause has no row uses the background's distribution.
  /// - A background's rows that leave out one state leave the rest to it.
  /// - A cause's rows that name some states leave the remaining probability to
  ///   the other states in proportion to the background.
  /// - The concentration of a distribution is the smallest effective sample size
  ///   among its rows: a distribution is known no better than its weakest number.
  ///
  /// - Complexity: O(states × causes) time and memory.
  init(findings: [Finding], causeCount: Int, likelihoods: [Likelihood]) {
    var first: [Int] = []
    var count = 0
    for finding in findings {
      first.append(count)
      count += finding.states.count
    }
    var named = [Double?](repeating: nil, count: count * causeCount)
    var namedBackground = [Double?](repeating: nil, count: count)
    var concentrations = [Double](repeating: .infinity, count: findings.count * causeCount)
    var backgroundConcentrations = [Double](repeating: .infinity, count: findings.count)
    for row in likelihoods {
      let stateRow = first[row.finding] + row.state
      if let cause = row.cause {
        named[stateRow * causeCount + cause] = row.evidence.probability
        let index = row.finding * causeCount + cause
        concentrations[index] = min(concentrations[index], row.evidence.effectiveN)
      } else {
        namedBackground[stateRow] = row.evidence.probability
        backgroundConcentrations[row.finding] = min(
          backgroundConcentrations[row.finding], row.evidence.effectiveN)
      }
    }
    // The background may leave one state of a finding to take the rest.
    let background = findings.indices.flatMap { index in
      let rows = first[index]..<first[index] + findings[index].states.count
      let rest = rows.reduce(1) { $0 - (namedBackground[$1] ?? 0) }
      return rows.map { namedBackground[$0] ?? rest }
    }
    var probabilities = [Double](repeating: 0, count: count * causeCount)
    for (index, finding) in findings.enumerated() {
      let rows = first[index]..<first[index] + finding.states.count
      for cause in 0..<causeCount {
        var remaining = 1.0
        var unnamedBackground = 0.0
        for row in rows {
          if let probability = named[row * causeCount + cause] {
            remaining -= probability
          } else {
            unnamedBackground += background[row]
          }
        }
        for row in rows {
          // A share may round to 1 where the others are next to nothing.
          probabilities[row * causeCount + cause] =
            named[row * causeCount + cause]
            ?? min(remaining * background[row] / unnamedBackground, 1.0.nextDown)
        }
        let concentration = index * causeCount + cause
        if concentrations[concentration] == .infinity {
          concentrations[concentration] = backgroundConcentrations[index]
        }
      }
    }
    self.stateRowCount = count
    self.causeCount = causeCount
    self.firstStateRow = first
    self.probabilities = probabilities
    self.background = background
    self.concentrations = concentrations
  }
}
