import ArgumentParser
import Dorsal

/// `dorsal evaluate`: rankings and probabilities against diagnoses.
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare rankings and probabilities with the diagnoses of labelled cases.")

  @OptionGroup var model: ModelOptions
  @OptionGroup var cases: CaseFileOptions

  @Option(name: .long, help: "Where the random numbers of the bootstrap begin.")
  var seed: UInt64 = 1

  @Flag(name: .long, help: "Answer as JSON.")
  var json = false

  func run() throws {
    let model = try model.load()
    let scorer = try cases.scorer(model: model)
    let file = try cases.readAll(model: model)
    let evaluation = Evaluation(file.cases, scorer: scorer, seed: seed)
    if file.cases.count > 0, evaluation.labelledCount == 0 {
      throw Failure(
        .badData, "\(cases.file): no case has a diagnosis; expected a column \"diagnosis\"")
    }
    let output = try OutputFile(path: nil)
    try output.write(
      json
        ? evaluation.json(model: model).indentedText + "\n" : evaluation.text(model: model))
    try file.requireAllRead(from: cases.file)
  }
}
