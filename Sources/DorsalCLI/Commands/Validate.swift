import ArgumentParser
import Dorsal

/// `dorsal validate`: checks a case file without scoring it.
struct Validate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Check a case file without scoring it.",
    discussion: """
      Every row that cannot be read is told with everything that is wrong with it, repeated ids \
      included, however far apart they are.
      """)

  @OptionGroup var model: ModelOptions
  @OptionGroup var cases: CaseFileOptions

  @OptionGroup var summary: SummaryOptions

  @Flag(name: .long, help: "Answer as JSON.")
  var json = false

  func run() throws {
    try DistinctFiles.check(
      reading: cases.inputs, model: try model.folder(),
      writing: [.standard, .init("--summary", summary.summary)])
    let own = try model.load()
    _ = try cases.defaultSetting(of: own)
    // What scores ask for is checked too.
    let scores = ClinicalScores(model: own)
    let model = scores?.reading ?? own
    let input = try InputFile(path: cases.file)
    var reader = try cases.reader(
      of: input, model: model, countsKnown: summary.summary != nil || cases.map != nil)
    var units = UnusualStates(model: own, readFor: scores)
    let output = try OutputFile(path: nil)
    var report = try ReadingReport(summary)
    let file: CaseFileCheck
    if json {
      file = try input.reportingReadErrors { try CaseFileCheck(&reader, units: &units) }
      for rejection in file.rejections { report.add(rejection) }
      var members = file.members
      if cases.map != nil {
        members.append(("mapping", MappingReport(reader, model: model).json(cases: file.readCount)))
      }
      try output.write(JSONValue.object(members).indentedText + "\n")
    } else {
      // Told as they are found: a file may be wrong in every row.
      file = try input.reportingReadErrors {
        try CaseFileCheck(&reader, units: &units) {
          report.add($0)
          try output.write($0.description + "\n")
        }
      }
      try output.write(
        "\(cases.file): \(file.readCount) \(file.readCount == 1 ? "case" : "cases") can be read, "
          + "\(file.rejectedCount) \(file.rejectedCount == 1 ? "row" : "rows") cannot\n")
      if cases.map != nil {
        try output.write(MappingReport(reader, model: model).text(cases: file.readCount))
      }
    }
    for note in units.notes { StandardError.write("\(cases.file): warning: \(note.description)\n") }
    try report.finish(
      reader, model: model, cases: file.readCount, rejected: file.rejectedCount)
    try cases.rejects.check(cases.file, cases: file.readCount, rejected: file.rejectedCount)
    try cases.rejects.end(
      cases.file, cases: file.readCount, rejected: file.rejectedCount, as: "cannot be read")
  }
}
