import ArgumentParser
import Dorsal

/// What a command draws from a model.
struct SimulationOptions: ParsableArguments {
  /// What a pattern of unknown findings hangs on, by the word of the command line.
  enum MissingBy: String, ExpressibleByArgument, CaseIterable {
    case chance, workup
  }

  @Option(name: .long, help: "Where the random numbers begin.")
  var seed: UInt64 = 1

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The setting of the cases, whose priors the causes are drawn from. (default: the model's "
        + "first)", valueName: "setting"))
  var setting: String?

  @Option(
    name: .long,
    help: ArgumentHelp("The probability with which a finding is unknown.", valueName: "p"))
  var missing = 0.0

  @Option(
    name: .long,
    help: ArgumentHelp(
      "What --missing is of: chance, all findings; or workup, all but the tests, which are "
        + "ordered on suspicion.", valueName: "pattern"))
  var missingBy = MissingBy.chance

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The latent correlation of findings of one group given the cause, such as 0.4; or of one "
        + "group, such as leg_pain=0.6. May be given several times. (default: the model's)",
      valueName: "r"))
  var correlation: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "A table of cause and probability (and setting) in place of the model's priors.",
      valueName: "file"))
  var priors: String?

  @Flag(
    name: .long, help: "Draw the likelihoods themselves once from what is known of them.")
  var misspecify = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Where the random numbers of --misspecify begin. (default: the seed)", valueName: "seed"))
  var likelihoodSeed: UInt64?

  func validate() throws {
    if !(0...1).contains(missing) {
      throw ValidationError("--missing \(missing): expected a probability from 0 to 1")
    }
    for text in correlation { _ = try Self.correlation(text) }
    if likelihoodSeed != nil, !misspecify {
      throw ValidationError("--likelihood-seed goes with --misspecify")
    }
  }

  /// The group, if one is named, and its correlation.
  private static func correlation(_ text: String) throws -> (group: String?, value: Double) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard let value = Double(parts[parts.count - 1]), value >= 0, value < 1 else {
      throw ValidationError(
        "--correlation \(text): expected a number of 0 or more and below 1, or group=number")
    }
    return (parts.count == 2 ? String(parts[0]) : nil, value)
  }

  /// The simulator that the options ask for.
  func simulator(model: Model) throws -> CaseSimulator {
    let index = try model.defaultSetting(named: setting)
    var options = CaseSimulator.Options()
    options.seed = seed
    options.setting = index
    options.missing = missingBy == .chance ? .chance(missing) : .workup(missing)
    for text in correlation {
      let (group, value) = try Self.correlation(text)
      if let group { options.groupCorrelations[group] = value } else { options.correlation = value }
    }
    if let priors {
      options.priors = try PriorFile(
        bytes: InputFile(path: priors).readTable(), file: priors, setting: index, model: model
      ).probabilities
    }
    if misspecify { options.likelihoodSeed = likelihoodSeed ?? seed }
    do throws(DorsalError) {
      return try CaseSimulator(model: model, options: options)
    } catch {
      throw ValidationError(error.description)
    }
  }
}
