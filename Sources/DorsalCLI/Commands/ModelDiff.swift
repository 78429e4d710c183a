import ArgumentParser
import Dorsal

/// `dorsal model diff`: what moved from one model to another.
struct ModelDiff: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Show what came, what went and which numbers moved, those first that moved most.")

  @Argument(help: "The model folder to begin from.")
  var from: String

  @Argument(help: "The model folder to compare with it.")
  var to: String

  @Option(name: .long, help: "How many of the numbers that moved.")
  var top = 20

  @Flag(name: .long, help: "Answer as JSON, with all numbers that moved.")
  var json = false

  func validate() throws {
    if top < 0 { throw ValidationError("--top \(top): expected 0 or more") }
  }

  func run() throws {
    let difference = ModelDifference(
      from: try Model(folder: ModelFolder.find(from)), to: try Model(folder: ModelFolder.find(to)))
    let output = try OutputFile(path: nil)
    try output.write(json ? difference.json.indentedText + "\n" : difference.text(top: top))
  }
}
