import ArgumentParser
import Dorsal

/// `dorsal explain`: the terms from the prior to the posterior, for one case.
struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Show what each known finding says for and against the leading causes of a case.",
    discussion: """
      Each known finding multiplies the odds of a cause by its likelihood ratio; beside it stand \
      decibans, ten times its logarithm: 10 is a tenfold change of the odds, 3 a twofold one. \
      The printed decibans of a cause add up to its printed posterior odds, a calibration being \
      one of them.
      """)

  @OptionGroup var model: ScoringModelOptions
  @OptionGroup var cases: CaseFileOptions

  @Option(name: .long, help: "The id of the case.")
  var id: String

  @Option(name: .long, help: "How many leading causes. (default: 3)")
  var top: Int?

  @OptionGroup var intervals: IntervalOptions

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Correct the posteriors, and the urgency by them, by a calibration of `dorsal calibrate`.",
      valueName: "file"))
  var calibration: String?

  @Flag(name: .long, help: "Answer as JSON.")
  var json = false

  @Option(
    name: .long, help: ArgumentHelp("Write one self-contained page instead.", valueName: "file"))
  var html: String?

  @Flag(
    name: .long, help: "Only what to do next: the steps of the model, as text, JSON or a page.")
  var steps = false

  func validate() throws {
    if json, html != nil { throw ValidationError("--json and --html are two answers") }
    if intervals.interval != nil, calibration != nil {
      throw ValidationError(
        "--interval is of the model's own posteriors and cannot go with --calibration")
    }
    if let top, top < 1 { throw ValidationError("--top \(top): expected at least 1") }
    OptionUse.check(
      [("--top", top != nil)], isMet: !steps,
      need: "the explanation, and --steps gives the steps alone")
  }

  func run() throws {
    try DistinctFiles.check(
      reading: cases.inputs + [calibration], model: try model.folder(),
      writing: [.init("--html", html ?? "-")])
    let model = try model.load()
    let scorer = try cases.scorer(model: model)
    let calibration = try CalibrationUse.read(calibration, model: model)
    // A file that has the inputs of scores is read with them.
    let (file, index) = try cases.find(
      id, model: ClinicalScores(model: model)?.reading ?? model)
    let explanation = Explainer(
      scorer: scorer, intervals: intervals.intervals(scorer: scorer), calibration: calibration
    ).explain(index, of: file.cases)
    if steps, model.steps.isEmpty {
      throw Failure(.badData, "\(model.card.name): the model has no steps.csv")
    }
    let top = top ?? 3
    let output = try OutputFile(path: html)
    if steps {
      try output.write(
        html != nil
          ? StepPage(explanation, model: model).html
          : json
            ? explanation.steps.json(of: explanation, model: model).indentedText + "\n"
            : explanation.steps.text(of: explanation, model: model))
    } else if html != nil {
      try output.write(ExplanationPage(explanation, model: model, top: top).html)
    } else if json {
      try output.write(explanation.json(model: model, top: top).indentedText + "\n")
    } else {
      try output.write(explanation.text(model: model, top: top))
    }
    try output.finish()
    try file.requireAllRead(from: cases.file, cases.rejects)
  }
}
