import ArgumentParser
import Dorsal
import FoundationEssentials

/// What the sides of `dorsal compare` are used with, and how they are compared.
struct CompareOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp("Correct the posteriors of A by a calibration.", valueName: "file"))
  var calibrationA: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Correct the posteriors of B by a calibration.", valueName: "file"))
  var calibrationB: String?

  @Option(
    name: .long,
    help: ArgumentHelp("The power to raise the priors of A to, 0 to 1.", valueName: "weight"))
  var priorWeightA = 1.0

  @Option(
    name: .long,
    help: ArgumentHelp("The power to raise the priors of B to, 0 to 1.", valueName: "weight"))
  var priorWeightB = 1.0

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Red flags of A in place of those of its model, as its red_flags.csv.", valueName: "file"))
  var redFlagsA: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Red flags of B in place of those of its model, as its red_flags.csv.", valueName: "file"))
  var redFlagsB: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Bootstrap samples behind the intervals; 0 for none.", valueName: "samples"))
  var bootstrap = 1000

  @Option(name: .long, help: "Where the random numbers of the bootstrap begin.")
  var seed: UInt64 = 1

  @Option(
    name: .long,
    help: ArgumentHelp("Write one self-contained page as well.", valueName: "file"))
  var html: String?

  @Option(name: .long, help: "How many threads to work on; figures do not depend on it.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  @Flag(name: .long, help: "No progress bar.")
  var quiet = false

  func validate() throws {
    for (name, weight) in [
      ("--prior-weight-a", priorWeightA), ("--prior-weight-b", priorWeightB),
    ] where PriorWeight(weight) == nil {
      throw ValidationError("\(name) \(weight): expected a number from 0 to 1")
    }
    if !(0...OptionRange.mostSamples).contains(bootstrap) {
      throw ValidationError(
        "--bootstrap \(bootstrap): expected 0 or more, at most \(OptionRange.mostSamples)")
    }
    if let html, OutputFile.standardOutput.contains(html) {
      throw ValidationError("--html \(html): expected a file")
    }
    try OptionRange.checkThreads(threads)
  }

  /// The files that are read beside the cases.
  var inputs: [String?] { [calibrationA, calibrationB, redFlagsA, redFlagsB] }

  /// How to compare.
  var evaluation: Evaluation.Options {
    var options = Evaluation.Options()
    (options.draws, options.seed, options.threads) = (bootstrap, seed, threads)
    return options
  }

  /// Which side.
  enum Letter { case a, b }

  /// A side, loaded.
  struct Side {
    let letter: Letter
    let model: Model
    let calibration: Calibration?
    let described: ComparedSides.Side
  }

  /// Loads a side.
  func side(_ asked: String, _ letter: Letter) throws -> Side {
    let (calibrationFile, weight, redFlags) =
      letter == .a
      ? (calibrationA, priorWeightA, redFlagsA) : (calibrationB, priorWeightB, redFlagsB)
    guard !asked.isEmpty else {
      throw Failure(
        .noInput, "\(letter == .a ? "A" : "B") has an empty name; expected a model folder")
    }
    let folder = try ModelFolder.find(asked)
    let tables = ModelTables(folder: folder)
    func weighed(_ model: Model) -> Model {
      PriorWeight(weight).map(model.weighingPriors) ?? model
    }
    let own = weighed(try Model(tables: tables))
    // A calibration is of the model with its own red flags, on which no posterior hangs.
    let calibration = try CalibrationUse.read(calibrationFile, model: own)
    var model = own
    if let redFlags {
      model = weighed(
        try Model(
          tables: tables.replacing(
            "red_flags.csv", with: try InputFile.table(at: redFlags), file: redFlags)))
    }
    return Side(
      letter: letter, model: model, calibration: calibration,
      described: ComparedSides.Side(
        model: model, folder: folder,
        calibration: calibrationFile.flatMap { file in calibration.map { (file, $0.method) } },
        redFlags: redFlags))
  }
}
