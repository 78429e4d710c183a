/// One number of the model, with what it rests on.
public struct Evidence: Sendable, Hashable {
  /// A probability, between 0 and 1 and neither of them.
  public let probability: Double
  /// How many patients' worth of knowledge it rests on: the concentration of its
  /// Dirichlet distribution.
  public let effectiveN: Double
  /// Where it comes from.
  public let basis: Basis
  /// The keys of the sources, in the table's order; empty where it is assumed.
  public let sources: [String]
  /// How it was derived, or what has to be known to read it.
  public let note: String
  /// The line of the table it stands on.
  public let line: Int

  package init(
    probability: Double, effectiveN: Double, basis: DorsalCore.Basis, sources: [String],
    note: String, line: Int
  ) {
    self.probability = probability
    self.effectiveN = effectiveN
    self.basis = basis
    self.sources = sources
    self.note = note
    self.line = line
  }
}

/// P(cause) in a setting, before any finding: one row of `priors.csv`.
public struct Prior: Sendable, Hashable {
  /// The index of the setting among the states of the finding `setting`.
  public let setting: Int
  /// The index of the cause.
  public let cause: Int
  /// The number and what it rests on.
  public let evidence: Evidence

  package init(setting: Int, cause: Int, evidence: DorsalCore.Evidence) {
    self.setting = setting
    self.cause = cause
    self.evidence = evidence
  }
}

/// P(state given cause): one row of `likelihoods.csv`.
public struct Likelihood: Sendable, Hashable {
  /// The index of the finding.
  public let finding: Int
  /// The index of the state among the finding's states.
  public let state: Int
  /// The index of the cause, or nothing for the background (`*` in the table).
  public let cause: Int?
  /// The number and what it rests on.
  public let evidence: Evidence

  package init(finding: Int, state: Int, cause: Int?, evidence: DorsalCore.Evidence) {
    self.finding = finding
    self.state = state
    self.cause = cause
    self.evidence = evidence
  }
}

/// A publication that numbers are taken from: one row of `sources.csv`.
public struct Source: Sendable, Hashable {
  /// The key that the other tables name it by.
  public let key: String
  /// The citation.
  public let citation: String
  /// A PMID, PMC or DOI, where known.
  public let identifier: String

  package init(key: String, citation: String, identifier: String) {
    self.key = key
    self.citation = citation
    self.identifier = identifier
  }
}
