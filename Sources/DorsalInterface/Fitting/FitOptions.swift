import Dorsal
import DorsalCore
import DorsalLearning
import DorsalReport
import FoundationEssentials

/// What every fit may be asked for.
struct FitOptions: Sendable {
  static let names =
    ["name", "force", "visits", "source", "date", "checksum", "calibration"]
    + Options.namesOfCalibration

  /// The name of the new model.
  let name: String?
  /// Whether there is a model, or a calibration, that does not help.
  let isForced: Bool
  let repeatedIDs: BlockReading.RepeatedIDs
  /// What the numbers cite.
  let source: String
  let date: String
  /// The SHA-256 of the file that the cases come from, where it is known.
  let checksum: String?
  let calibration: (method: Calibration.Method, options: CalibrationOptions)?

  /// Reads what is asked for.
  ///
  /// - Parameter shrinkage: The usual penalty on evidence, of a calibration by evidence.
  init(_ options: Options, shrinkage: Double, threads: Int) throws(InterfaceFault) {
    name = try options.text("name")
    isForced = try options.flag("force")
    repeatedIDs = try options.flag("visits") ? .keep : .reject
    date = try options.text("date") ?? Self.today
    let isDate =
      date.utf8.count == 10
      && date.utf8.enumerated().allSatisfy { place, byte in
        place == 4 || place == 7
          ? byte == UInt8(ascii: "-") : (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      }
    guard isDate else {
      throw InterfaceFault(.argument, "date \"\(date)\": expected yyyy-mm-dd")
    }
    checksum = try options.text("checksum")
    if let checksum {
      let hexadecimal = Set("0123456789abcdef".utf8)
      guard checksum.utf8.count == 64, checksum.utf8.allSatisfy(hexadecimal.contains) else {
        throw InterfaceFault(
          .argument, "checksum: expected the SHA-256 of a file, 64 hexadecimal digits")
      }
    }
    source = try options.text("source") ?? "a table"
    guard !source.isEmpty, source.utf8.count <= 1000 else {
      throw InterfaceFault(.argument, "source: expected a name of at most 1000 bytes")
    }
    guard let name = try options.text("calibration") else {
      calibration = nil
      return
    }
    let method = try options.method(name)
    if method == .priorShift {
      throw InterfaceFault(
        .argument, "calibration prior-shift: a fitted model has its cases' prevalences")
    }
    calibration = (
      method,
      try options.ofCalibration(
        folds: 10, shrinkage: shrinkage, isForced: isForced, threads: threads)
    )
  }

  private static var today: String {
    Date().formatted(Date.ISO8601FormatStyle(timeZone: .current).year().month().day())
  }

  /// The calibration of a fitted model that is asked for, if one is.
  func calibration(
    of model: Model, _ fitted: LocalFit.Fitted, _ fit: LocalFit, _ cases: LocalCases,
    from place: LocalSource, setting: Int
  ) throws(DorsalError) -> FittedCalibration? {
    guard let (method, options) = calibration else { return nil }
    do throws(InterfaceFault) {
      return try Call.waiting { () async throws in
        try await fit.calibration(
          of: model, weight: fitted.weight, findingWeight: fitted.findingWeight, method,
          cases: cases, from: place, defaultSetting: setting, options: options)
      }
    } catch {
      throw DorsalError(.calibration, error.text)
    }
  }
}

/// What a fit came to.
struct Fitted {
  /// An object of the files of the model; empty where it is refused.
  var tables = ""
  var calibration: String?
  /// The table in the words of the model, where they are not its own.
  var recoded: String?
  let report: String
  /// Why there is no model, where it is no better than the one before.
  var refusal: String?

  /// No model.
  init(report: String, refusal: String) {
    (self.report, self.refusal) = (report, refusal)
  }

  /// A model, and its calibration where one was asked for.
  init(
    _ tables: ModelTables, model: Model, calibration: FittedCalibration?, source: String,
    checksum: String, report: String
  ) {
    self.tables =
      JSONValue.object(
        tables.files.sorted { $0.key < $1.key }.map {
          ($0.key, .string(String(decoding: $0.value, as: UTF8.self)))
        }
      ).text
    self.calibration = calibration.map {
      $0.json(model: model, source: source, checksum: checksum).indentedText + "\n"
    }
    self.report = report + (calibration?.text(model: model) ?? "")
  }
}
