import ArgumentParser
import Dorsal

/// Whether a command says what the unknown findings could change.
struct RobustnessOptions: ParsableArguments {
  @Flag(
    name: .long,
    help: "What the unknown findings could change: who could lead, and the highest urgency.")
  var robustness = false

  /// What assesses it, where it is asked for.
  func assessment(scorer: Scorer) -> Robustness? {
    robustness ? Robustness(scorer: scorer) : nil
  }
}
