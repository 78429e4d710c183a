import ArgumentParser
import Dorsal

/// `dorsal template`: an empty case file, or a sheet to print.
struct Template: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "template",
    abstract: "Write an empty case file with the columns of the model, or a sheet to print.")

  @OptionGroup var model: ModelOptions

  @Flag(
    name: .long,
    help: "Only the columns that the red-flag rules look at; with fewer, urgent cases are missed.")
  var required = false

  @Flag(name: .long, help: "A row that shows what each column may hold.")
  var example = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Only the columns that a score asks for, by its id; may be repeated.", valueName: "id"))
  var score: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Write a sheet to print instead: questions, states, units and codes.", valueName: "file"))
  var html: String?

  func validate() throws {
    if html != nil, required || example || !score.isEmpty {
      throw ValidationError("--required, --score and --example are of the case file, not of --html")
    }
    if required, !score.isEmpty {
      throw ValidationError("--required and --score choose the columns; expected one of them")
    }
  }

  func run() throws {
    try DistinctFiles.check(
      reading: [], model: try model.folder(), writing: [.init("--html", html ?? "-")])
    let model = try model.load()
    let output = try OutputFile(path: html)
    if !score.isEmpty, let scores = ClinicalScores(model: model) {
      let asked = try score.map(model.scoreIndex)
      try output.write(CaseTemplate(scores, asked: asked, hasExample: example).csv)
    } else if let name = score.first {
      _ = try model.scoreIndex(named: name)
    } else if html == nil {
      try output.write(
        CaseTemplate(model, onlyRequired: required, hasExample: example).csv)
    } else {
      try output.write(CaseSheet(model).html)
    }
    try output.finish()
  }
}
