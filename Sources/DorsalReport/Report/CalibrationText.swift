public import DorsalCore
public import DorsalLearning

extension FittedCalibration {
  /// The calibration file: what `Calibration(json:file:model:)` reads, and how it was found.
  ///
  /// - Parameters:
  ///   - model: The model that it was fitted for.
  ///   - source: The name of the file with the cases.
  ///   - checksum: Its SHA-256, so that it is known again.
  public func json(model: Model, source: String, checksum: String? = nil) -> JSONValue {
    .object([
      ("format", .string(Calibration.formatName)),
      ("format_version", .integer(Calibration.formatVersion)),
      ("model", model.jsonIdentity),
      ("method", .string(calibration.method.rawValue)),
      ("parameters", calibration.map.json(model: model)),
      ("coverage", calibration.coverage?.json(model: model) ?? .null),
      ("fitted_on", cohortJSON(source: source, checksum: checksum)),
      ("options", optionsJSON),
      ("convergence", convergence?.json ?? .null),
      ("prevalences", prevalences.isEmpty ? .null : prevalencesJSON(model)),
      ("cross_fitted", crossFit?.json ?? .null),
      ("asked_for", .string(method.rawValue)),
      ("refused", refusal.map { .string($0.name) } ?? .null),
    ])
  }

  private func cohortJSON(source: String, checksum: String?) -> JSONValue {
    .object([
      ("file", .string(source)),
      ("checksum", checksum.map { .string("sha256:" + $0) } ?? .null),
      ("cases", .integer(cohort.caseCount)),
      ("labelled", .integer(cohort.labelledCount)),
      ("set_apart", .integer(cohort.setApartCount)),
      (
        "settings",
        .object(
          cohort.casesBySetting.sorted { $0.key < $1.key }.map { ($0.key, .integer($0.value)) })
      ),
      ("causes_without_a_fit", .array(cohort.causesKept.map(JSONValue.string))),
    ])
  }

  private var optionsJSON: JSONValue {
    return .object([
      ("seed", .integer(Int(truncatingIfNeeded: options.seed))),
      ("folds", .integer(options.foldCount)),
      ("ridge", method.hasRidge ? .number(options.ridge) : .null),
      (
        "least_cases_of_a_curve",
        [.isotonic, .beta].contains(method) ? .integer(options.leastCases) : .null
      ),
      ("pseudo_cases", method == .priorShift ? .optional(options.pseudoCases) : .null),
      ("share_set_apart", cohort.setApartCount > 0 ? .number(options.shareSetApart) : .null),
      ("shrinkage", method == .evidence ? .number(options.shrinkage) : .null),
      ("exact_coverage", options.coverages.isEmpty ? .null : .boolean(options.coversExactly)),
    ])
  }

  private func prevalencesJSON(_ model: Model) -> JSONValue {
    .object(
      prevalences.sorted { $0.key < $1.key }.map { setting, fit in
        (
          setting,
          model.jsonByCause { cause in
            .object([
              ("prevalence", .number(fit.prevalences[cause])),
              ("standard_error", .number(fit.standardErrors[cause])),
            ])
          }
        )
      })
  }

  /// The calibration in words.
  package func text(model: Model) -> String {
    var lines = [
      "\(cohort.caseCount) cases, \(cohort.labelledCount) with a diagnosis"
        + (cohort.setApartCount > 0 ? ", \(cohort.setApartCount) set apart for sets" : ""),
      "model \(model.titleLine), method \(method.rawValue)",
    ]
    if let convergence { lines.append(convergence.text) }
    if method == .priorShift, let strength = options.pseudoCases {
      lines.append("the model's own prior counts as \(NumberText.plain(strength)) cases")
    }
    if case .temperature(let scale) = calibration.map {
      lines.append(
        "scale \(NumberText.fixed(scale, decimals: 4)), "
          + "that is a temperature of \(NumberText.fixed(1 / scale, decimals: 4))")
      if !(scale > 0) {
        lines.append(
          "a scale that is not above 0 turns every ranking round; such a calibration is not read: do "
            + "the diagnoses belong to the cases?")
      }
    }
    if case .evidence(let change) = calibration.map {
      lines.append(
        "scale of the model's evidence \(NumberText.fixed(change.scale, decimals: 4)); what states "
          + "add is in the file")
    }
    if !cohort.causesKept.isEmpty {
      lines.append(
        "\(cohort.causesKept.count) causes without enough cases for a fit of their own: "
          + cohort.causesKept.joined(separator: ", "))
    }
    for level in calibration.coverage?.levels ?? [] {
      lines.append(
        "coverage \(level.coverage): quantile \(NumberText.fixed(level.quantile, decimals: 4)) "
          + "on \(calibration.coverage?.caseCount ?? 0) cases"
          + (level.byCause == nil ? "" : ", and of each cause")
          + (level.randomised == nil ? "" : ", exact by a number drawn for each case"))
    }
    lines += prevalenceLines(model) + crossFitLines + ["", verdict]
    return lines.map { $0 + "\n" }.joined()
  }

  private func prevalenceLines(_ model: Model) -> [String] {
    prevalences.sorted { $0.key < $1.key }.flatMap { setting, fit in
      var table = TextTable([
        ("prevalence in \(setting)", .left), ("model", .right), ("found", .right), ("±", .right),
      ])
      let index = model.index(ofSetting: setting) ?? 0
      for cause in model.causes.indices.sorted(by: { fit.prevalences[$0] > fit.prevalences[$1] }) {
        table.append([
          model.causes[cause].id,
          NumberText.percent(model.priorTable[index * model.causes.count + cause]),
          NumberText.percent(fit.prevalences[cause]),
          NumberText.percent(1.96 * fit.standardErrors[cause]),
        ])
      }
      return [""] + table.lines
    }
  }

  private var crossFitLines: [String] {
    guard let crossFit else { return [] }
    var table = TextTable([
      ("each case by a fit to the other \(crossFit.foldCount - 1) folds", .left),
      ("before", .right), ("after", .right),
    ])
    for (before, after) in zip(crossFit.before.rows, crossFit.after.rows) {
      table.append([
        before.title, before.value.map { NumberText.fixed($0, decimals: 4) } ?? "-",
        after.value.map { NumberText.fixed($0, decimals: 4) } ?? "-",
      ])
    }
    return [""] + table.lines
  }
}

extension Convergence {
  var json: JSONValue {
    .object([
      ("converged", .boolean(isConverged)), ("iterations", .integer(iterations)),
      ("gradient_norm", .number(gradientNorm)),
      ("effective_parameters", .optional(effectiveParameters)),
      ("separated", .boolean(isSeparated)),
    ])
  }

  var text: String {
    (isConverged ? "converged" : "NOT converged") + " in \(iterations) steps, gradient "
      + "\(gradientNorm)"
      + (effectiveParameters.map {
        ", \(NumberText.fixed($0, decimals: 1)) parameters' worth told by the cases"
      } ?? "")
      + (isSeparated
        ? "\nevery diagnosis leads (perfect separation): the ridge alone keeps the fit finite" : "")
  }
}

extension FittedCalibration.CrossFit {
  var json: JSONValue {
    .object([
      ("folds", .integer(foldCount)), ("cases", .integer(before.count)),
      ("before", before.json), ("after", after.json), ("gain", .number(gain)),
      ("gain_error", .optional(gainError)),
    ])
  }
}

extension CalibrationFigures {
  /// The figures by name and title, in a fixed order.
  var rows: [(name: String, title: String, value: Double?)] {
    [
      ("log_loss", "log loss (nats)", logLoss), ("brier", "Brier score (0 to 2)", brier),
      ("slope", "calibration slope (1 is right)", slope),
      ("calibration_error", "calibration error of the first cause, debiased", calibrationError),
      ("top_1", "diagnosis ranked first", top1),
    ]
  }

  var json: JSONValue { .object(rows.map { ($0.name, .optional($0.value)) }) }
}

extension FittedCalibration.Refusal {
  /// The name that the file has for it.
  var name: String {
    switch self {
    case .noGain: "no_gain"
    case .misfit: "misfit"
    }
  }
}

extension FittedCalibration {
  /// Whether the calibration helps, in a sentence.
  package var verdict: String {
    let kept = refusal == nil ? "" : "; the file changes nothing (--force keeps the correction)"
    if case .misfit(let misfits) = refusal { return Self.text(misfits) + kept }
    guard method != .none else { return "Nothing was to be corrected." }
    let worst = findingCheck?.refuting ?? []
    let misfit = worst.isEmpty ? "" : Self.text(worst) + "\n"
    guard let crossFit else {
      return misfit.isEmpty
        ? "Without diagnoses nothing tells whether it helps; the findings do not speak against it."
        : Self.text(worst)
    }
    guard let error = crossFit.gainError else {
      return misfit + "One patient with a diagnosis does not tell whether it helps." + kept
    }
    let (gain, room) = (crossFit.gain, 1.96 * error)
    func nats(_ value: Double) -> String { NumberText.fixed(value, decimals: 4) }
    func interval(_ mean: Double) -> String { "(\(nats(mean - room)) to \(nats(mean + room)))" }
    if gain - room > 0 {
      return misfit + "Better by \(nats(gain)) nats a case \(interval(gain))" + kept
    }
    if gain > 0 {
      return misfit
        + "No evidence that it helps: better by \(nats(gain)) nats a case \(interval(gain))" + kept
    }
    return misfit
      + "No evidence that it helps: worse by \(nats(-gain)) nats a case \(interval(-gain))" + kept
  }

  private static func text(_ misfits: [PredictiveCheck.Misfit]) -> String {
    "The findings disagree with the model whatever the prevalences are: "
      + misfits.prefix(5).map {
        "\($0.finding) \($0.state) in \(NumberText.percent($0.seen)) of \($0.caseCount), "
          + "expected \(NumberText.percent($0.expected))"
      }.joined(separator: "; ")
  }
}
