import ArgumentParser
import Dorsal
import FoundationEssentials

/// `dorsal calibrate`: fits a calibration to labelled cases.
struct Calibrate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate",
    abstract: "Fit a correction of the probabilities to labelled cases.",
    discussion: """
      Methods: temperature (one scale of the log posteriors), vector (a scale and an offset a \
      cause), isotonic and beta (a curve for each cause against the rest, then divided by their \
      sum), evidence (other evidence of each state for each cause, held to the model's; for models \
      of few causes), prior-shift (new prevalences from cases without diagnoses, by setting), none \
      (the model as it is, for prediction sets). The figures before and after are cross-fitted: each \
      case is judged by a fit to the other folds, and all cases of one id are in one fold.
      """)

  @OptionGroup var model: ScoringModelOptions
  @OptionGroup var cases: CaseFileOptions

  @Option(
    name: .long,
    help: "How to correct: none, temperature, vector, isotonic, beta, evidence or prior-shift.")
  var method = Calibration.Method.vector

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Where the calibration goes. (default: standard output)", valueName: "file")
  )
  var output: String?

  @OptionGroup var page: CalibrationReportOptions

  @Option(
    name: .long,
    help:
      "The penalty on changes: ridge / 2 times their squares, a prior of variance 1 / ridge; 10 times that on how the scales of vector differ."
  )
  var ridge = 1.0

  @Option(
    name: .long,
    help:
      "The penalty of the method evidence on the evidence itself and not its changes: 1 where the model was fitted to the same few cases. (default: 0)"
  )
  var shrinkage: Double?

  @Option(name: .long, help: "Folds of the figures before and after.")
  var folds = 5

  @Option(name: .long, help: "Where folds and draws begin.")
  var seed: UInt64 = 1

  @Option(
    name: .long,
    help: "The least cases with and without a cause for a curve of its own. (default: 20)")
  var leastCases: Int?

  @Option(
    name: .long,
    help:
      "How many cases the model's own prior is worth in a prior shift. (default: what makes the findings of other cases most likely)"
  )
  var pseudoCases: Double?

  @Flag(
    name: .long,
    help: "Keep a correction that does not help; without it the file then changes nothing.")
  var force = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Prepare prediction sets of these coverages, such as 0.9,0.95.", valueName: "levels"))
  var coverage: String?

  @Flag(name: .long, help: "Prepare sets that cover each cause too.")
  var coverageByCause = false

  @Flag(
    name: .long,
    help:
      "Let sets cover what is stated and not up to 1 / (cases + 1) more, by a number drawn for each id."
  )
  var exactCoverage = false

  @Option(
    name: .long,
    help: "The share of ids that prediction sets set apart from the fit. (default: 0.5)")
  var setApart: Double?

  @Flag(
    name: .long, help: "Rows with one id are visits of one patient and stay in one fold.")
  var visits = false

  @Option(name: .long, help: "How many blocks of cases to work on at a time.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  func validate() throws {
    try OptionRange.checkStrength("--ridge", ridge)
    if let shrinkage { try OptionRange.checkStrength("--shrinkage", shrinkage) }
    if !(2...255).contains(folds) {
      throw ValidationError("--folds \(folds): expected a number from 2 to 255")
    }
    // Beyond this a whole number does not survive JSON.
    if seed > 1 << 53 { throw ValidationError("--seed \(seed): expected at most \(1 << 53)") }
    if let leastCases, leastCases < 1 {
      throw ValidationError("--least-cases \(leastCases): expected at least 1")
    }
    if let pseudoCases, !(pseudoCases > 0 && pseudoCases <= 1e12) {
      throw ValidationError(
        "--pseudo-cases \(pseudoCases): expected a number above 0, at most 1e12")
    }
    if let setApart, !(setApart > 0 && setApart < 1) {
      throw ValidationError("--set-apart \(setApart): expected a number between 0 and 1")
    }
    try OptionRange.checkThreads(threads)
    if let report = page.report, OutputFile.standardOutput.contains(report),
      OutputFile.standardOutput.contains(output ?? "-")
    {
      throw ValidationError("--output and --report both go to standard output")
    }
    _ = try coverages()
    if coverageByCause, coverage == nil {
      throw ValidationError("--coverage-by-cause needs --coverage")
    }
    if exactCoverage, coverage == nil {
      throw ValidationError("--exact-coverage needs --coverage")
    }
    OptionUse.check(
      [("--set-apart", setApart != nil)], isMet: coverage != nil, need: "--coverage")
    OptionUse.check(
      [("--shrinkage", shrinkage != nil)], isMet: method == .evidence, need: "--method evidence")
    OptionUse.check(
      [("--pseudo-cases", pseudoCases != nil)], isMet: method == .priorShift,
      need: "--method prior-shift")
    OptionUse.check(
      [("--least-cases", leastCases != nil)], isMet: [.isotonic, .beta].contains(method),
      need: "--method isotonic or beta")
  }

  private func coverages() throws -> [Double] {
    try coverage.map { text in
      try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
        guard let level = Double(part), level > 0, level <= 0.999_999 else {
          throw ValidationError(
            "--coverage \(text): expected numbers between 0 and 1, at most 0.999999")
        }
        return level
      }
    } ?? []
  }

  func run() async throws {
    try DistinctFiles.check(
      reading: cases.inputs, model: try model.folder(),
      writing: [.init("--output", output ?? "-"), .init("--report", page.report)])
    let model = try model.load()
    let scorer = try cases.scorer(model: model)
    let input = try InputFile(path: cases.file)
    let summed = HashingByteSource(input.source)
    var reader = try cases.reader(of: input, model: model, source: summed)
    var options = CalibrationOptions()
    options.ridge = ridge
    options.shrinkage = shrinkage ?? options.shrinkage
    options.foldCount = folds
    options.seed = seed
    options.leastCases = leastCases ?? options.leastCases
    options.pseudoCases = pseudoCases
    options.keepsWhatDoesNotHelp = force
    options.coverages = try coverages()
    options.coversEachCause = coverageByCause
    options.coversExactly = exactCoverage
    options.shareSetApart = setApart ?? options.shareSetApart
    options.threads = threads
    let cohort: LabelledCohort
    do {
      cohort = try await LabelledCohort(
        &reader, scorer: scorer, keepsFindings: method.needsFindings,
        repeatedIDs: visits ? .keep : .reject, threads: threads,
        reject: { StandardError.write($0.description + "\n") })
    } catch {
      throw input.readFailure(error)
    }
    ReadingReport.tell(reader, model: model)
    guard cohort.caseCount > 0 || cohort.rejectedCount > 0 else {
      throw Failure.noCases(cases.file)
    }
    try cases.rejects.check(
      cases.file, cases: cohort.caseCount, rejected: cohort.rejectedCount)
    CalibrationUse.warn(of: cases.file, checksum: summed.checksum, model: model)
    let fitted: FittedCalibration
    do {
      fitted = try await cohort.calibration(method, model: model, options: options)
    } catch {
      throw Failure(.badData, "\(cases.file): \(error)")
    }
    let output = try OutputFile(path: output)
    let report = try page.report.map { try OutputFile(path: $0) }
    try report?.write(page.html(of: fitted, model: model, file: cases.file, threads: threads))
    let json = fitted.json(model: model, source: cases.file, checksum: summed.checksum)
    try output.write(json.indentedText + "\n")
    try output.finish()
    try report?.finish()
    StandardError.write(fitted.text(model: model))
    if cohort.repeatCount > 0, visits {
      StandardError.write("\(cohort.repeatCount) rows are further visits of an id\n")
    }
    try cases.rejects.end(
      cases.file, cases: cohort.caseCount, rejected: cohort.rejectedCount)
  }
}
