import ArgumentParser
import Dorsal
import DorsalFHIR
import FoundationEssentials

/// `dorsal score`: case file in, ranked causes out.
struct Score: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score",
    abstract: "Rank the causes of every case of a file, in the order of the file.",
    discussion: """
      Rows that cannot be read go to --rejects (or to standard error) with line, column, value \
      and reason; the others are scored, and the exit status is 3. An id that stood in the \
      \(CohortScoring.idWindow) rows before is rejected; `dorsal validate` finds them all.
      """)

  @OptionGroup var model: ScoringModelOptions
  @OptionGroup var cases: CaseFileOptions
  @OptionGroup var fhir: FHIROptions

  @Option(name: .long, help: "How many leading causes. (default: 5)")
  var top: Int?

  @Flag(name: .long, help: "A column for each cause instead of the leading ones.")
  var all = false

  @Flag(name: .long, help: "The posteriors of the groups of causes too.")
  var groups = false

  @OptionGroup var intervals: IntervalOptions
  @OptionGroup var robustness: RobustnessOptions
  @OptionGroup var misfit: MisfitOptions

  @OptionGroup var calibration: CalibrationUse
  @OptionGroup var coexistence: CoexistenceOptions

  @OptionGroup var answers: AnswerOptions

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Where the answers go. (default: standard output)", valueName: "file"))
  var output: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Where rejected rows go, as CSV. (default: standard error)", valueName: "file"))
  var rejects: String?

  @OptionGroup var summary: SummaryOptions

  @Option(name: .long, help: "How many blocks of cases to work on at a time.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  @Option(
    name: .long,
    help: "How scores are summed: gather or gemm; answers are the same.")
  var kernel = ScoreKernel.fastest

  @Flag(name: .long, help: "No progress bar.")
  var quiet = false

  func validate() throws {
    if let top, top < 1 { throw ValidationError("--top \(top): expected at least 1") }
    OptionUse.check(
      [("--top", top != nil)], isMet: !all || coexistence.coexisting,
      need: "columns of leading causes, which --all has not")
    if fhir.fhir, let option = cases.givenForTables {
      throw ValidationError("\(option) is for tables and cannot go with --fhir")
    }
    if intervals.interval != nil, calibration.calibration != nil {
      throw ValidationError(
        "--interval is of the model's own posteriors and cannot go with --calibration")
    }
    try OptionRange.checkThreads(threads)
    try answers.check(output: output, coexistence)
    try answers.checkFHIR(
      readsFHIR: fhir.fhir,
      without: [
        ("--groups", groups), ("--robustness", robustness.robustness), ("--misfit", misfit.misfit),
        ("--coexisting", coexistence.coexisting), ("--coverage", calibration.coverage != nil),
      ])
    if let rejects, OutputFile.standardOutput.contains(rejects),
      OutputFile.standardOutput.contains(output ?? "-")
    {
      throw ValidationError("--output and --rejects both go to standard output")
    }
  }

  func run() async throws {
    try DistinctFiles.check(
      reading: cases.inputs + [calibration.calibration], model: try model.folder(),
      writing: [
        .init("--output", output ?? "-"), .init("--rejects", rejects),
        .init("--summary", summary.summary),
      ])
    let scorer = try cases.scorer(model: model.load(), kernel: kernel)
    let calibration = try calibration.load(model: scorer.model)
    let input = try InputFile(path: cases.file)
    let fhirRows = try answers.isFHIR ? fhirRows(scorer: scorer, calibration: calibration) : nil
    let lines = try fhir.lines(model: scorer.model, rows: fhirRows)
    var reader = try cases.reader(
      of: input, model: scorer.model, countsKnown: summary.summary != nil, lines: lines)
    var parts = AnswerParts()
    parts.top = leadingCount
    parts.isOfAllCauses = all
    parts.hasGroups = groups
    parts.intervals = intervals.intervals(scorer: scorer)
    parts.calibration = calibration
    parts.sets = try self.calibration.sets(of: calibration, model: scorer.model)
    parts.robustness = robustness.assessment(scorer: scorer)
    parts.misfit = misfit.assessment(scorer: scorer)
    parts.coexistence = try coexistence.coexistence(scorer: scorer)
    let scoring = CohortScoring(
      fhirRows ?? answers.rows(scorer: scorer, parts: parts, output: output), threads: threads)
    let output = try OutputFile(path: output)
    let rejects = try RejectsFile(path: rejects)
    var report = try ReadingReport(summary)
    var units = UnusualStates(model: scorer.model)
    let bar = ProgressBar(size: reader.isCompressed ? nil : input.size, isQuiet: quiet)
    let counts: ReadingProgress
    do {
      counts = try await scoring.run(
        &reader, output: output.write,
        reject: {
          report.add($0)
          try rejects.append($0)
        }, look: { units.addFirst(of: $0) }, progress: bar.update)
    } catch {
      bar.clear()
      throw input.readFailure(error)
    }
    bar.clear()
    fhir.tell(lines, file: cases.file)
    for note in units.notes {
      StandardError.write("\(cases.file): warning: \(units.extent)\(note.description)\n")
    }
    // Why rows were rejected is told even where there are too many.
    try rejects.finish()
    try report.finish(
      reader, model: scorer.model, cases: counts.casesOut, rejected: counts.rejected)
    try cases.rejects.check(cases.file, cases: counts.casesOut, rejected: counts.rejected)
    try output.finish()
    try cases.rejects.end(
      cases.file, cases: counts.casesOut, rejected: counts.rejected,
      as: "rejected, \(counts.casesOut) scored")
  }

  private var leadingCount: Int { top ?? 5 }

  /// What answers in FHIR: as many causes, and the intervals, that are asked for.
  private func fhirRows(scorer: Scorer, calibration: Calibration?) throws -> FHIRRows {
    let found = intervals.intervals(scorer: scorer)
    return try fhir.rows(
      scorer: scorer, top: all ? nil : leadingCount,
      intervals: found.flatMap { found in
        intervals.interval.map { FHIRAnswers.Intervals(found, level: $0) }
      }, calibration: calibration)
  }
}
