import ArgumentParser
import Dorsal

/// The page that `dorsal calibrate` writes.
struct CalibrationReportOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Write one self-contained page as well: figures and charts before and after.",
      valueName: "file"))
  var report: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Bootstrap samples behind the intervals of the page; 0 for none. (default: 1000)",
      valueName: "samples"))
  var bootstrap: Int?

  func validate() throws {
    if let bootstrap, !(0...OptionRange.mostSamples).contains(bootstrap) {
      throw ValidationError(
        "--bootstrap \(bootstrap): expected 0 or more, at most \(OptionRange.mostSamples)")
    }
    OptionUse.check([("--bootstrap", bootstrap != nil)], isMet: report != nil, need: "--report")
  }

  /// The page of a calibration.
  func html(
    of fitted: FittedCalibration, model: Model, file: String, threads: Int
  ) -> String {
    var options = Evaluation.Options()
    options.draws = bootstrap ?? options.draws
    options.seed = fitted.options.seed
    options.threads = threads
    let comparison = CalibrationComparison(fitted, model: model, options: options)
    return CalibrationPage(fitted, comparison: comparison, model: model, file: file).html
  }
}
