import Dorsal
import DorsalCore
import DorsalLearning
import DorsalReport

/// Fits a model to local cases: what `dorsal fit --prior-model` does with a file.
struct ModelFit: Sendable {
  private static let optionNames =
    CaseReading.optionNames + [
      "setting", "keep_priors", "model_weight", "counts_alone",
    ] + FitOptions.names

  let reading: CaseReading
  private let scorer: Scorer
  private let fit: LocalFit
  private let shared: FitOptions

  /// Whether a calibration is asked for.
  var calibrates: Bool { shared.calibration != nil }

  /// Reads what is asked for.
  init(_ handle: ModelHandle, options json: String?) throws(InterfaceFault) {
    let options = try Options(json, allowed: Self.optionNames)
    let model = handle.model
    reading = try CaseReading(options, model: model)
    scorer = Scorer(model: model, defaultSetting: try options.setting(of: model))
    shared = try FitOptions(options, shrinkage: 0, threads: reading.threads)
    fit = LocalFit(
      updating: model, tables: handle.tables, keepsPriors: try options.flag("keep_priors"),
      name: shared.name, weight: try options.number("model_weight", in: 0.001...1e6),
      countsAlone: try options.flag("counts_alone"), threads: reading.threads)
  }

  /// Fits to the cases of a stream.
  func fitted(_ stream: ForeignCases) throws(InterfaceFault) -> Fitted {
    if calibrates { try Call.requireThreads() }
    var rows = RowsRead()
    let cases = try read(stream, &rows)
    if let empty = rows.emptyText(of: cases) { throw InterfaceFault(.data, empty) }
    let checksum = shared.checksum ?? rows.checksum
    var report = ""
    if fit.model.wasFitted(toFileWith: checksum) {
      report += "warning: the model was fitted to these cases already; they count twice\n"
    }
    let place = LocalSource(
      file: shared.source, date: shared.date, checksum: checksum,
      taken: Set(fit.model.sources.keys))
    do throws(DorsalError) {
      let result = try fit.fitted(cases, from: place, scorer: scorer)
      let model = try Model(tables: result.tables)
      if let check = result.check, let weight = result.weight {
        report += check.text(model: fit.model, weight: weight)
        if !shared.isForced, !check.objections.isEmpty {
          return Fitted(
            report: report,
            refusal: "no model is given, as the fit is no better than the model that it began "
              + "with; the option force gives it all the same\n" + check.sentence)
        }
      }
      let calibration = try shared.calibration(
        of: model, result, fit, cases, from: place, setting: scorer.defaultSetting)
      report += ModelSummary(model).text + "\n" + rows.text(of: cases)
      return Fitted(
        result.tables, model: model, calibration: calibration, source: shared.source,
        checksum: checksum, report: report)
    } catch {
      throw InterfaceFault(.data, "\(error)")
    }
  }

  private func read(
    _ stream: ForeignCases, _ rows: inout RowsRead
  ) throws(InterfaceFault) -> LocalCases {
    var waiting: [DecodedRows] = []
    do {
      return try LocalCases(
        scorer: scorer, keepsCases: calibrates, repeatedIDs: shared.repeatedIDs
      ) {
        while waiting.isEmpty {
          guard let parts = try stream.next({ $0 }) else { return nil }
          waiting = parts.reversed()
        }
        let part = waiting.removeLast()
        let cases = WholeStream.readable(part)
        rows.add(part, readable: cases)
        return (cases, part.cases.count - cases.count)
      }
    } catch let fault as InterfaceFault {
      throw fault
    } catch {
      throw InterfaceFault(.data, "\(error)")
    }
  }
}
