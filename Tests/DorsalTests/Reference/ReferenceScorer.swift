import Foundation

/// The slow, obvious scorer: tables by name, loops, double precision. It reads the
/// tables of a model folder by itself and shares no code with the library.
struct ReferenceScorer {
  let causes: [String]
  let findings: [String]
  let states: [String: [String]]
  let weights: [String: Double]
  /// By setting, then cause.
  let priors: [String: [String: Double]]
  /// Of the background, by finding, then state.
  let backgrounds: [String: [String: Double]]
  /// By finding, then state, then cause.
  let likelihoods: [String: [String: [String: Double]]]

  /// Reads a model folder; `weight` is that of every finding in place of their own.
  init(folder: String, weight: Double? = nil) throws {
    func table(_ name: String) throws -> [[String: String]] {
      PlainCSV.rows(try String(contentsOfFile: folder + "/" + name, encoding: .utf8))
    }
    let findingRows = try table("findings.csv")
    causes = try table("causes.csv").map { $0["id", default: ""] }
    findings = findingRows.map { $0["id", default: ""] }
    var states: [String: [String]] = [:]
    var weights: [String: Double] = [:]
    for row in findingRows {
      states[row["id", default: ""]] = row["states", default: ""].components(separatedBy: ";")
      weights[row["id", default: ""]] = weight ?? Double(row["weight", default: ""])
    }
    self.states = states
    self.weights = weights
    var priors: [String: [String: Double]] = [:]
    for row in try table("priors.csv") {
      priors[row["setting", default: ""], default: [:]][row["cause", default: ""]] =
        Double(row["probability", default: ""])
    }
    self.priors = priors
    // As the table has them: finding, cause, state.
    var written: [String: [String: [String: Double]]] = [:]
    for row in try table("likelihoods.csv") {
      written[row["finding", default: ""], default: [:]][row["cause", default: ""], default: [:]][
        row["state", default: ""]] = Double(row["probability", default: ""])
    }
    var likelihoods: [String: [String: [String: Double]]] = [:]
    var backgrounds: [String: [String: Double]] = [:]
    for finding in findings where finding != "setting" {
      let names = states[finding, default: []]
      var background = written[finding]?["*"] ?? [:]
      let missing = names.filter { background[$0] == nil }
      for state in missing { background[state] = 1 - background.values.reduce(0, +) }
      backgrounds[finding] = background
      for cause in causes {
        let own = written[finding]?[cause] ?? [:]
        let rest = 1 - own.values.reduce(0, +)
        let others = names.filter { own[$0] == nil }
        let othersBackground = others.reduce(0) { $0 + background[$1, default: 0] }
        for state in names {
          likelihoods[finding, default: [:]][state, default: [:]][cause] =
            own[state] ?? rest * background[state, default: 0] / othersBackground
        }
      }
    }
    self.likelihoods = likelihoods
    self.backgrounds = backgrounds
  }

  /// The posterior of each cause, by name, given observed states by finding.
  func posterior(setting: String, observed: [String: String]) -> [String: Double] {
    var scores: [String: Double] = [:]
    for cause in causes {
      var score = log(priors[setting]?[cause] ?? .nan)
      for (finding, state) in observed {
        let probability = likelihoods[finding]?[state]?[cause] ?? .nan
        score += (weights[finding] ?? .nan) * log(probability)
      }
      scores[cause] = score
    }
    let greatest = scores.values.max() ?? 0
    let sum = scores.values.reduce(0) { $0 + exp($1 - greatest) }
    return scores.mapValues { exp($0 - greatest) / sum }
  }
}
