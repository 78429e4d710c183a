import ArgumentParser
import Dorsal
import DorsalFHIR
import FoundationEssentials

/// What numbers of the command line may be.
enum OptionRange {
  /// More threads than any machine has cores.
  static let mostThreads = 1024
  /// More drawn models than any interval needs; each is held in memory.
  static let mostDraws = 20_000
  /// More bootstrap samples than any figure needs.
  static let mostSamples = 100_000

  /// Refuses a number of threads.
  static func checkThreads(_ threads: Int) throws {
    if !(1...mostThreads).contains(threads) {
      throw ValidationError(
        "--threads \(threads): expected at least 1, at most \(mostThreads)")
    }
  }

  /// Refuses a penalty or the like that is no number from 0 to a very great one.
  static func checkStrength(_ name: String, _ value: Double) throws {
    if !(0...1e12).contains(value) {
      throw ValidationError("\(name) \(value): expected a number of 0 or more, at most 1e12")
    }
  }
}

/// Which model a command uses.
struct ModelOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The model folder. (default: DORSAL_MODEL, or Models/back-pain here or beside the tool)",
      valueName: "dir"))
  var model: String?

  /// Loads the model.
  func load() throws -> Model { try Model(folder: try folder()) }

  /// Where the model is.
  func folder() throws -> String { try ModelFolder.find(model) }
}

/// Which model a command scores with.
struct ScoringModelOptions: ParsableArguments {
  @OptionGroup var model: ModelOptions

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The power to raise the priors to, 0 to 1: below 1 for patients picked as puzzling. (default: "
        + "1)", valueName: "weight"))
  var priorWeight: Double?

  func validate() throws {
    if let priorWeight, PriorWeight(priorWeight) == nil {
      throw ValidationError("--prior-weight \(priorWeight): expected a number from 0 to 1")
    }
  }

  /// The folder that the model is loaded from.
  func folder() throws -> String { try model.folder() }

  /// Loads the model, with its priors weighed.
  func load() throws -> Model {
    let loaded = try model.load()
    return priorWeight.flatMap(PriorWeight.init).map(loaded.weighingPriors) ?? loaded
  }
}

/// How a command reads a case file.
struct CaseFileOptions: ParsableArguments {
  @Argument(help: "The case file, CSV, NDJSON or Arrow; - for standard input.")
  var file: String

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The setting of cases that name none. (default: the model's first)",
      valueName: "setting"))
  var setting: String?

  @Flag(name: .long, help: "Pass over columns that the model does not know.")
  var ignoreUnknownColumns = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "What the columns of the file mean, as CSV or JSON; `dorsal map` writes a first one.",
      valueName: "file"))
  var map: String?

  @OptionGroup var forms: DialectOptions
  @OptionGroup var rejects: RejectOptions

  /// The files that are read.
  var inputs: [String?] { [file, map] }

  /// An option that is given and says how a table is to be read; nothing where there is none.
  var givenForTables: String? {
    if map != nil { return "--map" }
    if ignoreUnknownColumns { return "--ignore-unknown-columns" }
    return forms.given
  }

  /// Begins to read the file.
  ///
  /// - Parameters:
  ///   - input: The file, opened.
  ///   - model: The model whose findings it names.
  ///   - countsKnown: Whether it is counted how much is known.
  ///   - source: The bytes, where they are not taken from the file as they stand.
  ///   - otherModels: Models that read the same file.
  ///   - isTold: Whether it is told how the file is read.
  ///   - keptColumns: Columns whose texts are kept beside the cases.
  ///   - lines: Reads the lines of a file of FHIR.
  func reader(
    of input: InputFile, model: Model, countsKnown: Bool = false,
    source: (any ByteSource)? = nil, otherModels: [Model] = [], isTold: Bool = true,
    keptColumns: [String] = [], lines: FHIRLines? = nil
  ) throws -> CaseFileReader {
    try input.reader(
      model: model, ignoresUnknownColumns: ignoreUnknownColumns, dialect: forms.dialect,
      mapping: try map.map(InputFile.mapping), countsKnown: countsKnown, source: source,
      otherModels: otherModels, isTold: isTold, keptColumns: keptColumns,
      lines: lines)
  }

  /// The index of the default setting.
  func defaultSetting(of model: Model) throws -> Int {
    try model.defaultSetting(named: setting)
  }

  /// The scorer of a model for the default setting.
  func scorer(model: Model, kernel: ScoreKernel = .fastest) throws -> Scorer {
    Scorer(model: model, defaultSetting: try defaultSetting(of: model), kernel: kernel)
  }

  /// Reads all cases of the file and finds one of them.
  ///
  /// - Throws: `Failure` with status 65 where there is no such case, or it was rejected.
  func find(_ id: String, model: Model) throws -> (file: CaseFile, index: Int) {
    let file = try readAll(model: model, keeping: id)
    if file.cases.count > 0 { return (file, 0) }
    if file.rejections.contains(where: { $0.id == id }) {
      throw Failure(.badData, "\(self.file): the case \"\(id)\" was rejected, see above")
    }
    throw Failure(
      .badData,
      "\(self.file): no case \"\(id)\"" + NearestName.suggestion(for: id, in: file.someIDs))
  }

  /// Reads all cases of the file; rows that cannot be read are told on standard error.
  ///
  /// - Parameter id: The one case that is kept, or nothing for all.
  func readAll(model: Model, keeping id: String? = nil) throws -> CaseFile {
    let input = try InputFile(path: file)
    var reader = try reader(of: input, model: model)
    let cases = try input.reportingReadErrors {
      try id.map { try CaseFile(&reader, model: model, keeping: $0) }
        ?? CaseFile(&reader, model: model)
    }
    for rejection in cases.rejections { StandardError.write(rejection.description + "\n") }
    ReadingReport.tell(reader, model: model)
    try rejects.check(file, cases: cases.readCount, rejected: cases.rejections.count)
    return cases
  }
}

/// Whether and how a command gives intervals.
struct IntervalOptions: ParsableArguments {
  /// How intervals are found, by the word of the command line.
  enum Method: String, ExpressibleByArgument, CaseIterable {
    case analytic, sampled
  }

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Intervals that cover with this probability, such as 0.95.", valueName: "level"))
  var interval: Double?

  @Option(
    name: .long, help: "How intervals are found: analytic or sampled. (default: analytic)")
  var intervalMethod: Method?

  @Option(
    name: .long, help: "How many models are drawn for sampled intervals. (default: 1000)")
  var draws: Int?

  @Option(
    name: .long, help: "Where the random numbers of sampled intervals begin. (default: 1)")
  var seed: UInt64?

  func validate() throws {
    // Nearer to 1 the tails of a distribution are not known, nor told by any number of draws.
    if let interval, !(interval > 0 && interval <= 0.999_999) {
      throw ValidationError(
        "--interval \(interval): expected a number between 0 and 1, at most 0.999999")
    }
    if let draws, !(2...OptionRange.mostDraws).contains(draws) {
      throw ValidationError(
        "--draws \(draws): expected at least 2, at most \(OptionRange.mostDraws)")
    }
    OptionUse.check(
      [("--interval-method", intervalMethod != nil)], isMet: interval != nil, need: "--interval")
    OptionUse.check(
      [("--draws", draws != nil), ("--seed", seed != nil)],
      isMet: interval != nil && intervalMethod == .sampled,
      need: "--interval and --interval-method sampled")
  }

  /// The intervals of a scorer's posteriors, where they are asked for.
  func intervals(scorer: Scorer) -> CredibleIntervals? {
    interval.map { level in
      CredibleIntervals(
        scorer: scorer, level: level,
        method: intervalMethod == .sampled
          ? .sampled(draws: draws ?? 1000, seed: seed ?? 1) : .analytic)
    }
  }
}

extension Model {
  /// The index of a setting that the command line names, or of the model's first one.
  func defaultSetting(named name: String?) throws -> Int {
    guard let name else { return 0 }
    guard let index = index(ofSetting: name) else {
      throw ValidationError(
        "unknown setting \"\(name)\"; expected one of " + settings.joined(separator: ", "))
    }
    return index
  }
}

extension CaseFile {
  /// Ends with status 3 where rows were rejected, unless so many may be, and 65 where there is no
  /// case.
  func requireAllRead(from file: String, _ options: RejectOptions) throws {
    try options.end(file, cases: readCount, rejected: rejections.count)
  }
}

extension Failure {
  /// A file with a header and nothing below it.
  static func noCases(_ file: String) -> Failure {
    Failure(.badData, "\(file): no cases; expected at least one row")
  }
}
