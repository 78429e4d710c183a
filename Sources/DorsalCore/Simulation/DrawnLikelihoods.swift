internal import DorsalNumerics

/// One set of likelihoods drawn from what is known of them: what the truth might be where
/// the model is somewhat wrong.
///
/// Each distribution of states is drawn from the Dirichlet distribution whose mean is the
/// table's distribution and whose concentration is its effective sample size: one draw for
/// each finding and cause with rows of their own, and one for each finding's background,
/// which every cause without rows then shares. Unlike the parameters of intervals (see
/// `LikelihoodUncertainty`), no parameter is raised to 2, since that would move the mean of
/// rare states; a drawn probability may come near 0.
package enum DrawnLikelihoods {
  /// Draws P(state given cause), in the layout of `LikelihoodTable.probabilities`.
  ///
  /// - Complexity: O(states × causes).
  package static func probabilities(model: Model, seed: UInt64) -> [Double] {
    let table = model.likelihoodTable
    let causes = table.causeCount
    var stream = CaseStream(seed: seed, case: 0, purpose: .likelihoods)
    var sampler = DirichletSampler(seed: stream.bits())
    var own = Set<Int>()
    for row in model.likelihoods {
      if let cause = row.cause { own.insert(row.finding * causes + cause) }
    }
    var drawn = table.probabilities
    for (index, finding) in model.findings.enumerated() where index != model.settingFinding {
      let first = table.firstStateRow[index]
      func draw(of cause: Int) -> [Double] {
        let concentration = table.concentrations[index * causes + cause]
        return sampler.probabilities(
          parameters: finding.states.indices.map {
            concentration * table.probability(stateRow: first + $0, cause: cause)
          })
      }
      // What a cause without rows of its own has is the background's.
      let shared = (0..<causes).last { !own.contains(index * causes + $0) }
      let background = shared.map(draw) ?? []
      for cause in 0..<causes {
        let states = own.contains(index * causes + cause) ? draw(of: cause) : background
        for (state, probability) in states.enumerated() {
          drawn[(first + state) * causes + cause] = probability
        }
      }
    }
    return drawn
  }
}
