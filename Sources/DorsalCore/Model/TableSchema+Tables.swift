// The tables of a model, as data.
extension TableSchema {
  /// The tables of a model, in the order in which they are checked and summed up.
  package static let all = [
    findings, causes, priors, likelihoods, groups, parents, redFlags, losses, associations, sources,
    plausibility, steps, inputs, scores, scoreItems, scoreBands,
  ]

  /// Where a number comes from.
  private static let grounds = [
    Column.required("basis"), .required("source"), .required("note"),
  ]
  /// A probability, how well it is known, and where it comes from.
  private static let evidence =
    [Column.required("probability"), .required("effective_n")] + grounds
  /// The same of tables that may do without notes.
  private static let groundsWithoutNote = [
    Column.required("basis"), .required("source"), .optional("note"),
  ]

  /// `findings.csv`.
  package static let findings = TableSchema(
    "findings.csv",
    [
      .required("id"), .required("section"), .required("kind"), .required("unit"),
      .required("edges"), .required("states"), .required("minimum"), .required("maximum"),
      .optional("weight"), .optional("group"),
      .optional("burden"), .required("question"),
      .passedOver("snomed_ct"), .passedOver("loinc"),
    ])

  /// `causes.csv`.
  package static let causes = TableSchema(
    "causes.csv",
    [
      .required("id"), .required("group"), .required("urgency"), .required("label"),
      .optional("icd_10"), .passedOver("snomed_ct"),
    ])

  /// `priors.csv`.
  package static let priors = TableSchema(
    "priors.csv", [.required("setting"), .required("cause")] + evidence)

  /// `likelihoods.csv`.
  package static let likelihoods = TableSchema(
    "likelihoods.csv", [.required("finding"), .required("state"), .required("cause")] + evidence)

  /// `groups.csv`.
  package static let groups = TableSchema(
    "groups.csv",
    [.required("group"), .required("finding"), .required("correlation"), .required("direction")]
      + groundsWithoutNote, mayBeMissing: true)

  /// `parents.csv`.
  package static let parents = TableSchema(
    "parents.csv",
    [
      .required("finding"), .required("state"), .required("parent"), .required("parent_state"),
      .required("log_odds"),
    ] + groundsWithoutNote, mayBeMissing: true)

  /// `red_flags.csv`.
  package static let redFlags = TableSchema(
    "red_flags.csv",
    [
      .required("rule"), .required("urgency"), .required("finding"), .required("state"),
      .required("message"), .required("source"),
    ])

  /// `losses.csv`.
  package static let losses = TableSchema(
    "losses.csv", [.required("action"), .required("cause"), .required("loss")] + grounds)

  /// `associations.csv`.
  package static let associations = TableSchema(
    "associations.csv",
    [.required("cause"), .required("other_cause"), .required("odds_multiplier")] + grounds,
    mayBeMissing: true)

  /// `sources.csv`.
  package static let sources = TableSchema(
    "sources.csv", [.required("key"), .required("citation"), .required("identifier")])

  /// `inputs.csv`.
  package static let inputs = TableSchema(
    "inputs.csv",
    [
      .required("id"), .required("kind"), .required("unit"), .required("edges"),
      .required("states"), .required("minimum"), .required("maximum"), .required("question"),
    ], mayBeMissing: true, isSummed: false)

  /// `scores.csv`.
  package static let scores = TableSchema(
    "scores.csv",
    [
      .required("id"), .required("kind"), .required("role"), .required("label"), .required("key"),
      .required("population"), .required("purpose"), .required("not_for"), .required("source"),
      .required("seen"), .required("note"),
    ], mayBeMissing: true, isSummed: false)

  /// `score_items.csv`.
  package static let scoreItems = TableSchema(
    "score_items.csv",
    [
      .required("score"), .required("item"), .required("rule"), .required("option"),
      .required("finding"), .required("state"), .required("points"), .required("result"),
      .required("label"), .required("note"),
    ], mayBeMissing: true, isSummed: false)

  /// `score_bands.csv`.
  package static let scoreBands = TableSchema(
    "score_bands.csv",
    [
      .required("score"), .required("band"), .required("least"), .required("greatest"),
      .required("label"), .required("meaning"), .required("source"), .required("note"),
    ], mayBeMissing: true, isSummed: false)

  /// `plausibility.csv`.
  package static let plausibility = TableSchema(
    "plausibility.csv",
    [.required("rule"), .required("kind"), .required("finding"), .required("state")] + grounds,
    mayBeMissing: true, isSummed: false)

  /// `steps.csv`.
  package static let steps = TableSchema(
    "steps.csv",
    [
      .required("step"), .required("kind"), .required("causes"), .required("rules"),
      .required("what"), .required("when"), .required("after_days"), .required("finding"),
      .required("only_if"), .required("against"),
    ] + grounds, mayBeMissing: true, isSummed: false)
}
