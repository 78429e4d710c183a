import ArgumentParser
import Dorsal
import FoundationEssentials

/// `dorsal suggest`: what to find out next.
struct Suggest: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "suggest",
    abstract: "Suggest the next findings to ask for, by what they are worth.",
    discussion: """
      With --id for one case, without for every case of the file, a row a case. \
      Information is in bits; value is what the answer is expected to save over acting now, in \
      the units of the loss table, and burden what it costs to find out, in the same units. Each \
      finding is looked at alone.
      """)

  @OptionGroup var model: ScoringModelOptions
  @OptionGroup var cases: CaseFileOptions

  @Option(name: .long, help: "The id of the case; without it, all cases of the file.")
  var id: String?

  @Option(name: .long, help: "How many findings.")
  var top = 5

  @OptionGroup var suggestions: SuggestionOptions

  @Flag(name: .long, help: "Answer as JSON: for a whole file, an object a line.")
  var json = false

  @Option(name: .long, help: "For a whole file, the format of the answers: csv or jsonl.")
  var format: CaseFormat?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Where the answers go. (default: standard output)", valueName: "file"))
  var output: String?

  @Option(name: .long, help: "How many blocks of cases to work on at a time.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  func validate() throws {
    if top < 1 { throw ValidationError("--top \(top): expected at least 1") }
    try OptionRange.checkThreads(threads)
    if json, format == .csv { throw ValidationError("--json and --format csv are two answers") }
    if id != nil, format != nil { throw ValidationError("--format is for a whole file, not --id") }
  }

  func run() async throws {
    try DistinctFiles.check(
      reading: cases.inputs, model: try model.folder(),
      writing: [.init("--output", output ?? "-")])
    let model = try model.load()
    let scorer = try cases.scorer(model: model)
    let sections = try suggestions.sections(of: model)
    guard let id else { return try await suggestAll(scorer, sections: sections) }
    let (file, index) = try cases.find(id, model: model)
    var alone = CaseBatch(model: model)
    alone.append(case: index, of: file.cases)
    let appraisals = Suggester(scorer: scorer).appraise(alone, posteriors: scorer.score(alone))
    let found = Suggestions(
      appraisals[0], model: model, by: suggestions.by ?? .value, only: sections)
    let setting = model.settings[scorer.setting(of: index, in: file.cases)]
    let known = file.cases.knownFindingCount(of: index, settingFinding: model.settingFinding)
    let output = try OutputFile(path: output)
    if json {
      let answer = found.json(id: id, setting: setting, known: known, model: model, top: top)
      try output.write(answer.indentedText + "\n")
    } else {
      try output.write(
        found.text(id: id, setting: setting, known: known, model: model, top: top))
    }
    try output.finish()
    try file.requireAllRead(from: cases.file, cases.rejects)
  }

  private func suggestAll(_ scorer: Scorer, sections: [String]?) async throws {
    let input = try InputFile(path: cases.file)
    var reader = try cases.reader(of: input, model: scorer.model)
    var options = SuggestionWriter.Options()
    options.format = format ?? (json ? .jsonl : .csv)
    options.top = top
    options.order = suggestions.by ?? .value
    options.sections = sections
    let scoring = CohortScoring(
      SuggestionWriter(scorer: scorer, options: options), threads: threads)
    let output = try OutputFile(path: output)
    let counts: ReadingProgress
    do {
      counts = try await scoring.run(
        &reader, output: output.write,
        reject: { StandardError.write($0.description + "\n") })
    } catch {
      throw input.readFailure(error)
    }
    ReadingReport.tell(reader, model: scorer.model)
    try cases.rejects.check(cases.file, cases: counts.casesOut, rejected: counts.rejected)
    try output.finish()
    try cases.rejects.end(cases.file, cases: counts.casesOut, rejected: counts.rejected)
  }
}
