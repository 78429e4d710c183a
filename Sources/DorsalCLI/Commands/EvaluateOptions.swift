import ArgumentParser
import Dorsal
import FoundationEssentials

/// How `dorsal evaluate` evaluates.
struct EvaluateOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Bootstrap samples behind the intervals; 0 for none.", valueName: "samples"))
  var bootstrap = 1000

  @Option(name: .long, help: "Where the random numbers of the bootstrap begin.")
  var seed: UInt64 = 1

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Findings to give subgroups by, with commas: sex,setting,age.", valueName: "findings"))
  var by: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Write one self-contained page as well.", valueName: "file"))
  var report: String?

  @Option(name: .long, help: "How many threads to work on; figures do not depend on it.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  @Flag(name: .long, help: "No progress bar.")
  var quiet = false

  func validate() throws {
    if !(0...OptionRange.mostSamples).contains(bootstrap) {
      throw ValidationError(
        "--bootstrap \(bootstrap): expected 0 or more, at most \(OptionRange.mostSamples)")
    }
    try OptionRange.checkThreads(threads)
  }

  /// The options of the library.
  var evaluation: Evaluation.Options {
    var options = Evaluation.Options()
    options.draws = bootstrap
    options.seed = seed
    options.threads = threads
    return options
  }

  /// The findings to give subgroups by, as indices.
  func findings(of model: Model) throws -> [Int] {
    guard let by else { return [] }
    var findings: [Int] = []
    for name in by.split(separator: ",", omittingEmptySubsequences: false) {
      let id = name.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      guard let finding = model.index(ofFinding: id) else {
        throw ValidationError(
          "--by: unknown finding \"\(id)\""
            + NearestName.suggestion(for: id, in: model.findings.map(\.id)))
      }
      if !findings.contains(finding) { findings.append(finding) }
    }
    return findings
  }
}
