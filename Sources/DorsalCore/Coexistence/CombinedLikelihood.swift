/// P(state of a finding) where several causes are present together.
///
/// - A binary finding is a noisy-or with the background as leak (J. Pearl, *Probabilistic
///   Reasoning in Intelligent Systems*, 1988, section 4.3.2; leak: M. Henrion, UAI 1987):
///   with b = P(present) in the background and p = P(present given cause), a cause that
///   makes the finding more frequent than the background brings it about on its own with
///   q = 1 − (1 − p)/(1 − b), and it is absent where the leak and every cause fail:
///
///       P(absent) = (1 − b) · Π (1 − q)   over causes with p > b
///
///   A noisy-or cannot make a finding rarer. A cause with p ≤ b therefore takes no part
///   beside one with p > b, and where every cause has p ≤ b the finding is as frequent as
///   under the one that has it most. A cause alone keeps its own likelihood, and more
///   causes never make a finding rarer.
/// - Of any other finding it is the average of the causes' own: each is as likely as the
///   others to have set its state.
enum CombinedLikelihood {
  /// The index of `present` among the states of a binary finding.
  private static let present = 1

  /// P(state) of every state of a finding, given a set of causes.
  ///
  /// - Parameters:
  ///   - finding: The index of the finding.
  ///   - kind: Its kind.
  ///   - causes: The causes that are present, at least one.
  ///   - table: The likelihoods of the model.
  ///   - stateCount: How many states the finding has.
  /// - Returns: One probability above 0 for each state; they sum to one.
  static func probabilities(
    finding: Int, kind: Finding.Kind, stateCount: Int, causes: ArraySlice<Int>,
    table: LikelihoodTable
  ) -> [Double] {
    let first = table.firstStateRow[finding]
    guard kind == .binary, causes.count > 1 else {
      return (0..<stateCount).map { state in
        let sum = causes.reduce(0.0) {
          $0 + table.probability(stateRow: first + state, cause: $1)
        }
        return sum / Double(causes.count)
      }
    }
    let row = first + present
    let leak = table.background[row]
    var greatest = 0.0
    // Each is reckoned on its own: one less the other would lose what is very rare.
    var (absent, present) = (1 - leak, leak)
    for cause in causes {
      let own = table.probability(stateRow: row, cause: cause)
      greatest = max(greatest, own)
      guard own > leak else { continue }
      absent *= (1 - own) / (1 - leak)
      present += (1 - present) * (own - leak) / (1 - leak)
    }
    return greatest > leak ? [absent, present] : [1 - greatest, greatest]
  }
}
