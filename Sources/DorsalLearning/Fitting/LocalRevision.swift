package import DorsalCore
internal import DorsalNumerics

/// A prior model revised by local cases: counts, and shifts that the diagnoses call for, both held
/// to the prior model by one weight that is chosen where each case is judged by a fit to the
/// other folds.
package struct LocalRevision: Sendable {
  /// How a model is revised.
  package struct Options: Sendable {
    /// Whether the priors stay.
    package var keepsPriors = false
    /// The name of the new model.
    package var name: String?
    /// The weight of the prior model, or nothing to choose it.
    package var weight: Double?
    /// Whether numbers are counted and not shifted.
    package var countsAlone = false
    /// How many parts to work on at a time.
    package var threads = 1

    package init() {}
  }

  /// The weights that are tried.
  static let ladder: [Double] = [1, 3, 10, 30, 100, 300, 1000, 3000]
  /// Where the climb begins: what did best on half of two surveys.
  private static let firstRung = 2
  /// Folds of the choice and of the check.
  static let foldCount = 5
  /// The most cases that the choice goes over.
  static let mostCasesOfChoice = 5000
  /// The most steps of a fit of the choice, and of the last one.
  private static let (stepsOfChoice, steps) = (30, 200)

  let model: Model
  let tables: ModelTables
  let options: Options

  package init(of model: Model, tables: ModelTables, options: Options) {
    (self.model, self.tables, self.options) = (model, tables, options)
  }

  /// The tables of a model that was fitted with a known weight.
  ///
  /// - Parameters:
  ///   - counts: The counts of the cases.
  ///   - sample: Cases that shifts are fitted to.
  ///   - isUsed: Which of them.
  ///   - weight: The weight of the prior model.
  ///   - source: What the numbers cite.
  package func tables(
    counts: LocalCounts, sample: Sample, where isUsed: (Int) -> Bool, weight: Double,
    source: LocalSource
  ) -> ModelTables {
    let shifts = shifts(
      counts: counts, sample: sample, members: sample.labelled.indices.filter(isUsed),
      weight: weight)
    return tables(counts, source, weight: weight, shifts: shifts, keepsPriors: options.keepsPriors)
  }

  private func tables(
    _ counts: LocalCounts, _ source: LocalSource, weight: Double, shifts: NumberShifts?,
    keepsPriors: Bool, keepsLikelihoods: Bool = false
  ) -> ModelTables {
    var update = ModelUpdate.Options()
    (update.keepsPriors, update.keepsLikelihoods) = (keepsPriors, keepsLikelihoods)
    (update.name, update.weight, update.shifts) = (options.name, weight, shifts)
    return ModelUpdate(of: model, with: counts, from: source, options: update).tables(from: tables)
  }

  private func shifts(
    counts: LocalCounts, sample: Sample, members: [Int], weight: Double
  ) -> NumberShifts? {
    guard !options.countsAlone, !members.isEmpty else { return nil }
    return sample.problem.shifts(
      of: members, from: ModelNumbers(model, counts: counts, weight: weight), weight: weight,
      mostIterations: Self.steps, threads: options.threads)
  }

  /// Cases of a fit, with their posteriors by the prior model.
  package struct Sample: Sendable {
    let cases: CaseBatch
    package let labelled: LabelledLogPosteriors
    let problem: ShiftProblem

    package init(_ cases: CaseBatch, scorer: Scorer) {
      self.cases = cases
      labelled = LabelledLogPosteriors(cases, scorer: scorer, keepsFindings: true)
      problem = ShiftProblem(scorer.model, labelled: labelled)
    }
  }

  /// A fold of the choice: its cases, those of the others, and what is counted without it.
  private struct Fold: Sendable {
    let members: [Int]
    let others: [Int]
    let counts: LocalCounts
  }

  /// What a fit came to.
  package struct Outcome: Sendable {
    package let tables: ModelTables
    package let weight: Double
    package let check: FitCheck
  }

  /// Chooses the weight, fits to all cases and judges it.
  ///
  /// - Parameters:
  ///   - counts: The counts of all cases.
  ///   - sample: The cases that were kept.
  ///   - scorer: The scorer of the prior model.
  ///   - source: What the numbers cite.
  package func run(
    counts: LocalCounts, sample: CaseSample, scorer: Scorer, source: LocalSource
  ) throws(DorsalError) -> Outcome {
    let choice = Sample(sample.atMost(Self.mostCasesOfChoice), scorer: scorer)
    let folds = self.folds(of: choice, counts: counts, scorer: scorer)
    let weight = options.weight ?? bestWeight(choice, folds)
    let whole = Sample(sample.cases, scorer: scorer)
    let found = shifts(
      counts: counts, sample: whole, members: Array(whole.labelled.indices), weight: weight)
    let fitted = tables(
      counts, source, weight: weight, shifts: found, keepsPriors: options.keepsPriors)
    let model = try Model(tables: fitted)
    let pair = try crossFitted(choice, folds, weight: weight, scorer: scorer, source: source)
    return Outcome(
      tables: fitted, weight: weight,
      check: FitCheck(
        before: pair.before, after: pair.after, model: self.model, fitted: model,
        foldCount: folds.count, isConverged: found?.isConverged ?? true))
  }

  private func folds(of sample: Sample, counts: LocalCounts, scorer: Scorer) -> [Fold] {
    let places = sample.labelled.folds(Self.foldCount, seed: 1)
    return (0..<Self.foldCount).compactMap { fold in
      let members = places.indices.filter { places[$0] == fold }
      guard !members.isEmpty else { return nil }
      let own = LocalCounts(sample.cases, scorer: scorer) { places[$0] == fold }
      return Fold(
        members: members, others: places.indices.filter { places[$0] != fold },
        counts: counts.subtracting(own))
    }
  }

  /// The weight of the least log loss: up or down the ladder as long as it falls.
  private func bestWeight(_ sample: Sample, _ folds: [Fold]) -> Double {
    var starts = [NumberShifts?](repeating: nil, count: folds.count)
    func loss(_ rung: Int) -> Double {
      let before = starts
      let fits = ParallelMap.run(folds.count, threads: options.threads) { place in
        fit(sample, folds[place], weight: Self.ladder[rung], start: before[place])
      }
      starts = fits.map(\.shifts)
      return fits.reduce(0) { $0 + $1.loss }
    }
    var (best, least) = (Self.firstRung, loss(Self.firstRung))
    for step in [1, -1] {
      var rung = Self.firstRung + step
      while Self.ladder.indices.contains(rung) {
        let value = loss(rung)
        guard value < least else { break }
        (best, least) = (rung, value)
        rung += step
      }
      if best != Self.firstRung { break }
    }
    return Self.ladder[best]
  }

  private func fit(
    _ sample: Sample, _ fold: Fold, weight: Double, start: NumberShifts?
  ) -> (shifts: NumberShifts?, loss: Double) {
    var numbers = ModelNumbers(model, counts: fold.counts, weight: weight)
    var shifts: NumberShifts?
    if !options.countsAlone, !fold.others.isEmpty {
      let found = sample.problem.shifts(
        of: fold.others, from: numbers, weight: weight, start: start,
        mostIterations: Self.stepsOfChoice, threads: 1)
      numbers = sample.problem.shifted(numbers, by: found)
      shifts = found
    }
    return (shifts, sample.problem.loss(of: fold.members, by: numbers, threads: 1))
  }

  /// Posteriors of all cases by the prior model and by models of the other folds. Where priors
  /// stay, the prevalences of the cases stand in both, so that they differ in likelihoods alone.
  private func crossFitted(
    _ sample: Sample, _ folds: [Fold], weight: Double, scorer: Scorer, source: LocalSource
  ) throws(DorsalError) -> (before: LabelledLogPosteriors, after: LabelledLogPosteriors) {
    let none = LabelledLogPosteriors(causeCount: model.causes.count)
    var result = (before: none, after: none)
    for fold in folds {
      var cases = CaseBatch(like: sample.cases)
      for index in fold.members { cases.append(case: index, of: sample.cases) }
      let shifts = shifts(
        counts: fold.counts, sample: sample, members: fold.others, weight: weight)
      let after = try Model(
        tables: tables(fold.counts, source, weight: weight, shifts: shifts, keepsPriors: false))
      var before = model
      if options.keepsPriors {
        before = try Model(
          tables: tables(
            fold.counts, source, weight: weight, shifts: nil, keepsPriors: false,
            keepsLikelihoods: true))
      }
      for (model, isAfter) in [(before, false), (after, true)] {
        let labelled = LabelledLogPosteriors(
          cases, scorer: Scorer(model: model, defaultSetting: scorer.defaultSetting),
          keepsFindings: false)
        if isAfter { result.after.append(labelled) } else { result.before.append(labelled) }
      }
    }
    return result
  }
}

extension LabelledLogPosteriors {
  /// The cases of a batch, scored part by part.
  init(_ cases: CaseBatch, scorer: Scorer, keepsFindings: Bool) {
    self.init(
      causeCount: scorer.model.causes.count,
      keepingFindings: keepsFindings ? scorer.model.findings.count : 0)
    var start = 0
    while start < cases.count {
      var part = CaseBatch(like: cases)
      let end = min(start + OrderedSum.partSize, cases.count)
      for index in start..<end { part.append(case: index, of: cases) }
      append(part, posteriors: scorer.score(part), scorer: scorer)
      start = end
    }
  }
}
