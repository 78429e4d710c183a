import ArgumentParser
import Dorsal

/// `dorsal model`: the model's faults and numbers.
struct ModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model", abstract: "Check a model folder, or show its numbers.",
    subcommands: [Check.self, Show.self])

  /// `dorsal model check`: every fault of a model folder at once.
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check every table of a model folder and report every fault.")

    @Argument(help: "The model folder. (default: the shipped model)")
    var folder: String?

    @Flag(name: .long, help: "Answer as JSON.")
    var json = false

    func run() throws {
      let folder = try ModelFolder.find(folder)
      let summary = try ModelSummary(Model(folder: folder))
      let output = try OutputFile(path: nil)
      try output.write(json ? summary.json.indentedText + "\n" : "\(folder): \(summary.text)\n")
    }
  }

  /// `dorsal model show`: the numbers of a cause or a finding, with their sources.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show the numbers of a cause or a finding, with what each rests on.")

    @OptionGroup var model: ModelOptions

    @Argument(help: "The id of a cause or a finding.")
    var id: String

    @Flag(name: .long, help: "Answer as JSON.")
    var json = false

    func run() throws {
      let model = try model.load()
      guard let listing = NumberListing(id: id, model: model) else {
        let names = model.causes.map(\.id) + model.findings.map(\.id)
        throw ValidationError(
          "\"\(id)\" is neither a cause nor a finding of the model"
            + NearestName.suggestion(for: id, in: names))
      }
      let output = try OutputFile(path: nil)
      try output.write(json ? listing.json.indentedText + "\n" : listing.text)
    }
  }
}
