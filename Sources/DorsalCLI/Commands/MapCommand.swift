import ArgumentParser
import Dorsal

/// `dorsal map`: a first mapping of a file.
struct MapCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "map",
    abstract: "Write a first mapping of a CSV file, for --map.",
    discussion: """
      The names and values of the columns are compared with the findings and their synonyms. A \
      line whose field "decide" says something is not used until somebody has looked at it and \
      emptied the field. Columns without a finding are passed over.
      """)

  @Argument(help: "The file, CSV; - for standard input.")
  var file: String

  @OptionGroup var model: ModelOptions

  @Option(
    name: .shortAndLong, help: ArgumentHelp("Where the mapping goes; - for standard output."))
  var output: String?

  @Flag(name: .long, help: "Write JSON instead of CSV.")
  var json = false

  @OptionGroup var forms: DialectOptions

  func validate() throws {
    // A first mapping says which columns and words can be used; nothing is read by it yet.
    OptionUse.check(
      [("--on-bad-value", forms.onBadValue != nil), ("--strict", forms.strict)], isMet: false,
      need: "a verb that reads cases; the mapping goes there with --map")
  }

  func run() throws {
    try DistinctFiles.check(
      reading: [file], model: try model.folder(), writing: [.init("--output", output ?? "-")])
    let model = try model.load()
    let input = try InputFile(path: file)
    let profiles = try input.reportingReadErrors {
      try ColumnProfiles(source: input.source, file: file, model: model, dialect: forms.dialect)
    }
    input.tell(profiles.notes)
    let draft = MappingDraft(profiles, model: model)
    let written = try OutputFile(path: output)
    if json {
      try written.write(CaseMapping.json(draft.lines).indentedText + "\n")
    } else {
      try written.write(CaseMapping.csv(draft.lines))
    }
    try written.finish()
    let (sure, undecided, passedOver) = draft.counts
    StandardError.write(
      "\(file): \(profiles.rowCount) rows\(profiles.isCut ? " looked at" : ""); of "
        + "\(sure + undecided + passedOver) columns \(sure) are used, \(undecided) have to be "
        + "decided on, \(passedOver) are passed over\n")
    if profiles.lost.count > 0 {
      StandardError.write(
        "\(file): \(profiles.lost.count) "
          + "\(profiles.lost.count == 1 ? "row has" : "rows have") another number of cells than the "
          + "header or \(profiles.lost.count == 1 ? "is no row" : "are no rows"), and "
          + "\(profiles.lost.count == 1 ? "was" : "were") not looked at; the first is on line "
          + "\(profiles.lost.firstLine)\n")
    }
    if undecided > 0 {
      StandardError.write(
        "Look at the lines whose field \"decide\" says something; empty it where the line is "
          + "right.\n")
    }
  }
}
