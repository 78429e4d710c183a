import ArgumentParser
import Dorsal

/// Whether a command says how badly cases fit.
struct MisfitOptions: ParsableArguments {
  @Flag(
    name: .long,
    help: "How badly the findings fit every cause, and the share of the model's cases that do.")
  var misfit = false

  /// What assesses it, where it is asked for.
  func assessment(scorer: Scorer) -> Misfit? {
    misfit ? Misfit(scorer: scorer) : nil
  }
}
