import ArgumentParser
import Dorsal

/// `dorsal diary`: symptom diaries to case rows.
struct DiaryCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diary",
    abstract: "Derive case rows from symptom diaries.",
    discussion: """
      A diary is a CSV file with the columns patient, date (YYYY-MM-DD), time (HH:MM) and pain \
      (0 to 10), and where there are any activity, symptoms (with ; between them) and began. \
      Case rows go to standard output as a file that `dorsal score` takes. With --weekly or --json \
      the answer is about the rankings, and case rows are written only where --output names a \
      file. Where anything is wrong with the diary nothing is written, and the exit status is 65.
      """)

  /// What a byte of a diary takes in memory: cells, entries and cases.
  private static let roomOfByte = 40

  @OptionGroup var model: ScoringModelOptions

  @Argument(help: "The diary, CSV; - for standard input.")
  var file: String?

  @Flag(
    name: .long, help: "A case for each week, with all entries up to its end, and the rankings.")
  var weekly = false

  @Flag(name: .long, help: "Answer as JSON, with the entries behind each finding.")
  var json = false

  @Flag(name: .long, help: "Print the rules and the words of a diary instead.")
  var rules = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The setting of the cases, for the rankings. (default: the model's first)",
      valueName: "setting"))
  var setting: String?

  @Option(name: .long, help: "How many leading causes. (default: 3)")
  var top: Int?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Where the case rows go. (default: standard output)", valueName: "file"))
  var output: String?

  func validate() throws {
    if let top, top < 1 { throw ValidationError("--top \(top): expected at least 1") }
    if rules, file != nil { throw ValidationError("--rules takes no file") }
    OptionUse.check(
      [("--weekly", weekly), ("--json", json), ("--output", output != nil)], isMet: !rules,
      need: "a diary, and --rules reads none")
    OptionUse.check(
      [
        ("--top", top != nil), ("--setting", setting != nil),
        ("--prior-weight", model.priorWeight != nil),
      ], isMet: weekly || json, need: "--weekly or --json, which rank; case rows do not")
    if !rules, file == nil { throw ValidationError("expected a diary file, or --rules") }
    if let output, OutputFile.standardOutput.contains(output), weekly || json {
      throw ValidationError("the case rows and the rankings both go to standard output")
    }
  }

  func run() throws {
    let answer = try OutputFile(path: nil)
    guard let file else {
      try answer.write(DiaryRule.allText)
      return
    }
    try DistinctFiles.check(
      reading: [file], model: try model.folder(),
      writing: weekly || json
        ? [.standard, .init("--output", output)]
        : [
          .init("--output", output ?? "-")
        ])
    let model = try model.load()
    let setting = try model.defaultSetting(named: setting)
    let input = try InputFile(path: file)
    let diaries = try DiaryFile.read(
      input.readAll(roomOfByte: Self.roomOfByte), file: input.name)
    let cases = DiaryCases(diaries, model: model, weekly: weekly)
    for diary in diaries where diary.entries.count == 1 {
      StandardError.write(
        "\(input.name):\(diary.entries[0].line): note: one entry of \(diary.patient); "
          + "its trend, duration and responses stay unknown\n")
    }
    let asksForRankings = weekly || json
    if output != nil || !asksForRankings {
      let rows = try OutputFile(path: output)
      try rows.write(cases.csv)
      try rows.finish()
    }
    if asksForRankings {
      let report = DiaryReport(
        cases, scorer: Scorer(model: model, defaultSetting: setting), top: top ?? 3)
      try answer.write(json ? report.json.indentedText + "\n" : report.text)
    }
  }
}
