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

  @Flag(name: .long, help: "Answer as JSON.")
  var json = false

  func run() throws {
    try DistinctFiles.check(
      reading: [cases.file], model: try model.folder(), writing: [.standard])
    let model = try model.load()
    _ = try cases.defaultSetting(of: model)
    let input = try InputFile(path: cases.file)
    var reader = try input.reader(model: model, ignoresUnknownColumns: cases.ignoreUnknownColumns)
    var units = UnusualStates(model: model)
    let file = try input.reportingReadErrors { try CaseFileCheck(&reader, units: &units) }
    for note in units.notes { StandardError.write("\(cases.file): warning: \(note.description)\n") }
    let output = try OutputFile(path: nil)
    if json {
      try output.write(file.json.indentedText + "\n")
    } else {
      for rejection in file.rejections { try output.write(rejection.description + "\n") }
      try output.write(
        "\(cases.file): \(file.readCount) cases can be read, \(file.rejections.count) rows cannot\n"
      )
    }
    if file.readCount == 0, file.rejections.isEmpty { throw Failure.noCases(cases.file) }
    if !file.rejections.isEmpty {
      throw Failure(
        .badData,
        "\(cases.file): \(file.rejections.count) of \(file.readCount + file.rejections.count) "
          + "rows cannot be read")
    }
  }
}
