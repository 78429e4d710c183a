import Dorsal
import DorsalCore

extension Simulation {
  /// What the options ask for.
  static func options(
    _ given: Options, model: Model
  ) throws(InterfaceFault) -> CaseSimulator.Options {
    var options = CaseSimulator.Options()
    options.seed = try given.seed("seed") ?? 1
    options.setting = try given.setting(of: model)
    let missing = try given.number("missing", in: 0...1) ?? 0
    switch try given.text("missing_by") ?? "chance" {
    case "chance": options.missing = .chance(missing)
    case "workup": options.missing = .workup(missing)
    case let other:
      throw InterfaceFault(.argument, "missing_by \"\(other)\": expected chance or workup")
    }
    let correlations = try given.value("correlation") {
      tree throws(TextFault) -> (all: Double?, groups: [String: Double]) in
      guard let members = try? tree.members() else { return (try tree.number(), [:]) }
      var groups: [String: Double] = [:]
      for (group, value) in members { groups[group] = try value.number() }
      return (nil, groups)
    }
    options.correlation = correlations?.all
    options.groupCorrelations = correlations?.groups ?? [:]
    if let text = try given.text("priors") {
      do throws(DorsalError) {
        options.priors = try PriorFile(
          bytes: Array(text.utf8), file: "priors", setting: options.setting, model: model
        ).probabilities
      } catch {
        throw InterfaceFault(.argument, "\(error)")
      }
    }
    let likelihoodSeed = try given.seed("likelihood_seed")
    if try given.flag("misspecify") {
      options.likelihoodSeed = likelihoodSeed ?? options.seed
    } else if likelihoodSeed != nil {
      throw InterfaceFault(.argument, "likelihood_seed goes with misspecify")
    }
    return options
  }
}
