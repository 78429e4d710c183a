import ArgumentParser

/// `dorsal-bench`: proves an answer right, then times it beside the machine's limits.
@main
struct Bench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dorsal-bench",
    abstract: "Time scoring beside the machine's own limits, after proving the answers right.",
    subcommands: [
      Run.self, Compare.self, Grow.self, Generate.self, Serve.self,
      Questions.self,
    ],
    defaultSubcommand: Run.self)
}
