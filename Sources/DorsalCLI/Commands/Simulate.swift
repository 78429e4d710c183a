import ArgumentParser
import Dorsal
import FoundationEssentials

/// `dorsal simulate`: cases drawn from the model, with a known cause.
struct Simulate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "simulate",
    abstract: "Draw cases from the model, each with the cause it comes from as its diagnosis.",
    discussion: """
      The cause is drawn from the priors of the setting and the state of each finding from its \
      probability given the cause; a numeric finding gets a plausible number of its state. The \
      same options give the same file, on any number of threads; case i of a seed does not \
      change with --count, and its states do not change with --missing.

      With --missing-by workup a test is known with probability \
      \(MissingPattern.leastTestShare) + \
      \(MissingPattern.greatestTestShare - MissingPattern.leastTestShare) p, where p is the \
      posterior probability of urgent and emergency causes after the other known findings.

      With --correlation findings of a group (column group of findings.csv) are dependent given \
      the cause, by a Gaussian copula; each keeps its own probabilities.
      """)

  @OptionGroup var model: ModelOptions

  /// More cases than any disk holds.
  private static let mostCases = 1_000_000_000_000

  @Option(name: .long, help: "How many cases.")
  var count: Int

  @OptionGroup var simulation: SimulationOptions

  @Option(name: .long, help: "The format of the cases: csv or jsonl.")
  var format = CaseFormat.csv

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Where the cases go. (default: standard output)", valueName: "file"))
  var output: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Where to say, as JSON, how the cases were made and how many have each cause.",
      valueName: "file"))
  var metadata: String?

  @Option(name: .long, help: "How many blocks of cases to work on at a time.")
  var threads = ProcessInfo.processInfo.activeProcessorCount

  @Flag(name: .long, help: "No progress bar.")
  var quiet = false

  func validate() throws {
    if !(1...Self.mostCases).contains(count) {
      throw ValidationError("--count \(count): expected at least 1, at most \(Self.mostCases)")
    }
    try OptionRange.checkThreads(threads)
    if let metadata, OutputFile.standardOutput.contains(metadata),
      OutputFile.standardOutput.contains(output ?? "-")
    {
      throw ValidationError("--output and --metadata both go to standard output")
    }
  }

  func run() async throws {
    try DistinctFiles.check(
      reading: [simulation.priors], model: try model.folder(),
      writing: [.init("--output", output ?? "-"), .init("--metadata", metadata)])
    let simulator = try simulation.simulator(model: model.load())
    let writer: CaseWriter
    do throws(DorsalError) {
      writer = try CaseWriter(simulator: simulator, format: format)
    } catch {
      throw Failure(.badData, error.description)
    }
    let output = try OutputFile(path: output)
    let about = try metadata.map { try OutputFile(path: $0) }
    let bar = ProgressBar(size: nil, isQuiet: quiet)
    let run = CohortSimulation(simulator: simulator, writer: writer, threads: threads)
    let counts: CohortSimulation.Counts
    do {
      counts = try await run.run(count: count, output: output.write) {
        bar.update(cases: $0.cases, of: count)
      }
    } catch {
      bar.clear()
      throw error
    }
    bar.clear()
    try output.finish()
    try about?.write(simulator.json(counts: counts).indentedText + "\n")
    try about?.finish()
  }
}
