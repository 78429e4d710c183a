import ArgumentParser
import Dorsal
import FoundationEssentials

/// `dorsal ask`: a dialogue on a terminal that asks the next best question.
struct Ask: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ask",
    abstract: "Ask about one patient on a terminal, in the order in which a clinician asks.",
    discussion: """
      Age, sex, site and onset come first, then danger signs, then the next best question. What is \
      known already can stand behind the verb and is not asked for, as in \
      `dorsal ask age=67 sex=female night_pain=present fever=?`; ? is what is not known and not to be \
      asked for. Answer with the name or the number of a state, a number where one is asked for, or ? where \
      it is not known. \(Dialogue.commands) The dialogue stands on standard error; when it ends, \
      the explanation of the case goes to standard output. The end of input ends it like quit. \
      An interrupted dialogue saves nothing.
      """)

  @Argument(
    help: ArgumentHelp(
      "What is known, written as in case files. The setting may stand here too.",
      valueName: "finding=value"))
  var known: [String] = []

  @OptionGroup var model: ScoringModelOptions

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The setting of the case. (default: the model's first)", valueName: "setting"))
  var setting: String?

  @OptionGroup var suggestions: SuggestionOptions

  @Option(name: .long, help: "How many leading causes to show and to explain.")
  var top = 3

  @Option(name: .long, help: "The id of the case. (default: case- and the first free number)")
  var id: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Save the case as a row of this case file (CSV), which is made or added to.",
      valueName: "file"))
  var save: String?

  func validate() throws {
    if top < 1 { throw ValidationError("--top \(top): expected at least 1") }
    if id?.isEmpty == true { throw ValidationError("--id is empty; expected a name") }
  }

  func run() throws {
    guard OpenFile.standardInput.isTerminal else {
      throw ValidationError(
        "standard input is no terminal; `dorsal suggest` gives the next findings of case files")
    }
    // The case file of --save is read and added to, which is what it is for.
    try DistinctFiles.check(
      reading: [], model: try model.folder(), writing: [.init("--save", save), .standard])
    let model = try model.load()
    let facts = try KnownFacts(known, model: model)
    if facts.setting != nil, setting != nil {
      throw ValidationError("--setting and setting=... both name the setting; expected one")
    }
    let setting = try facts.setting ?? model.defaultSetting(named: setting)
    let sections = try suggestions.sections(of: model)
    let saved = try save.map { try SavedCases(path: $0) }
    let id = try saved?.newID(id) ?? id ?? "case-1"
    var dialogue = Dialogue(
      id: id, setting: setting, given: facts.answers, scorer: Scorer(model: model),
      order: suggestions.by ?? .interview, sections: sections, top: top)
    dialogue.run()
    if let saved {
      if dialogue.known.isEmpty {
        StandardError.write("nothing is known, so nothing was saved\n")
      } else {
        try saved.append(id: id, values: dialogue.values)
        StandardError.write("saved as \(id) in \(saved.path)\n")
      }
    }
    try OutputFile(path: nil).write(dialogue.explanation)
  }
}
