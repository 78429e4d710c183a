/// Findings that go together given the cause: the rows of `groups.csv` with one group.
///
/// Each finding of a group has a normal variable, cut at the quantiles of its states; the
/// variables of a group share one factor. Its share of their variance is the correlation.
public struct FindingGroup: Sendable, Hashable {
  /// A finding of a group: one row of `groups.csv`.
  public struct Member: Sendable, Hashable {
    /// The index of the finding.
    public let finding: Int
    /// Whether later states of the finding go with the greater factor; if not, earlier ones do.
    public let isRising: Bool
    /// What the row rests on.
    public let evidence: TermEvidence

    package init(finding: Int, isRising: Bool, evidence: TermEvidence) {
      (self.finding, self.isRising, self.evidence) = (finding, isRising, evidence)
    }
  }

  /// The name of the group.
  public let id: String
  /// The correlation, 0 or more and below 1.
  public let correlation: Double
  /// The findings, in the order of the table.
  public let members: [Member]

  package init(id: String, correlation: Double, members: [Member]) {
    (self.id, self.correlation, self.members) = (id, correlation, members)
  }
}

/// How a finding hangs on another given the cause: the rows of `parents.csv` with one finding.
public struct ParentOdds: Sendable, Hashable {
  /// The log-odds of a pair of states: one row of `parents.csv`.
  public struct Term: Sendable, Hashable {
    /// The index of the state of the finding.
    public let state: Int
    /// The index of the state of the parent.
    public let parentState: Int
    /// What the pair adds to the log-odds; 0 for pairs without a row.
    public let logOdds: Double
    /// What the row rests on.
    public let evidence: TermEvidence

    package init(state: Int, parentState: Int, logOdds: Double, evidence: TermEvidence) {
      (self.state, self.parentState) = (state, parentState)
      (self.logOdds, self.evidence) = (logOdds, evidence)
    }
  }

  /// The index of the finding.
  public let finding: Int
  /// The index of the parent.
  public let parent: Int
  /// The pairs of states, in the order of the table.
  public let terms: [Term]

  package init(finding: Int, parent: Int, terms: [Term]) {
    (self.finding, self.parent, self.terms) = (finding, parent, terms)
  }
}

/// Where a row of `groups.csv` or `parents.csv` comes from.
public struct TermEvidence: Sendable, Hashable {
  /// Where it comes from.
  public let basis: Basis
  /// The keys of the sources, in the table's order.
  public let sources: [String]
  /// How it was derived, or what has to be known to read it.
  public let note: String
  /// The line of the table it stands on.
  public let line: Int

  package init(basis: DorsalCore.Basis, sources: [String], note: String, line: Int) {
    (self.basis, self.sources, self.note, self.line) = (basis, sources, note, line)
  }
}
