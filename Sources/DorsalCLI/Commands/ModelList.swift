import ArgumentParser
import Dorsal

extension ModelListing.Subject: ExpressibleByArgument {}

/// `dorsal model list`: the data dictionary of a model.
struct ModelList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract:
      "List the findings, causes, rules, settings, steps or scores of a model: its data dictionary."
  )

  @Argument(
    help: "What to list: findings, causes, rules, settings, steps, scores or inputs (of scores).")
  var subject: ModelListing.Subject

  @OptionGroup var model: ModelOptions

  @Flag(name: .long, help: "Answer as JSON.")
  var json = false

  @Flag(name: .long, help: "Answer as CSV.")
  var csv = false

  func validate() throws {
    if json, csv { throw ValidationError("--json and --csv are two answers") }
  }

  func run() throws {
    let listing = ModelListing(subject, of: try model.load())
    let output = try OutputFile(path: nil)
    if csv {
      try output.write(listing.csv)
    } else {
      try output.write(json ? listing.json.indentedText + "\n" : listing.text)
    }
  }
}
