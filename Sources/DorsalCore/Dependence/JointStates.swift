internal import DorsalNumerics
internal import Synchronization

/// What findings that hang on each other given the cause say together, beyond what each says
/// alone.
///
/// A *term* is a group of findings, or a finding and its parent. The *joint state* of a term has
/// a state or "unknown" for each member. Of a joint state x with two known members or more the
/// term adds to the score of a cause c
///
///     r(x, c) − r(x, background),   r(x, c) = log P(x | c) − Σ over known members of log P(x(f) | c).
///
/// So the score has log P(x | c) in place of the sum of the members' own terms, and unknown
/// members drop out: P(x | c) is summed over them. In a group P(x | c) is the mean over a factor
/// of the product of the members' probabilities given it (`FactorLikelihoods`); of a finding and
/// its parent it is the table with the margins of both whose log-odds are those of `parents.csv`
/// (`MarginScaling`). Both keep the margins of the likelihoods.
///
/// There are too many joint states to compute when a model loads; each is computed when it is
/// first asked for.
package final class JointStates: Sendable {
  /// Findings that are looked up together.
  package struct Term: Sendable {
    /// The members, ascending; of a parent and its finding the parent first.
    package let findings: [Int]
    /// The states of each member.
    package let stateCounts: [Int]
    /// What the codes of the members are multiplied by to number the joint states.
    package let factors: [Int]
    /// The number of the joint state in which nothing is known.
    package let firstRow: Int
    /// How many joint states there are.
    package let rowCount: Int
    /// Of a group R, and whether later states of each member go with the factor.
    let correlation: Double
    let isRising: [Bool]
    /// Of a finding and its parent `logOdds[parent state * states of the finding + state]`.
    let logOdds: [Double]
    /// How far the evidence of a joint state may go beyond the greatest of each of its members.
    let slack: Double

    /// The members that can make a score greater by what they say together: of a parent, which
    /// may have many findings, only the finding.
    var counted: ArraySlice<Int> {
      isParent ? findings[1...] : findings[...]
    }

    /// Whether it is a finding and its parent.
    package var isParent: Bool { !logOdds.isEmpty }

    /// The code of each member, 0 for unknown.
    package func codes(ofRow row: Int) -> [Int] {
      zip(factors, stateCounts).map { factor, count in
        (row - firstRow) / factor % (count + 1)
      }
    }

    /// The number of a joint state by the codes of its members.
    package func row(ofCodes codes: some Sequence<Int>) -> Int {
      zip(codes, factors).reduce(firstRow) { $0 + $1.0 * $1.1 }
    }
  }

  /// The terms: groups, then findings with their parents.
  package let terms: [Term]
  /// How many joint states all terms have.
  package let rowCount: Int
  /// The terms of each finding, as indices.
  package let termsOfFinding: [[Int]]
  /// How much further scores may reach than without the terms, in nats.
  package let slack: Double

  private let table: LikelihoodTable
  /// The causes and the background.
  private let columnCount: Int
  private let kept = Mutex(Kept())

  /// What was computed so far. Who computes the same at the same time gets the same.
  private struct Kept {
    /// By the finding.
    var factors: [Int: FactorLikelihoods] = [:]
    var reaches: [Int: Double] = [:]
    /// By the first row of the term.
    var pairs: [Int: [Double]] = [:]
    /// By the joint state.
    var evidence: [Int: [Double]] = [:]
  }

  /// The most joint states whose evidence is kept.
  private static let mostKept = 1 << 15

  /// What a group may add to the greatest evidence of its members, in nats.
  private static let groupSlack = 2.0

  /// Numbers the joint states of a model.
  ///
  /// - Returns: Nothing where findings are independent given the cause: a group of one finding
  ///   or of correlation 0 says nothing.
  /// - Complexity: O(rows of the tables).
  init?(groups: [FindingGroup], parents: [ParentOdds], findings: [Finding], table: LikelihoodTable)
  {
    var terms: [Term] = []
    var rowCount = 0
    func add(
      _ members: [Int], correlation: Double = 0, isRising: [Bool] = [], logOdds: [Double] = [],
      slack: Double
    ) {
      let counts = members.map { findings[$0].states.count }
      var factors: [Int] = []
      var size = 1
      for count in counts {
        factors.append(size)
        size *= count + 1
      }
      terms.append(
        Term(
          findings: members, stateCounts: counts, factors: factors, firstRow: rowCount,
          rowCount: size, correlation: correlation, isRising: isRising, logOdds: logOdds,
          slack: slack))
      rowCount += size
    }
    for group in groups where group.members.count > 1 && group.correlation > 0 {
      let members = group.members.sorted { $0.finding < $1.finding }
      add(
        members.map(\.finding), correlation: group.correlation, isRising: members.map(\.isRising),
        slack: Self.groupSlack)
    }
    for link in parents where link.terms.contains(where: { $0.logOdds != 0 }) {
      let width = findings[link.finding].states.count
      var logOdds = [Double](repeating: 0, count: findings[link.parent].states.count * width)
      for term in link.terms { logOdds[term.parentState * width + term.state] = term.logOdds }
      let range = (logOdds.max() ?? 0) - (logOdds.min() ?? 0)
      add([link.parent, link.finding], logOdds: logOdds, slack: 1 + range / 2)
    }
    guard !terms.isEmpty else { return nil }
    var termsOfFinding = [[Int]](repeating: [], count: findings.count)
    for (index, term) in terms.enumerated() {
      for finding in term.findings { termsOfFinding[finding].append(index) }
    }
    (self.terms, self.rowCount, self.termsOfFinding) = (terms, rowCount, termsOfFinding)
    slack = terms.reduce(0) { $0 + $1.slack }
    self.table = table
    columnCount = table.causeCount + 1
  }

  /// The term that a joint state is of.
  package func term(ofRow row: Int) -> Int {
    var (low, high) = (0, terms.count)
    while low + 1 < high {
      let middle = (low + high) / 2
      if terms[middle].firstRow <= row { low = middle } else { high = middle }
    }
    return low
  }

  /// The joint states of a case that say something: those with two known members or more.
  ///
  /// - Parameter code: The code of a finding, 0 for unknown.
  package func rows(code: (Int) -> Int) -> [Int] {
    terms.compactMap { row(of: $0, code: code) }
  }

  /// The joint state of a term; nothing where fewer than two members are known.
  package func row(of term: Term, code: (Int) -> Int) -> Int? {
    var (row, known) = (term.firstRow, 0)
    for (finding, factor) in zip(term.findings, term.factors) {
      let own = code(finding)
      row += own * factor
      if own != 0 { known += 1 }
    }
    return known > 1 ? row : nil
  }

  /// What a joint state adds to the score of each cause, in nats, and behind the causes
  /// r(x, background), which is in none of them; zeros where fewer than two members are known.
  ///
  /// - Complexity: O(nodes × causes × members) when it is first asked for.
  package func evidence(ofRow row: Int) -> [Double] {
    if let found = kept.withLock({ $0.evidence[row] }) { return found }
    let term = terms[term(ofRow: row)]
    let codes = term.codes(ofRow: row)
    let members = codes.indices.filter { codes[$0] > 0 }
    guard members.count > 1 else { return [Double](repeating: 0, count: columnCount) }
    let result =
      term.isParent
      ? evidence(ofPair: term, codes: codes)
      : evidence(ofGroup: term, codes: codes, members: members)
    kept.withLock { if $0.evidence.count < Self.mostKept { $0.evidence[row] = result } }
    return result
  }

  private func evidence(ofGroup term: Term, codes: [Int], members: [Int]) -> [Double] {
    let nodes = FactorLikelihoods.nodeCount
    var product = [Double](repeating: 1, count: nodes * columnCount)
    var singles = [Double](repeating: 0, count: columnCount)
    for member in members {
      let finding = term.findings[member]
      let first = (codes[member] - 1) * nodes * columnCount
      let values = likelihoods(ofMember: member, of: term).values
      multiply(&product, by: values, from: first)
      addLogarithms(ofRow: table.firstStateRow[finding] + codes[member] - 1, to: &singles)
    }
    var joint = [Double](repeating: 0, count: columnCount)
    for (node, weight) in FactorLikelihoods.weights.enumerated() {
      for column in 0..<columnCount {
        joint[column] += weight * product[node * columnCount + column]
      }
    }
    return relative(
      (0..<columnCount).map { Elementary.log(joint[$0]) }, to: singles, counted: singles, of: term)
  }

  private func multiply(_ product: inout [Double], by values: [Double], from first: Int) {
    let values = values.span
    var product = product.mutableSpan
    for index in product.indices { product[index] *= values[first + index] }
  }

  private func evidence(ofPair term: Term, codes: [Int]) -> [Double] {
    let joint = logProbabilities(ofPair: term)
    let first = ((codes[0] - 1) * term.stateCounts[1] + codes[1] - 1) * columnCount
    var child = [Double](repeating: 0, count: columnCount)
    addLogarithms(ofRow: table.firstStateRow[term.findings[1]] + codes[1] - 1, to: &child)
    var singles = child
    addLogarithms(ofRow: table.firstStateRow[term.findings[0]] + codes[0] - 1, to: &singles)
    return relative(
      Array(joint[first..<first + columnCount]), to: singles, counted: child, of: term)
  }

  /// What a joint state says of each cause beyond its members, all relative to the background.
  ///
  /// With the own terms of the counted members it says no more than the greatest evidence of
  /// each of these and the slack of the term, so that scores stay within the range of their
  /// whole numbers.
  private func relative(
    _ joint: [Double], to singles: [Double], counted: [Double], of term: Term
  ) -> [Double] {
    let background = columnCount - 1
    let limit = term.slack + term.counted.reduce(0) { $0 + reach(ofFinding: $1) }
    let evidence = (0..<background).map { cause in
      let own = counted[cause] - counted[background]
      let added = joint[cause] - joint[background] - (singles[cause] - singles[background])
      let whole = own + added
      return abs(whole) <= limit ? added : min(max(whole, -limit), limit) - own
    }
    return evidence + [joint[background] - singles[background]]
  }

  /// Adds the log-probability of a state under each cause and the background.
  private func addLogarithms(ofRow row: Int, to sums: inout [Double]) {
    for cause in 0..<columnCount - 1 {
      sums[cause] += Elementary.log(table.probability(stateRow: row, cause: cause))
    }
    sums[columnCount - 1] += Elementary.log(table.background[row])
  }

  /// P(state | column) of a finding: `[state * columnCount + column]`.
  private func margins(ofFinding finding: Int, stateCount: Int) -> [Double] {
    let first = table.firstStateRow[finding]
    return (first..<first + stateCount).flatMap { row in
      (0..<columnCount - 1).map { table.probability(stateRow: row, cause: $0) }
        + [table.background[row]]
    }
  }

  /// P(state | cause, factor) of a member of a group.
  package func likelihoods(ofMember member: Int, of term: Term) -> FactorLikelihoods {
    let finding = term.findings[member]
    if let found = kept.withLock({ $0.factors[finding] }) { return found }
    let made = FactorLikelihoods(
      margins: margins(ofFinding: finding, stateCount: term.stateCounts[member]),
      columnCount: columnCount, correlation: term.correlation, isRising: term.isRising[member])
    kept.withLock { $0.factors[finding] = made }
    return made
  }

  /// log P(parent's state, finding's state | column):
  /// `[(parent state * states + state) * columnCount + column]`.
  package func logProbabilities(ofPair term: Term) -> [Double] {
    if let found = kept.withLock({ $0.pairs[term.firstRow] }) { return found }
    let parents = margins(ofFinding: term.findings[0], stateCount: term.stateCounts[0])
    let children = margins(ofFinding: term.findings[1], stateCount: term.stateCounts[1])
    let odds = term.logOdds.map { Elementary.exp($0) }
    var result = [Double](repeating: 0, count: odds.count * columnCount)
    for column in 0..<columnCount {
      func own(_ margins: [Double]) -> [Double] {
        stride(from: column, to: margins.count, by: columnCount).map { margins[$0] }
      }
      let joint = MarginScaling.scaled(odds, rows: own(parents), columns: own(children))
      for (index, probability) in joint.enumerated() {
        result[index * columnCount + column] = Elementary.log(probability)
      }
    }
    kept.withLock { $0.pairs[term.firstRow] = result }
    return result
  }

  /// The greatest magnitude of the evidence of a finding's states.
  private func reach(ofFinding finding: Int) -> Double {
    if let found = kept.withLock({ $0.reaches[finding] }) { return found }
    let first = table.firstStateRow[finding]
    let end =
      finding + 1 < table.firstStateRow.count
      ? table.firstStateRow[finding + 1] : table.stateRowCount
    var reach = 0.0
    for row in first..<end {
      let background = Elementary.log(table.background[row])
      for cause in 0..<columnCount - 1 {
        let evidence = Elementary.log(table.probability(stateRow: row, cause: cause)) - background
        reach = max(reach, abs(evidence))
      }
    }
    kept.withLock { $0.reaches[finding] = reach }
    return reach
  }
}
