/// What is known: the causes and findings, and each number with what it rests on.
///
/// A model is loaded from a folder of tables (`init(folder:)`) or from tables in
/// memory (`init(tables:)`), is checked as a whole while it loads, and does not
/// change afterwards. Every probability in it lies strictly between 0 and 1, so
/// that scoring cannot meet an infinite logarithm.
public struct Model: Sendable {
  /// What the model says about itself: `model.json`.
  public let card: ModelCard
  /// The findings, in the order of the table. The finding `setting` is among them.
  public let findings: [Finding]
  /// The causes, in the order of the table; the last is `unlisted`.
  public let causes: [Cause]
  /// The rows of `priors.csv`.
  public let priors: [Prior]
  /// The rows of `likelihoods.csv`.
  public let likelihoods: [Likelihood]
  /// The groups of `groups.csv`, in the order in which they first stand there; empty where the
  /// model has no such file.
  public let findingGroups: [FindingGroup]
  /// The findings with a parent, in the order in which `parents.csv` has them; empty where the
  /// model has no such file.
  public let parents: [ParentOdds]
  /// The rules of `red_flags.csv`, in the order in which they first stand there.
  public let redFlags: [RedFlag]
  /// The rows of `losses.csv`.
  public let losses: [Loss]
  /// The rows of `associations.csv`; empty where the model has no such file.
  public let associations: [Association]
  /// The rules of `plausibility.csv`, in the order in which they first stand there; empty where
  /// the model has no such file.
  public let impossibilities: [Impossibility]
  /// The rows of `steps.csv`; empty where the model has no such file.
  public let steps: [Step]
  /// What scores ask for besides findings, by `inputs.csv`: columns of case files that no ranking
  /// hangs on. Empty where the model has no such file.
  public internal(set) var inputs: [Finding] = []
  /// The clinical scores of `scores.csv`, in the order of the table, parts of others included;
  /// `ClinicalScores` evaluates them. Empty where the model has no such file.
  public internal(set) var scores: [ClinicalScore] = []
  /// The scores, prepared; nothing where there are none.
  var scoreProgram: ScoreProgram?
  /// Where inputs of scores begin among the findings, in a model that cases are read for scores
  /// by; of others it is how many findings there are.
  package internal(set) var firstInput: Int
  /// Whether the model was fitted to a file, by what its sources say.
  ///
  /// - Parameter checksum: The SHA-256 of the file, as 64 hexadecimal digits.
  public func wasFitted(toFileWith checksum: String) -> Bool {
    sources.values.contains { source in
      source.identifier.contains(checksum) || source.citation.contains(checksum)
    }
  }

  /// Whether the model was fitted to any file whose SHA-256 is known.
  public var namesFittedFiles: Bool {
    sources.values.contains { $0.identifier.contains("sha256:") }
  }

  /// The sources by their key.
  public let sources: [String: Source]
  /// The SHA-256 of the tables' bytes, one after the other in the order of
  /// `ModelTables.fileNames`, without `plausibility.csv`, `steps.csv`, the tables of scores and a
  /// file that the model does without, as 64 hexadecimal digits.
  public let checksum: String

  /// Other names for the findings, where the model came with a table of them.
  package internal(set) var synonyms = Synonyms(bytes: nil, file: "")
  /// What codes of other programs mean, where the model came with tables of them.
  package internal(set) var codeTables = CodeTables()

  /// P(state given cause), with the gaps filled in.
  public let likelihoodTable: LikelihoodTable
  /// P(cause) in each setting: `priorTable[setting * causes.count + cause]`, by the prior
  /// weight.
  public internal(set) var priorTable: [Double]
  /// The power that the priors of the tables are raised to in `priorTable`.
  public internal(set) var priorWeight = PriorWeight.full
  /// The same as `priorTable`, as the tables have them.
  let tablePriors: [Double]
  /// The index of the finding `setting`.
  public let settingFinding: Int

  /// What findings that hang on each other say together; nothing where none do.
  package let jointStates: JointStates?

  /// What the codes and diagnoses of its cases stand for.
  package let vocabulary: CaseVocabulary

  /// The loss of each action under each cause: `lossTable[action * causes.count + cause]`.
  private let lossTable: [Double]
  private let findingIndices: [String: Int]
  private let causeIndices: [String: Int]

  /// The settings, in the order of the states of the finding `setting`.
  public var settings: [String] { findings[settingFinding].states }

  /// The groups of causes, each once, in the order of the causes.
  public var groups: [String] {
    causes.map(\.group).uniqued()
  }

  /// The index of a finding by its id.
  public func index(ofFinding id: String) -> Int? { findingIndices[id] }

  /// The index of a cause by its id.
  public func index(ofCause id: String) -> Int? { causeIndices[id] }

  /// The index of a setting by its id.
  public func index(ofSetting id: String) -> Int? { settings.firstIndex(of: id) }

  /// The loss of an action when a cause is the truth.
  public func loss(of action: Urgency, cause: Int) -> Double {
    lossTable[action.rank * causes.count + cause]
  }

  /// Puts together parts that have been checked against each other.
  init(
    card: ModelCard, findings: [Finding], causes: [Cause], priors: [Prior],
    likelihoods: [Likelihood], groups: [FindingGroup], parents: [ParentOdds], redFlags: [RedFlag],
    losses: [Loss],
    associations: [Association], sources: [Source], settingFinding: Int, checksum: String,
    impossibilities: [Impossibility] = [], steps: [Step] = []
  ) {
    self.card = card
    self.findings = findings
    self.firstInput = findings.count
    self.causes = causes
    self.priors = priors
    self.likelihoods = likelihoods
    self.findingGroups = groups
    self.parents = parents
    self.redFlags = redFlags
    self.losses = losses
    self.associations = associations
    self.impossibilities = impossibilities
    self.steps = steps
    self.sources = Dictionary(sources.map { ($0.key, $0) }) { first, _ in first }
    self.checksum = checksum
    self.vocabulary = CaseVocabulary(card: card, findings: findings, causes: causes)
    self.settingFinding = settingFinding
    let likelihoodTable = LikelihoodTable(
      findings: findings, causeCount: causes.count, likelihoods: likelihoods)
    self.likelihoodTable = likelihoodTable
    self.jointStates = JointStates(
      groups: groups, parents: parents, findings: findings, table: likelihoodTable)
    var table = [Double](repeating: 0, count: findings[settingFinding].states.count * causes.count)
    for prior in priors {
      table[prior.setting * causes.count + prior.cause] = prior.evidence.probability
    }
    self.priorTable = table
    self.tablePriors = table
    self.lossTable = Urgency.allCases.flatMap { action in
      let rows = losses.filter { $0.action == action }
      let usual = rows.first { $0.cause == nil }?.loss ?? 0
      return causes.indices.map { cause in rows.first { $0.cause == cause }?.loss ?? usual }
    }
    self.findingIndices = Dictionary(
      findings.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    self.causeIndices = Dictionary(
      causes.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
  }
}

/// What a model says about itself.
public struct ModelCard: Sendable, Hashable {
  /// A short name without spaces: `back-pain`.
  public let name: String
  /// The version of the numbers.
  public let version: String
  /// The name for people.
  public let title: String
  /// What the model is.
  public let description: String
  /// The licence of the tables.
  public let licence: String
  /// What it is meant for.
  public let intendedUse: String
  /// What it cannot do.
  public let limits: String

  package init(
    name: String, version: String, title: String, description: String, licence: String,
    intendedUse: String, limits: String
  ) {
    self.name = name
    self.version = version
    self.title = title
    self.description = description
    self.licence = licence
    self.intendedUse = intendedUse
    self.limits = limits
  }
}
