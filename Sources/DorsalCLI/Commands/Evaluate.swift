import ArgumentParser
import Dorsal

/// `dorsal evaluate`: rankings and probabilities against diagnoses.
struct Evaluate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Compare rankings and probabilities with the diagnoses of labelled cases.",
    discussion: """
      Memory is about 20 bytes for each labelled case and cause, and 400 bytes for each labelled \
      case: with 80 causes 2.0 GB for a million.

      With --calibration it is the corrected posteriors that are judged, and with --coverage the \
      prediction sets too; take cases that the calibration was not fitted to.
      """)

  @OptionGroup var model: ScoringModelOptions
  @OptionGroup var cases: CaseFileOptions
  @OptionGroup var options: EvaluateOptions

  @OptionGroup var calibration: CalibrationUse

  @OptionGroup var summary: SummaryOptions

  @Flag(name: .long, help: "Answer as JSON.")
  var json = false

  func run() async throws {
    try DistinctFiles.check(
      reading: cases.inputs + [calibration.calibration], model: try self.model.folder(),
      writing: [
        .standard, .init("--report", options.report), .init("--summary", summary.summary),
      ])
    let scorer = try cases.scorer(model: model.load())
    let model = scorer.model
    let correction = try calibration.load(model: model)
    let divisions = try options.divisions(of: model)
    let cohort = CohortReading(
      scorer: scorer, stratumFindings: divisions.findings, threads: options.threads,
      calibration: correction, sets: try calibration.sets(of: correction, model: model),
      columns: divisions.columns, countsRules: options.rules)
    let input = try InputFile(path: cases.file)
    // A sum is taken only where something could be known by it.
    let summed =
      model.namesFittedFiles || correction?.fittedChecksum != nil
      ? HashingByteSource(input.source) : nil
    var reader = try cases.reader(
      of: input, model: model, countsKnown: summary.summary != nil, source: summed,
      keptColumns: divisions.columns.names)
    let report = try options.report.map { try OutputFile(path: $0) }
    var reading = try ReadingReport(summary)
    let bar = ProgressBar(size: reader.isCompressed ? nil : input.size, isQuiet: options.quiet)
    let contents: CohortReading.Contents
    do {
      contents = try await cohort.read(&reader) {
        reading.add($0)
        StandardError.write($0.description + "\n")
      } progress: {
        bar.update($0)
      }
    } catch {
      bar.clear()
      throw input.readFailure(error)
    }
    bar.clear()
    if let summed {
      CalibrationUse.warn(
        of: cases.file, checksum: summed.checksum, model: model, calibration: correction)
    }
    try reading.finish(
      reader, model: model, cases: contents.summary.caseCount, rejected: contents.rejected)
    if contents.summary.caseCount > 0, contents.summary.labelledCount == 0 {
      throw Failure(
        .badData, "\(cases.file): no case has a diagnosis; expected a column \"diagnosis\"")
    }
    try cases.rejects.check(
      cases.file, cases: contents.summary.caseCount, rejected: contents.rejected)
    if contents.repeats > 0 {
      StandardError.write("\(contents.repeats) rows are further visits of an id\n")
    }
    let evaluation = Evaluation(contents.cases, model: model, options: options.evaluation)
    let rules = contents.rules.map { RuleEvaluation($0) }
    let inUse = correction.map { used in
      let file = calibration.calibration ?? ""
      return (line: "\n" + used.lineInUse(file: file), json: used.jsonInUse(file: file))
    }
    let output = try OutputFile(path: nil)
    try output.write(
      json
        ? evaluation.json(model: model, rules: rules)
          .adding("calibration", inUse?.json ?? .null).indentedText + "\n"
        : evaluation.text(model: model, rules: rules) + (inUse?.line ?? ""))
    if let report {
      let page = EvaluationPage(
        evaluation, summary: contents.summary, model: model, file: cases.file, rules: rules)
      try report.write(page.html)
      try report.finish()
    }
    try cases.rejects.end(
      cases.file, cases: contents.summary.caseCount, rejected: contents.rejected)
  }
}
