public import DorsalCore

/// A model folder from local cases: an update of a prior model, or a model from nothing.
///
///     let fit = LocalFit(updating: model, tables: tables)
///     let cases = try await LocalCases(&reader, scorer: fit.scorer(defaultSetting: 0), ...)
///     let updated = fit.tables(cases, from: source)
public struct LocalFit: Sendable {
  private enum Kind: Sendable {
    case update(ModelTables, ModelUpdate.Options)
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
  public init(
    updating model: Model, tables: ModelTables, keepsPriors: Bool = false, name: String? = nil
  ) {
    var options = ModelUpdate.Options()
    options.keepsPriors = keepsPriors
    options.name = name
    self.model = model
    kind = .update(tables, options)
  }

  /// A model from nothing.
  ///
  /// - Parameters:
  ///   - table: The table of findings and causes.
  ///   - name: The model's name.
  ///   - pseudoCount: What is added to every count, above 0.
  /// - Throws: `DorsalError` where the table's names do not make a model.
  public init(
    from table: InferredTable, name: String, pseudoCount: Double
  ) throws(DorsalError) {
    let fresh = FreshModel(table, name: name, pseudoCount: pseudoCount)
    model = try Model(tables: fresh.emptyTables())
    kind = .fresh(fresh)
  }

  /// The tables of the fitted model; they load without a fault.
  public func tables(_ cases: LocalCases, from source: LocalSource) throws(DorsalError)
    -> ModelTables
  {
    let result = tables(cases.counts, from: source)
    _ = try Model(tables: result)
    return result
  }

  private func tables(_ counts: LocalCounts, from source: LocalSource) -> ModelTables {
    switch kind {
    case .update(let tables, let options):
      ModelUpdate(of: model, with: counts, from: source, options: options).tables(from: tables)
    case .fresh(let fresh): fresh.tables(counts: counts, source: source)
    }
  }

  /// A calibration of the fitted model, from posteriors that models of the other folds gave:
  /// the model's own cases would look better to it than they are.
  ///
  /// - Parameters:
  ///   - fitted: The fitted model.
  ///   - method: How to correct.
  ///   - cases: The cases, which were kept.
  ///   - source: Where they come from.
  ///   - defaultSetting: The setting of cases that name none.
  ///   - options: How to fit.
  /// - Throws: `DorsalError` where the cases cannot carry it, or `DorsalError`.
  public func calibration(
    of fitted: Model, _ method: Calibration.Method, cases: LocalCases, from source: LocalSource,
    defaultSetting: Int, options: CalibrationOptions
  ) async throws -> FittedCalibration {
    let scores = try cases.crossFittedScores(
      scorer: Scorer(model: model, defaultSetting: defaultSetting),
      keepsFindings: method.needsFindings, options: options
    ) { tables($0, from: source) }
    return try await FittedCalibration(method, to: scores, model: fitted, options: options)
  }
}
