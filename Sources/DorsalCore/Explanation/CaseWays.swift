extension Scorer {
  /// The way of every cause of a case from its prior to its posterior, the most probable first:
  /// what an explanation begins with, without what takes longer.
  ///
  /// - Complexity: O(likelihoods + findings × causes + causes²).
  package func ways(of index: Int, in batch: CaseBatch) -> [Explanation.Way] {
    CaseTerms(of: index, in: batch, scorer: self).ways(calibrated: nil, intervals: nil)
  }
}
