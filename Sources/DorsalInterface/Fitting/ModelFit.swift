import Dorsal
import DorsalCore
import DorsalLearning
import DorsalReport
import FoundationEssentials

/// Fits a model to local cases: what `dorsal fit --prior-model` does with a file.
struct ModelFit: Sendable {
  private static let optionNames =
    CaseReading.optionNames + [
      "setting", "name", "keep_priors", "model_weight", "counts_alone", "force", "visits",
      "source", "date", "checksum", "calibration", "folds", "ridge", "shrinkage", "seed",
    ]

  let reading: CaseReading
  private let scorer: Scorer
  private let fit: LocalFit
  private let isForced: Bool
  private let repeatedIDs: BlockReading.RepeatedIDs
  private let source: (name: String, date: String, checksum: String?)
  private let calibration: (method: Calibration.Method, options: CalibrationOptions)?

  /// Whether a calibration is asked for.
  var calibrates: Bool { calibration != nil }

  /// Reads what is asked for.
  init(_ handle: ModelHandle, options json: String?) throws(InterfaceFault) {
    let options = try Options(json, allowed: Self.optionNames)
    let model = handle.model
    reading = try CaseReading(options, model: model)
    scorer = Scorer(model: model, defaultSetting: try options.setting(of: model))
    isForced = try options.flag("force")
    repeatedIDs = try options.flag("visits") ? .keep : .reject
    fit = LocalFit(
      updating: model, tables: handle.tables, keepsPriors: try options.flag("keep_priors"),
      name: try options.text("name"), weight: try options.number("model_weight", in: 0.001...1e6),
      countsAlone: try options.flag("counts_alone"), threads: reading.threads)
    source = try Self.source(options)
    calibration = try Self.calibration(
      options, isForced: isForced, threads: reading.threads)
  }

  /// Where the cases come from.
  private static func source(
    _ options: Options
  ) throws(InterfaceFault) -> (name: String, date: String, checksum: String?) {
    let date = try options.text("date") ?? today
    let isDate =
      date.utf8.count == 10
      && date.utf8.enumerated().allSatisfy { place, byte in
        place == 4 || place == 7
          ? byte == UInt8(ascii: "-") : (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      }
    guard isDate else {
      throw InterfaceFault(.argument, "date \"\(date)\": expected yyyy-mm-dd")
    }
    let checksum = try options.text("checksum")
    if let checksum {
      let hexadecimal = Set("0123456789abcdef".utf8)
      guard checksum.utf8.count == 64, checksum.utf8.allSatisfy(hexadecimal.contains) else {
        throw InterfaceFault(
          .argument, "checksum: expected the SHA-256 of a file, 64 hexadecimal digits")
      }
    }
    let name = try options.text("source") ?? "a table"
    guard !name.isEmpty, name.utf8.count <= 1000 else {
      throw InterfaceFault(.argument, "source: expected a name of at most 1000 bytes")
    }
    return (name, date, checksum)
  }

  private static var today: String {
    Date().formatted(Date.ISO8601FormatStyle(timeZone: .current).year().month().day())
  }

  private static func calibration(
    _ options: Options, isForced: Bool, threads: Int
  ) throws(InterfaceFault) -> (method: Calibration.Method, options: CalibrationOptions)? {
    guard let name = try options.text("calibration") else { return nil }
    let method = try WholeStream.method(name)
    if method == .priorShift {
      throw InterfaceFault(
        .argument, "calibration prior-shift: a fitted model has its cases' prevalences")
    }
    // As the tool's: those of the method beside a prior model, which is trusted.
    var fitting = CalibrationOptions()
    fitting.ridge = try options.number("ridge", in: 0...1e12) ?? 1
    fitting.shrinkage = try options.number("shrinkage", in: 0...1e12) ?? 0
    fitting.foldCount = try options.integer("folds", in: 2...255) ?? 10
    fitting.seed = try options.seed("seed") ?? 1
    fitting.threads = threads
    fitting.keepsWhatDoesNotHelp = isForced
    return (method, fitting)
  }

  /// What a fit came to.
  struct Fitted {
    /// An object of the files of the model.
    let tables: String
    let calibration: String?
    let report: String
    /// Why there is no model, where it is no better than the one before.
    let refusal: String?
  }

  /// Fits to the cases of a stream.
  func fitted(_ stream: CaseStream) throws(InterfaceFault) -> Fitted {
    var rows = RowsRead()
    let cases = try read(stream, &rows)
    guard cases.countedCount > 0 else {
      throw InterfaceFault(.data, rows.nothingToCount)
    }
    let checksum = source.checksum ?? rows.checksum
    var report = ""
    if fit.model.wasFitted(toFileWith: checksum) {
      report += "warning: the model was fitted to these cases already; they count twice\n"
    }
    let place = LocalSource(
      file: source.name, date: source.date, checksum: checksum,
      taken: Set(fit.model.sources.keys))
    do throws(DorsalError) {
      let result = try fit.fitted(cases, from: place, scorer: scorer)
      let model = try Model(tables: result.tables)
      if let check = result.check, let weight = result.weight {
        report += check.text(model: fit.model, weight: weight)
        if !isForced, !check.objections.isEmpty {
          return Fitted(
            tables: "", calibration: nil, report: report,
            refusal: "no model is given, as the fit is no better than the model that it began "
              + "with; the option force gives it all the same\n" + check.sentence)
        }
      }
      let fitted = try calibration(of: model, result.weight, cases, place)
      report += ModelSummary(model).text + "\n" + rows.text(of: cases)
      if let fitted { report += fitted.text(model: model) }
      return Fitted(
        tables: Self.json(result.tables),
        calibration: fitted.map {
          $0.json(model: model, source: source.name, checksum: checksum).indentedText + "\n"
        }, report: report, refusal: nil)
    } catch {
      throw InterfaceFault(.data, "\(error)")
    }
  }

  private func read(
    _ stream: CaseStream, _ rows: inout RowsRead
  ) throws(InterfaceFault) -> LocalCases {
    var waiting: [DecodedRows] = []
    do {
      return try LocalCases(
        scorer: scorer, keepsCases: calibrates, repeatedIDs: repeatedIDs
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

  private func calibration(
    of model: Model, _ weight: Double?, _ cases: LocalCases, _ place: LocalSource
  ) throws(DorsalError) -> FittedCalibration? {
    guard let (method, options) = calibration else { return nil }
    let (fit, setting) = (fit, scorer.defaultSetting)
    do throws(InterfaceFault) {
      return try WholeStream.waiting { () async throws in
        try await fit.calibration(
          of: model, weight: weight, method, cases: cases, from: place, defaultSetting: setting,
          options: options)
      }
    } catch {
      throw DorsalError(.calibration, error.text)
    }
  }

  private static func json(_ tables: ModelTables) -> String {
    JSONValue.object(
      tables.files.sorted { $0.key < $1.key }.map {
        ($0.key, .string(String(decoding: $0.value, as: UTF8.self)))
      }
    ).text
  }
}
