public import DorsalCore

/// A model folder from local cases: an update of a prior model, or a model from nothing.
///
///     let fit = LocalFit(updating: model, tables: tables)
///     let scorer = Scorer(model: model)
///     let cases = try await LocalCases(&reader, scorer: scorer, ...)
///     let fitted = try fit.fitted(cases, from: source, scorer: scorer)
///     if fitted.check?.objections.isEmpty ?? true { write(fitted.tables) }
public struct LocalFit: Sendable {
  private enum Kind: Sendable {
    case update(LocalRevision)
    case fresh(FreshModel)
  }

  /// The model whose findings, states and causes are counted.
  public let model: Model
  private let kind: Kind

  /// An update of a model.
  ///
  /// - Parameters:
  ///   - model: The prior model.
  ///   - tables: The tables that it was loaded from.
  ///   - keepsPriors: Whether priors stay, for cases that were not taken as they came.
  ///   - name: The name of the new model, or nothing for the prior model's with `-local`.
  ///   - weight: What the prior model weighs against the cases, or nothing for the weight that does
  ///     best where each case is judged by a fit to the others. With 1 its effective sample sizes
  ///     are taken at their word.
  ///   - countsAlone: Whether likelihoods are counted only, and not fitted to the diagnoses.
  ///   - threads: How many parts to work on at a time.
  public init(
    updating model: Model, tables: ModelTables, keepsPriors: Bool = false, name: String? = nil,
    weight: Double? = nil, countsAlone: Bool = false, threads: Int = 1
  ) {
    var options = LocalRevision.Options()
    options.keepsPriors = keepsPriors
    options.name = name
    options.weight = weight
    options.countsAlone = countsAlone
    options.threads = threads
    self.model = model
    kind = .update(LocalRevision(of: model, tables: tables, options: options))
  }

  /// A model from nothing.
  ///
  /// - Parameters:
  ///   - table: The table of findings and causes.
  ///   - name: The model's name.
  ///   - pseudoCount: What is added to every count, above 0.
  ///   - findingWeight: The weight of every finding, 0.1 to 1, or nothing for the one that does best
  ///     where each case is judged by a model of the others. With 1 findings are taken as
  ///     independent given the cause.
  /// - Throws: `DorsalError` where the table's names do not make a model.
  public init(
    from table: InferredTable, name: String, pseudoCount: Double, findingWeight: Double? = nil
  ) throws(DorsalError) {
    let fresh = FreshModel(
      table, name: name, pseudoCount: pseudoCount, findingWeight: findingWeight)
    model = try Model(tables: fresh.emptyTables())
    kind = .fresh(fresh)
  }

  /// A fitted model.
  public struct Fitted: Sendable {
    /// Its tables; they load without a fault.
    public let tables: ModelTables
    /// The weight of the prior model; nothing without one.
    public let weight: Double?
    /// What it changes, each case judged by a fit to the others; nothing without a prior model.
    public let check: FitCheck?
    /// The weight of every finding; nothing with a prior model, which has its own.
    public let findingWeight: Double?
  }

  /// The model fitted to cases, and what it changes.
  ///
  /// - Parameters:
  ///   - cases: The cases, read with the scorer.
  ///   - source: Where they come from.
  ///   - scorer: The scorer of the fit's model.
  public func fitted(
    _ cases: LocalCases, from source: LocalSource, scorer: Scorer
  ) throws(DorsalError) -> Fitted {
    switch kind {
    case .update(let revision):
      let outcome = try revision.run(
        counts: cases.counts, sample: cases.sample, scorer: scorer, source: source)
      return Fitted(
        tables: outcome.tables, weight: outcome.weight, check: outcome.check,
        findingWeight: nil)
    case .fresh(let fresh):
      let weight: Double
      if let told = fresh.findingWeight {
        weight = told
      } else {
        weight = try findingWeight(fresh, cases, source, scorer)
      }
      let tables = fresh.tables(counts: cases.counts, source: source, weight: weight)
      _ = try Model(tables: tables)
      return Fitted(tables: tables, weight: nil, check: nil, findingWeight: weight)
    }
  }

  private func findingWeight(
    _ fresh: FreshModel, _ cases: LocalCases, _ source: LocalSource, _ scorer: Scorer
  ) throws(DorsalError) -> Double {
    let labelled = try cases.crossFitted(
      [cases.sample.cases], scorer: scorer, keepsFindings: false, options: CalibrationOptions()
    ) { counts, _ in fresh.tables(counts: counts, source: source, weight: 1) }
    let whole = try Model(tables: fresh.tables(counts: cases.counts, source: source, weight: 1))
    return FindingWeight.fitted(to: labelled, model: whole)
  }

  /// The tables of a model whose numbers are counted at their effective sample sizes, and nothing
  /// more: (prior mean × effective n + count) / (effective n + cases). They load without a fault.
  public func tables(_ cases: LocalCases, from source: LocalSource) throws(DorsalError)
    -> ModelTables
  {
    let result: ModelTables
    switch kind {
    case .update(let revision):
      var options = ModelUpdate.Options()
      options.keepsPriors = revision.options.keepsPriors
      options.name = revision.options.name
      result = ModelUpdate(of: model, with: cases.counts, from: source, options: options)
        .tables(from: revision.tables)
    case .fresh(let fresh):
      result = fresh.tables(
        counts: cases.counts, source: source, weight: fresh.findingWeight ?? 1)
    }
    _ = try Model(tables: result)
    return result
  }

  /// A calibration of the fitted model, from posteriors that models of the other folds gave:
  /// the model's own cases would look better to it than they are.
  ///
  /// - Parameters:
  ///   - fitted: The fitted model.
  ///   - weight: The weight of the prior model that it was fitted with.
  ///   - findingWeight: The weight of every finding that it was fitted with, without a prior model.
  ///   - method: How to correct.
  ///   - cases: The cases, which were kept.
  ///   - source: Where they come from.
  ///   - defaultSetting: The setting of cases that name none.
  ///   - options: How to fit.
  /// - Throws: `DorsalError` where the cases cannot carry it.
  public func calibration(
    of fitted: Model, weight: Double?, findingWeight: Double? = nil,
    _ method: Calibration.Method, cases: LocalCases, from source: LocalSource, defaultSetting: Int,
    options: CalibrationOptions
  ) async throws -> FittedCalibration {
    let scorer = Scorer(model: model, defaultSetting: defaultSetting)
    let labelled: LabelledLogPosteriors
    switch kind {
    case .update(let revision):
      let sample = LocalRevision.Sample(cases.sample.cases, scorer: scorer)
      labelled = try cases.crossFitted(
        scorer: scorer, keepsFindings: method.needsFindings, options: options
      ) { counts, isCounted in
        revision.tables(
          counts: counts, sample: sample,
          where: { isCounted(sample.labelled.idBits(of: $0)) }, weight: weight ?? 1, source: source)
      }
    case .fresh(let fresh):
      labelled = try cases.crossFitted(
        scorer: scorer, keepsFindings: method.needsFindings, options: options
      ) { counts, _ in
        fresh.tables(counts: counts, source: source, weight: findingWeight ?? 1)
      }
    }
    return try await FittedCalibration(method, to: labelled, model: fitted, options: options)
  }
}
