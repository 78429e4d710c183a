package import DorsalCore
internal import DorsalNumerics

extension FittedCalibration {
  /// Fits a calibration.
  ///
  /// - Parameters:
  ///   - method: The method.
  ///   - labelled: The cases, with the posteriors of the model.
  ///   - model: The model.
  ///   - options: How to fit.
  /// - Throws: `DorsalError` where the cases cannot carry it.
  package init(
    _ method: Calibration.Method, to labelled: LabelledLogPosteriors, model: Model,
    options: CalibrationOptions
  ) async throws(DorsalError) {
    try Self.check(labelled, method: method, options: options)
    // Quantiles are found on cases that nothing was fitted to; without a fit all of them are.
    let setsApart = !options.coverages.isEmpty && method != .none
    let isSetApart = labelled.indices.map { index in
      setsApart
        && CaseHash.uniform(labelled.idBits(of: index, seed: options.seed, purpose: .setApart))
          < options.shareSetApart
    }
    let fitted = setsApart ? labelled.filtered { !isSetApart[$0] } : labelled
    if setsApart { try Self.check(fitted, method: method, options: options) }
    let folds = fitted.folds(options.foldCount, seed: options.seed)
    var options = options
    if method == .priorShift, options.pseudoCases == nil {
      options.pseudoCases = try await PriorShiftStrength.best(
        fitted, model: model, folds: folds, foldCount: options.foldCount, threads: options.threads)
    }
    let fits = try await CalibrationFitting(
      method: method, labelled: fitted, model: model, options: options, folds: folds
    ).fits()
    guard let whole = fits.first else { throw DorsalError(.calibration, "nothing was fitted") }
    let maps = fits.dropFirst().map(\.map)
    let after =
      method == .none
      ? fitted : await fitted.mapped(threads: options.threads) { maps[Int(folds[$0])] }
    var crossFit: CrossFit?
    if let before = await CalibrationFigures(fitted, threads: options.threads),
      let figures = await CalibrationFigures(after, threads: options.threads)
    {
      let gain = Self.gain(fitted, after)
      crossFit = CrossFit(
        foldCount: options.foldCount, before: before, after: figures, gain: gain.mean,
        gainError: gain.error)
    }
    let check =
      method == .priorShift && fitted.findingCount > 0
      ? PredictiveCheck(
        fitted, model: model,
        prevalences: model.settings.map { whole.prevalences[$0]?.prevalences },
        threads: options.threads) : nil
    let refusal =
      options.keepsWhatDoesNotHelp || method == .none
      ? nil : Self.refusal(crossFit: crossFit, check: check)
    var coverage: ConformalQuantiles?
    if !options.coverages.isEmpty {
      let held = setsApart ? labelled.filtered { isSetApart[$0] } : labelled
      let map = refusal == nil ? whole.map : .identity
      let calibrated = await held.mapped(threads: options.threads) { _ in map }
      coverage = try ConformalQuantiles(calibrated, model: model, options: options)
    }
    var bySetting: [String: Int] = [:]
    for setting in labelled.settings { bySetting[model.settings[Int(setting)], default: 0] += 1 }
    self.init(
      calibration: Calibration(
        method: refusal == nil ? method : .none,
        model: Calibration.ModelIdentity(
          name: model.card.name, version: model.card.version, checksum: model.checksum,
          priorWeight: model.priorWeight),
        coverage: coverage, map: refusal == nil ? whole.map : .identity),
      cohort: Cohort(
        caseCount: labelled.count, labelledCount: labelled.labelledCount,
        setApartCount: isSetApart.count { $0 }, casesBySetting: bySetting,
        causesKept: whole.kept.map { model.causes[$0].id }),
      options: options, convergence: whole.convergence, crossFit: crossFit,
      method: method, refusal: refusal, findingCheck: check,
      prevalences: whole.prevalences, crossFitted: (fitted, after))
  }

  /// Why a correction is not kept. A shift is to make the findings likely, which diagnoses, where
  /// there are some, have to bear out.
  private static func refusal(crossFit: CrossFit?, check: PredictiveCheck?) -> Refusal? {
    if let misfits = check?.refuting, !misfits.isEmpty { return .misfit(misfits) }
    if let crossFit, crossFit.gainError != nil, !(crossFit.gain > 0) { return .noGain }
    return nil
  }

  /// By how much the log loss of labelled cases falls, the mean and its standard error, which takes
  /// the rows of one id together: those of one patient say the same again.
  private static func gain(
    _ before: LabelledLogPosteriors, _ after: LabelledLogPosteriors
  ) -> (mean: Double, error: Double?) {
    let (old, new) = (before.logPosteriors.span, after.logPosteriors.span)
    let causes = before.causeCount
    var patients: [UInt64: (count: Double, sum: Double)] = [:]
    for index in before.indices where before.singleDiagnosis(of: index) != -1 {
      func loss(_ z: borrowing Span<Float>) -> Double {
        let accepted = before.diagnosis(of: index)
        if accepted.count == 1 { return -Double(z[index * causes + accepted[0]]) }
        return -Elementary.log(
          accepted.reduce(0) { $0 + Elementary.exp(Double(z[index * causes + $1])) })
      }
      let difference = loss(old) - loss(new)
      patients[before.idBits(of: index), default: (0, 0)].count += 1
      patients[before.idBits(of: index), default: (0, 0)].sum += difference
    }
    // In one order, so that the sums have the same bits in every run.
    let ordered = patients.sorted { $0.key < $1.key }.map(\.value)
    let (count, sum) = ordered.reduce((0, 0)) { ($0.0 + $1.count, $0.1 + $1.sum) }
    guard count > 0 else { return (0, nil) }
    let mean = sum / count
    guard ordered.count > 1 else { return (mean, nil) }
    let squares = ordered.reduce(0) {
      $0 + ($1.sum - mean * $1.count) * ($1.sum - mean * $1.count)
    }
    let patientCount = Double(ordered.count)
    return (mean, (patientCount / (patientCount - 1) * squares).squareRoot() / count)
  }

  /// What has to hold of the cases before anything is fitted.
  private static func check(
    _ labelled: LabelledLogPosteriors, method: Calibration.Method, options: CalibrationOptions
  ) throws(DorsalError) {
    guard labelled.count > 0 else { throw DorsalError(.calibration, "no cases to fit to") }
    guard labelled.informedCount > 0 else {
      throw DorsalError(
        .calibration,
        "all findings of all cases are unknown, so that every posterior is the prior; expected "
          + "cases with findings")
    }
    guard method.needsDiagnoses || !options.coverages.isEmpty else { return }
    let labelledCount = labelled.labelledCount
    guard labelledCount > 0 else {
      throw DorsalError(.calibration, "no case has a diagnosis; expected a column \"diagnosis\"")
    }
    guard method != .none else { return }
    let first = labelled.indices.lazy.map { labelled.diagnosis(of: $0) }.first { !$0.isEmpty }
    let isOneCause = labelled.indices.allSatisfy {
      let diagnosis = labelled.diagnosis(of: $0)
      return diagnosis.isEmpty || diagnosis == first
    }
    if method.needsDiagnoses, isOneCause {
      throw DorsalError(
        .calibration,
        "all \(labelledCount) labelled cases have the same diagnosis; expected at least two causes")
    }
  }
}
