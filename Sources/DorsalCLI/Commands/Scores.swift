import ArgumentParser
import Dorsal
import FoundationEssentials

/// `dorsal scores`: the clinical scores of every case.
struct Scores: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scores",
    abstract: "Evaluate the clinical scores of the model for every case of a file.",
    discussion: """
      A score is shown for a case that has its inputs: findings of the model, or columns that \
      only scores ask for (`dorsal model list scores`, and `inputs`). What is not known makes a \
      range of points instead of a number, and a band is given only where the whole range lies \
      in it. Scores change no ranking.
      """)

  @OptionGroup var model: ModelOptions
  @OptionGroup var cases: CaseFileOptions

  @Option(
    name: .long,
    help: ArgumentHelp(
      "A score by its id, for every case; may be repeated. (default: those that a case has inputs "
        + "for)", valueName: "id"))
  var score: [String] = []

  @Flag(name: .long, help: "Answer as JSON: an object a case, each on a line.")
  var json = false

  @Flag(name: .long, help: "Answer as CSV: a row a case and score.")
  var csv = false

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Where the answers go. (default: standard output)", valueName: "file"))
  var output: String?

  @Option(name: .long, help: "How many blocks of cases to work on at a time.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  @Flag(name: .long, help: "No progress bar.")
  var quiet = false

  func validate() throws {
    if json, csv { throw ValidationError("--json and --csv are two answers") }
    try OptionRange.checkThreads(threads)
  }

  func run() async throws {
    try DistinctFiles.check(
      reading: cases.inputs, model: try model.folder(),
      writing: [.init("--output", output ?? "-")])
    let model = try model.load()
    _ = try cases.defaultSetting(of: model)
    guard let scores = ClinicalScores(model: model) else {
      throw Failure(
        .badData,
        "the model \(model.card.name) \(model.card.version) has no scores; expected scores.csv in "
          + "its folder")
    }
    let rows = ScoreRows(
      scores: scores, asked: try score.map(model.scoreIndex),
      format: json ? .jsonl : csv ? .csv : .text)
    let input = try InputFile(path: cases.file)
    var reader = try cases.reader(of: input, model: scores.reading)
    let output = try OutputFile(path: output)
    let rejects = try RejectsFile(path: nil)
    let bar = ProgressBar(size: reader.isCompressed ? nil : input.size, isQuiet: quiet)
    let counts: ReadingProgress
    do {
      counts = try await CohortScoring(rows, threads: threads).run(
        &reader, output: output.write, reject: rejects.append, progress: bar.update)
    } catch {
      bar.clear()
      throw input.readFailure(error)
    }
    bar.clear()
    try rejects.finish()
    ReadingReport.tell(reader, model: scores.reading)
    try cases.rejects.check(cases.file, cases: counts.casesOut, rejected: counts.rejected)
    try output.finish()
    try cases.rejects.end(cases.file, cases: counts.casesOut, rejected: counts.rejected)
  }
}

extension Model {
  /// The index of a score that the command line names, in whatever letters.
  func scoreIndex(named name: String) throws -> Int {
    let id = name.lowercased().replacing("-", with: "_")
    guard let index = scores.firstIndex(where: { $0.id == id }) else {
      let ids = scores.filter { $0.role == .score }.map(\.id)
      throw ValidationError(
        "unknown score \"\(name)\"" + NearestName.suggestion(for: id, in: scores.map(\.id))
          + (ids.isEmpty
            ? "; the model has none" : "; expected one of " + ids.joined(separator: ", ")))
    }
    return index
  }
}
