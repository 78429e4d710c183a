extension RedFlag {
  /// The conditions of the rule that are on unknown findings of a case: none where it holds.
  ///
  /// - Returns: Nothing where a known finding keeps the rule from holding, whatever the unknown
  ///   ones are. A case that names no setting has the default one.
  /// - Complexity: O(conditions).
  func openConditions(of index: Int, in batch: CaseBatch, scorer: Scorer) -> [Condition]? {
    var open: [Condition] = []
    for condition in conditions {
      let state =
        condition.finding == scorer.model.settingFinding
        ? scorer.setting(of: index, in: batch) : batch.state(of: condition.finding, case: index)
      if let state {
        if !condition.states.contains(state) { return nil }
      } else {
        open.append(condition)
      }
    }
    return open
  }
}
