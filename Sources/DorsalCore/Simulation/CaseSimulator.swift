internal import DorsalNumerics

/// Draws cases from a model, each with the cause that it comes from as its diagnosis.
///
/// The cause of a case is drawn from the prior of a setting, the state of every finding from
/// P(state | cause), and then findings become unknown by a stated pattern. Case i of a seed
/// is always the same: it hangs neither on the cases drawn with it nor on the thread.
///
///     let simulator = try CaseSimulator(model: model)
///     let batch = simulator.cases(0..<1000)
///
/// *Dependence.* With a correlation R of a group of findings, each case has a standard normal
/// variable g for the group, each finding of the group has one of its own e, and
///
///     z = √R g + √(1 − R) e
///
/// is standard normal with correlation R between any two findings of the group: a Gaussian
/// copula, exchangeable within the group, given the cause. The state is the one whose
/// interval of cumulative probability, in the order of the states, holds Φ(z); so each
/// finding keeps its distribution given the cause whatever R is. The order of the states is
/// the order in which they go together: `absent` with `absent`, the low numbers with the low
/// ones, and the first state of a category with the first of another.
///
/// A model with `groups.csv` or `parents.csv` says itself what hangs on what, and cases are
/// drawn as it scores them: a factor for each group, at the correlation of the table unless the
/// options have another, and a finding with a parent given the parent's state.
///
/// A simulator does not change and may be shared between threads.
public struct CaseSimulator: Sendable {
  /// What to draw.
  public struct Options: Sendable {
    /// Where the random numbers begin.
    public var seed: UInt64 = 1
    /// The index of the setting, which every case names.
    public var setting = 0
    /// Which findings are unknown.
    public var missing = MissingPattern.chance(0)
    /// The latent correlation between findings of one group given the cause, from 0 up to
    /// but not including 1. Nothing for the model's own, which is 0 in a model without
    /// `groups.csv`.
    public var correlation: Double?
    /// The same for single groups, in place of `correlation`.
    public var groupCorrelations: [String: Double] = [:]
    /// P(cause) in the order of the model's causes, in place of the setting's priors.
    public var priors: [Double]?
    /// Where the random numbers of drawn likelihoods begin; nothing for the table's own
    /// (see `DrawnLikelihoods`).
    public var likelihoodSeed: UInt64?

    /// Cases of the first setting, every finding known, with the dependence of the model.
    public init() {}
  }

  /// The model that cases are drawn from.
  public let model: Model
  /// What is drawn.
  public let options: Options

  /// The sums of the priors up to and including each cause.
  private let cumulativePriors: [Double]
  /// For each cause and each state but the last of its finding, what a case's variable must
  /// reach to be in a later one: a cumulative probability, or for a finding whose group is
  /// correlated a normal quantile. `thresholds[cause * stateRowCount + stateRow]`.
  private let thresholds: [Double]
  /// The group of each finding that is correlated, as an index; -1 for the others.
  private let groups: [Int]
  /// √R and √(1 − R) of each correlated group.
  private let loadings: [(common: Double, own: Double)]
  /// How states that hang on each other are drawn, where the tables of the model say so.
  private let dependent: DependentStates?
  /// What orders tests, where the pattern is `workup`.
  private let scorer: Scorer?

  /// Prepares the drawing of cases.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - options: What to draw.
  /// - Throws: `SimulationError` for a probability outside 0...1, a correlation outside
  ///   0..<1, a group that the model does not have, or priors that do not fit the causes or
  ///   do not sum to one within 1e-6.
  /// - Complexity: O(states × causes).
  public init(model: Model, options: Options = Options()) throws(SimulationError) {
    try Self.check(options, model: model)
    self.model = model
    self.options = options
    let causes = model.causes.count
    let priors =
      options.priors
      ?? Array(model.priorTable[options.setting * causes..<(options.setting + 1) * causes])
    cumulativePriors = Self.cumulative(priors)
    var names: [String] = []
    groups = model.findings.map { finding in
      guard model.findingGroups.isEmpty, model.parents.isEmpty,
        Self.correlation(ofGroup: finding.group, options, model) > 0
      else { return -1 }
      if let index = names.firstIndex(of: finding.group) { return index }
      names.append(finding.group)
      return names.count - 1
    }
    loadings = names.map {
      let correlation = Self.correlation(ofGroup: $0, options, model)
      return (correlation.squareRoot(), (1 - correlation).squareRoot())
    }
    let probabilities =
      options.likelihoodSeed.map { DrawnLikelihoods.probabilities(model: model, seed: $0) }
      ?? model.likelihoodTable.probabilities
    thresholds = Self.thresholds(probabilities, model: model, groups: groups)
    dependent = Self.dependent(model, options, probabilities: probabilities)
    if case .workup = options.missing {
      scorer = Scorer(model: model, defaultSetting: options.setting)
    } else {
      scorer = nil
    }
  }

  /// The correlation of a group that cases are drawn with.
  package func correlation(ofGroup group: String) -> Double {
    Self.correlation(ofGroup: group, options, model)
  }

  private static func correlation(
    ofGroup group: String, _ options: Options, _ model: Model
  ) -> Double {
    if group.isEmpty { return 0 }
    let own = model.findingGroups.first { $0.id == group }?.correlation ?? 0
    return options.groupCorrelations[group] ?? options.correlation ?? own
  }

  /// How states that hang on each other are drawn, at the correlations of the options and the
  /// likelihoods that cases are drawn from.
  private static func dependent(
    _ model: Model, _ options: Options, probabilities: [Double]
  ) -> DependentStates? {
    guard !model.findingGroups.isEmpty || !model.parents.isEmpty else { return nil }
    let groups = model.findingGroups.map {
      FindingGroup(
        id: $0.id, correlation: correlation(ofGroup: $0.id, options, model), members: $0.members)
    }
    let table = model.likelihoodTable.having(probabilities.map(ModelLimits.clamped))
    return JointStates(
      groups: groups, parents: model.parents, findings: model.findings, table: table
    ).map { DependentStates($0, table: table, findingCount: model.findings.count) }
  }

  private static func check(_ options: Options, model: Model) throws(SimulationError) {
    precondition(model.settings.indices.contains(options.setting), "the setting is of the model")
    guard (0...1).contains(options.missing.probability) else {
      throw SimulationError(
        "\(options.missing.probability) of the findings unknown; expected 0 to 1")
    }
    let known = model.findings.map(\.group).filter { !$0.isEmpty }.uniqued()
    for group in options.groupCorrelations.keys.sorted() where !known.contains(group) {
      throw SimulationError(
        "unknown group of findings \"\(group)\"; expected one of "
          + known.joined(separator: ", "))
    }
    for correlation in [options.correlation ?? 0] + options.groupCorrelations.values
    where !(correlation >= 0 && correlation < 1) {
      throw SimulationError("a correlation of \(correlation); expected 0 or more and below 1")
    }
    if let priors = options.priors {
      guard priors.count == model.causes.count, priors.allSatisfy({ $0 >= 0 }),
        abs(priors.reduce(0, +) - 1) <= 1e-6
      else {
        throw SimulationError("priors that are not one for each cause, or do not add up to 1")
      }
    }
  }

  /// Sums up to and including each element. The last with a probability above zero is
  /// infinite, so that rounding leaves no gap, and so are those behind it.
  private static func cumulative(_ probabilities: [Double]) -> [Double] {
    var sum = 0.0
    var sums = probabilities.map { probability in
      sum += probability
      return sum
    }
    let last = probabilities.lastIndex { $0 > 0 } ?? probabilities.count - 1
    for index in last..<sums.count { sums[index] = .infinity }
    return sums
  }

  private static func thresholds(
    _ probabilities: [Double], model: Model, groups: [Int]
  ) -> [Double] {
    let table = model.likelihoodTable
    let causes = table.causeCount
    var thresholds = [Double](repeating: .infinity, count: causes * table.stateRowCount)
    for (index, finding) in model.findings.enumerated() where index != model.settingFinding {
      let rows = table.firstStateRow[index]..<table.firstStateRow[index] + finding.states.count
      for cause in 0..<causes {
        let sums = cumulative(rows.map { probabilities[$0 * causes + cause] })
        for (row, sum) in zip(rows, sums) {
          thresholds[cause * table.stateRowCount + row] =
            groups[index] < 0 ? sum : normalQuantile(sum)
        }
      }
    }
    return thresholds
  }

  private static func normalQuantile(_ probability: Double) -> Double {
    if probability <= 0 { return -.infinity }
    return probability >= 1 ? .infinity : NormalDistribution.quantile(probability)
  }

  /// Draws cases.
  ///
  /// The id of case i is `s`, the seed, `_` and i + 1, so that files of several seeds can be
  /// put together.
  ///
  /// - Parameter numbers: The numbers of the cases, 0 or more.
  /// - Complexity: O(cases × states); with the pattern `workup` as much as scoring more.
  public func cases(_ numbers: Range<Int>) -> CaseBatch {
    let findings = model.findings.count
    var codes = [UInt8](repeating: CaseBatch.unknown, count: numbers.count * findings)
    var causes: [Int] = []
    causes.reserveCapacity(numbers.count)
    for (place, number) in numbers.enumerated() {
      var stream = CaseStream(seed: options.seed, case: number, purpose: .cause)
      let u = stream.uniform()
      var cause = 0
      while u >= cumulativePriors[cause] { cause += 1 }
      causes.append(cause)
      drawStates(of: number, cause: cause, to: &codes, from: place * findings)
    }
    hide(&codes, numbers: numbers)
    var batch = CaseBatch(model: model)
    let prefix = "s\(options.seed)_"
    for (place, number) in numbers.enumerated() {
      batch.appendChecked(
        id: (prefix + String(number + 1)).utf8,
        codes: codes[place * findings..<(place + 1) * findings],
        diagnosis: [causes[place]])
    }
    return batch
  }

  /// Draws the state of every finding.
  private func drawStates(of number: Int, cause: Int, to codes: inout [UInt8], from start: Int) {
    var stream = CaseStream(seed: options.seed, case: number, purpose: .states)
    var common = CaseStream(seed: options.seed, case: number, purpose: .groups)
    if let dependent {
      drawStates(dependent, cause: cause, stream: &stream, common: &common, to: &codes, from: start)
      return
    }
    let shared = loadings.map { $0.common * common.normal() }
    let (first, groups, thresholds) =
      (model.likelihoodTable.firstStateRow.span, groups.span, thresholds.span)
    let offset = cause * model.likelihoodTable.stateRowCount
    var output = codes.mutableSpan
    let settingFinding = model.settingFinding
    for finding in 0..<first.count {
      guard finding != settingFinding else {
        output[start + finding] = UInt8(options.setting + 1)
        continue
      }
      let group = groups[finding]
      let variable =
        group < 0 ? stream.uniform() : shared[group] + loadings[group].own * stream.normal()
      let row = offset + first[finding]
      var state = 0
      while variable >= thresholds[row + state] { state += 1 }
      output[start + finding] = UInt8(state + 1)
    }
  }

  /// Draws the state of every finding of a model whose tables say what hangs on what: the
  /// factors of its groups, then findings without a parent, then the others.
  private func drawStates(
    _ dependent: DependentStates, cause: Int, stream: inout CaseStream, common: inout CaseStream,
    to codes: inout [UInt8], from start: Int
  ) {
    let factors = (0..<dependent.factorCount).map { _ in dependent.factor(at: common.uniform()) }
    var children: [(finding: Int, parent: Int, member: DependentStates.Member)] = []
    let offset = cause * model.likelihoodTable.stateRowCount
    for finding in model.findings.indices {
      guard finding != model.settingFinding else {
        codes[start + finding] = UInt8(options.setting + 1)
        continue
      }
      var state = 0
      if let member = dependent.members[finding] {
        switch member.condition {
        case .factor(let group):
          state = member.state(at: stream.uniform(), cause: cause, value: factors[group])
        case .parent(let parent):
          children.append((finding, parent, member))
          continue
        }
      } else {
        let number = stream.uniform()
        let row = offset + model.likelihoodTable.firstStateRow[finding]
        while number >= thresholds[row + state] { state += 1 }
      }
      codes[start + finding] = UInt8(state + 1)
    }
    for (finding, parent, member) in children {
      let value = Int(codes[start + parent]) - 1
      let state = member.state(at: stream.uniform(), cause: cause, value: value)
      codes[start + finding] = UInt8(state + 1)
    }
  }

  /// Makes findings unknown by the pattern.
  private func hide(_ codes: inout [UInt8], numbers: Range<Int>) {
    let findings = model.findings.count
    let probability = options.missing.probability
    let settingFinding = model.settingFinding
    let isTest = model.findings.map { scorer != nil && $0.section == MissingPattern.testSection }
    var tests = [UInt8](repeating: CaseBatch.unknown, count: scorer == nil ? 0 : codes.count)
    for (place, number) in numbers.enumerated() {
      var stream = CaseStream(seed: options.seed, case: number, purpose: .unknown)
      var row = codes.mutableSpan
      for finding in 0..<findings where finding != settingFinding {
        let isHidden = stream.uniform() < probability
        let index = place * findings + finding
        if isTest[finding] {
          tests[index] = row[index]
          row[index] = CaseBatch.unknown
        } else if isHidden {
          row[index] = CaseBatch.unknown
        }
      }
    }
    guard let scorer else { return }
    var first = CaseBatch(model: model)
    for place in 0..<numbers.count {
      first.appendChecked(id: [], codes: codes[place * findings..<(place + 1) * findings])
    }
    let posteriors = scorer.score(first)
    let isUrgent = model.causes.map { $0.urgency >= .urgent }
    for (place, number) in numbers.enumerated() {
      let row = posteriors.matrix.row(place)
      var suspicion = 0.0
      for (cause, posterior) in row.enumerated() where isUrgent[cause] {
        suspicion += Double(posterior)
      }
      let share =
        MissingPattern.leastTestShare
        + (MissingPattern.greatestTestShare - MissingPattern.leastTestShare) * suspicion
      var stream = CaseStream(seed: options.seed, case: number, purpose: .workup)
      for finding in 0..<findings where isTest[finding] {
        let index = place * findings + finding
        if stream.uniform() < share { codes[index] = tests[index] }
      }
    }
  }
}
