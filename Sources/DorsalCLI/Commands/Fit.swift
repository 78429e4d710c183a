import ArgumentParser
import Dorsal
import FoundationEssentials

/// `dorsal fit`: a model folder from labelled cases.
struct Fit: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit",
    abstract: "Make a model folder from labelled cases, from nothing or from a prior model.",
    discussion: """
      With --prior-model the numbers of that model are updated by the counts of the cases and by \
      what the diagnoses call for beside them, both held to the prior model by one weight, which \
      is chosen where each case is judged by a fit to the others. Rare causes keep their priors as \
      long as the counts allow it. Figures before and after are printed; where the fit does not \
      help, or loses emergencies, nothing is written without --force. Every number says what it \
      was before and what was counted; a row of sources.csv stands for the file. Without it the \
      table may have any columns: findings, their kinds and states are found in it, and the \
      causes in the column --label; one weight for all findings is chosen where each case is \
      judged by a model of the others, since findings repeat each other. Cases \
      with several diagnoses are not counted.
      """)

  @Argument(help: "The labelled cases; - for standard input.")
  var file: String

  @Option(name: .shortAndLong, help: ArgumentHelp("The new model folder.", valueName: "dir"))
  var output: String

  @Option(name: .long, help: ArgumentHelp("The model to update.", valueName: "dir"))
  var priorModel: String?

  @Option(name: .long, help: "The name of the new model.")
  var name: String?

  @Option(name: .long, help: "The setting of cases that name none.")
  var setting: String?

  @Flag(name: .long, help: "Leave the priors: for cases that were not taken as they came.")
  var keepPriors = false

  @Flag(name: .long, help: "Pass over columns that the prior model does not know.")
  var ignoreUnknownColumns = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "What the columns of the file mean, as CSV or JSON; with --prior-model.", valueName: "file"))
  var map: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "What the prior model weighs against the cases; 1 takes its effective_n at their word. "
        + "(default: chosen by cross-validation)", valueName: "number"))
  var modelWeight: Double?

  @Flag(
    name: .long,
    help: "Count findings only; do not fit likelihoods to the diagnoses. With --prior-model.")
  var countsAlone = false

  @Flag(
    name: .long,
    help:
      "Write a model that is no better than the prior model, or a calibration that does not help.")
  var force = false

  @OptionGroup var table: TableOptions
  @OptionGroup var rejects: RejectOptions
  @OptionGroup var calibrationOptions: FittedCalibrationOptions

  @Flag(name: .long, help: "Rows with one id are visits of one patient.")
  var visits = false

  @Option(name: .long, help: "The day that the source gives. (default: today)")
  var date: String?

  @Option(name: .long, help: "How many blocks of cases to work on at a time.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  func validate() throws {
    try OptionRange.checkThreads(threads)
    if let date, date.wholeMatch(of: /\d{4}-\d{2}-\d{2}/) == nil {
      throw ValidationError("--date \(date): expected yyyy-mm-dd")
    }
    if let option = table.given.first, priorModel != nil {
      throw ValidationError("\(option) is of a fit from nothing and cannot go with --prior-model")
    }
    if priorModel == nil, keepPriors || ignoreUnknownColumns || setting != nil || map != nil {
      throw ValidationError(
        "--keep-priors, --ignore-unknown-columns, --setting and --map need --prior-model")
    }
    if priorModel == nil, modelWeight != nil || countsAlone {
      throw ValidationError("--model-weight and --counts-alone need --prior-model")
    }
    if priorModel == nil, calibrationOptions.calibration == nil, force {
      throw ValidationError("--force needs --prior-model or --calibration")
    }
    if let modelWeight, !(modelWeight >= 0.001 && modelWeight <= 1e6) {
      throw ValidationError(
        "--model-weight \(modelWeight): expected a number above 0, from 0.001 to 1000000")
    }
  }

  private var today: String {
    date ?? Date().formatted(Date.ISO8601FormatStyle(timeZone: .current).year().month().day())
  }

  func run() async throws {
    try DistinctFiles.check(
      reading: [file, map], model: try priorModel.map { try ModelFolder.find($0) },
      writing: [
        .init("--output", OutputFolder.place(output)), .init("--recoded", table.recoded),
        .init("--calibration", calibrationOptions.calibration),
      ])
    try OutputFolder.check(output)
    let input = try InputFile(path: file)
    let fit: LocalFit
    let checked: HashingByteSource
    var recoded: [UInt8]?
    var recodedChecksum: String?
    if let priorModel {
      let tables = ModelTables(folder: try ModelFolder.find(priorModel))
      fit = LocalFit(
        updating: try Model(tables: tables), tables: tables, keepsPriors: keepPriors, name: name,
        weight: modelWeight, countsAlone: countsAlone, threads: threads)
      checked = HashingByteSource(input.source)
    } else {
      checked = HashingByteSource(input.source)
      let plain = try input.reportingReadErrors {
        try PlainTable(
          source: checked, file: file, columns: [table.label ?? "diagnosis", "setting"])
      }
      input.tell(plain.notes)
      let inferred: InferredTable
      do {
        inferred = try await InferredTable(
          bytes: plain.bytes, file: file, options: try table.options(threads: threads))
      } catch {
        throw input.readFailure(error)
      }
      for column in inferred.columnsLeftOut + inferred.columnsNoted {
        StandardError.write("\(file): the column \"\(column.column)\" \(column.reason)\n")
      }
      if let ignored = table.ignoring(inferred.columnsNoted.map(\.column)) {
        StandardError.write("\(file): to leave these out: --ignore \(ignored)\n")
      }
      if visits, !inferred.hasIDs {
        throw Failure(
          .badData,
          "\(file): --visits needs a column \"id\", which says whose visit a row is; the table has "
            + "none")
      }
      if inferred.isRecoded, table.recoded == nil {
        StandardError.write(
          "\(file): the model has ids of its own for names or words of this table; --recoded "
            + "writes the cases in them\n")
      }
      recoded = inferred.caseFile
      if inferred.isRecoded {
        recodedChecksum = HashingByteSource.checksum(of: inferred.caseFile)
      }
      fit = try LocalFit(
        from: inferred, name: name ?? Self.name(of: output),
        pseudoCount: table.pseudoCount ?? 0.5, findingWeight: table.findingWeight)
    }
    let scorer = try scorer(fit.model)
    let cases = try await read(fit, scorer, from: input, checked, recoded)
    if let empty = cases.emptyText() { throw Failure(.badData, "\(file): \(empty)") }
    try rejects.check(file, cases: cases.caseCount, rejected: cases.rejectedCount)
    if fit.model.wasFitted(toFileWith: checked.checksum) {
      StandardError.write(
        "\(file): warning: the prior model was fitted to this file already; its cases count twice\n"
      )
    }
    let source = LocalSource(
      file: file == "-" ? "standard input" : FilePlace.name(of: file), date: today,
      checksum: checked.checksum, recodedChecksum: recodedChecksum,
      taken: Set(fit.model.sources.keys))
    let result = try fit.fitted(cases, from: source, scorer: scorer)
    let tables = result.tables
    let fitted = try Model(tables: tables)
    if let check = result.check, let weight = result.weight {
      StandardError.write(check.text(model: fit.model, weight: weight))
      guard force || check.objections.isEmpty else {
        throw Failure(
          .badData,
          "\(file): nothing written, as the fit is no better than the prior model; --force writes "
            + "it all the same")
      }
    }
    StandardError.write(result.findingWeightText(given: table.findingWeight))
    try await writeCalibration(fit, fitted, result, scorer, cases, source)
    if let path = table.recoded, let recoded {
      let output = try OutputFile(path: path)
      try output.write(recoded)
      try output.finish()
    }
    try OutputFolder.write(tables, to: output)
    StandardError.write("\(output): \(ModelSummary(fitted).text)\n" + cases.countText)
    try rejects.end(file, cases: cases.caseCount, rejected: cases.rejectedCount)
  }

  /// A model's name: that of its folder.
  private static func name(of folder: String) -> String {
    FilePlace.name(of: folder).replacing(" ", with: "-")
  }

  private func scorer(_ model: Model) throws -> Scorer {
    guard priorModel != nil else { return Scorer(model: model) }
    return Scorer(model: model, defaultSetting: try model.defaultSetting(named: setting))
  }

  private func read(
    _ fit: LocalFit, _ scorer: Scorer, from input: InputFile, _ checked: HashingByteSource,
    _ recoded: [UInt8]?
  ) async throws -> LocalCases {
    var options = CaseFileReader.Options()
    options.ignoresUnknownColumns = ignoreUnknownColumns
    options.noteIgnored = input.noteIgnored
    options.mapping = try map.map(InputFile.mapping)
    if recoded != nil {
      options.format = .csv
      // Its values are ids that were just made.
      options.dialect = .strict
    } else if let words = table.unknown {
      options.dialect.unknownWords = DialectOptions.words(words)
    }
    do {
      let source: any ByteSource
      if let recoded { source = MemoryByteSource(recoded) } else { source = checked }
      var reader = try CaseFileReader(
        source: source, file: file, model: fit.model, options: options)
      input.tell(reader.notes)
      let cases = try await LocalCases(
        &reader, scorer: scorer, keepsCases: calibrationOptions.calibration != nil,
        samplesCases: priorModel != nil || table.findingWeight == nil,
        repeatedIDs: visits ? .keep : .reject, threads: threads,
        reject: { StandardError.write($0.description + "\n") })
      ReadingReport.tell(reader, model: fit.model)
      return cases
    } catch {
      throw input.readFailure(error)
    }
  }

  private func writeCalibration(
    _ fit: LocalFit, _ fitted: Model, _ result: LocalFit.Fitted, _ scorer: Scorer,
    _ cases: LocalCases, _ source: LocalSource
  ) async throws {
    guard let path = calibrationOptions.calibration else { return }
    let calibration: FittedCalibration
    do {
      calibration = try await fit.calibration(
        of: fitted, weight: result.weight, findingWeight: result.findingWeight,
        calibrationOptions.method ?? .vector, cases: cases, from: source,
        defaultSetting: scorer.defaultSetting,
        options: calibrationOptions.options(
          hasPriorModel: priorModel != nil, keepsWhatDoesNotHelp: force, threads: threads))
    } catch let error as DorsalError where error.kind == .calibration {
      throw Failure(.badData, "\(file): \(error)")
    }
    let output = try OutputFile(path: path)
    try output.write(
      calibration.json(
        model: fitted, source: file, checksum: source.recodedChecksum ?? source.checksum
      ).indentedText + "\n")
    try output.finish()
    StandardError.write(calibration.text(model: fitted))
  }
}
