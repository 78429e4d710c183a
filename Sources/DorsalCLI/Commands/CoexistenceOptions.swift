import ArgumentParser
import Dorsal

/// Whether a command lets causes be present together.
struct CoexistenceOptions: ParsableArguments {
  @Flag(
    name: .long,
    help: "P(cause present) where a patient may have more than one, and the leading sets, too.")
  var coexisting = false

  @Option(
    name: .long,
    help: ArgumentHelp("The most causes that are present together: 2 or 3.", valueName: "count"))
  var upTo = 2

  func validate() throws {
    if !(2...3).contains(upTo) { throw ValidationError("--up-to \(upTo): expected 2 or 3") }
    if upTo != 2, !coexisting { throw ValidationError("--up-to needs --coexisting") }
  }

  /// The scorer of sets of causes, where it is asked for.
  ///
  /// - Throws: A fault of the command line where the model has too many sets.
  func coexistence(scorer: Scorer) throws -> CoexistenceScorer? {
    guard coexisting else { return nil }
    let causes = scorer.model.causes.count
    let states = scorer.model.likelihoodTable.stateRowCount
    let sets = Hypotheses.count(causes: causes, upTo: upTo)
    guard sets <= Hypotheses.mostCount, sets * states <= Hypotheses.mostNumbers else {
      throw ValidationError(
        "--up-to \(upTo): \(causes) causes have \(sets) sets, over \(states) states; "
          + "expected at most \(Hypotheses.mostCount) sets and \(Hypotheses.mostNumbers) numbers")
    }
    return CoexistenceScorer(scorer: scorer, upTo: upTo)
  }
}
