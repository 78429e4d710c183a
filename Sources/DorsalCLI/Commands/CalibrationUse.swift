import ArgumentParser
import Dorsal
import FoundationEssentials

/// How a command that scores uses a calibration.
struct CalibrationUse: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Correct the posteriors by a calibration of `dorsal calibrate`.", valueName: "file"))
  var calibration: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The smallest set of causes that holds the diagnosis with this probability; needs "
        + "--calibration.", valueName: "level"))
  var coverage: Double?

  @Flag(name: .long, help: "Sets that hold each cause with this probability when it is the one.")
  var coverageByCause = false

  func validate() throws {
    if coverage != nil, calibration == nil {
      throw ValidationError("--coverage needs --calibration, which holds the quantiles")
    }
    if coverageByCause, coverage == nil {
      throw ValidationError("--coverage-by-cause needs --coverage")
    }
  }

  /// Reads the calibration, where there is one.
  func load(model: Model) throws -> Calibration? {
    try Self.read(calibration, model: model)
  }

  /// Reads a calibration, where one is named.
  static func read(_ calibration: String?, model: Model) throws -> Calibration? {
    guard let calibration else { return nil }
    switch FileKind.at(calibration) {
    case .nothing: throw Failure(.noInput, "\(calibration): no such file")
    case .folder: throw Failure(.noInput, "\(calibration): is a folder; expected a calibration")
    case .file, .other: break
    }
    let bytes = try InputFile.bytes(at: calibration)
    return try Calibration(json: bytes, file: calibration, model: model)
  }

  /// Warns where cases are judged by what was fitted to them: the figures look better than they
  /// will be for other cases.
  static func warn(
    of file: String, checksum: String, model: Model, calibration: Calibration? = nil
  ) {
    if model.wasFitted(toFileWith: checksum) {
      StandardError.write(
        "\(file): warning: the model was fitted to this file, so that its figures are too good; "
          + "take other cases, or fit --calibration\n")
    }
    if calibration?.fittedChecksum == checksum {
      StandardError.write(
        "\(file): warning: the calibration was fitted to this file, so that its figures are too "
          + "good; take other cases\n")
    }
  }

  /// The prediction sets of the calibration, where they are asked for.
  func sets(of calibration: Calibration?, model: Model) throws -> PredictionSets? {
    guard let coverage, let calibration, let file = self.calibration else { return nil }
    do {
      return try PredictionSets(
        calibration, coverage: coverage, coversEachCause: coverageByCause,
        causeCount: model.causes.count)
    } catch {
      throw Failure(.badData, "\(file): \(error)")
    }
  }
}
