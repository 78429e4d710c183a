import Foundation

/// A published predictive value, ratio or share, said in the vocabulary: a row of
/// `Fixtures/published_values.csv`, and what a model's tables give for it.
///
/// Findings are independent given the cause, so what a combination of items does under a cause
/// is a convolution of their points. Weights of findings are of evidence and play no part in it:
/// `PublishedValue+Weights.swift` has what is said with them. Nothing here uses the library.
struct PublishedValue {
  let key: String
  let kind: String
  let value: Double?
  let lower: Double
  let upper: Double
  let row: [String: String]

  init(_ row: [String: String]) {
    self.row = row
    key = row["key", default: ""]
    kind = row["kind", default: ""]
    value = Double(row["value", default: ""])
    lower = Double(row["lower", default: ""]) ?? -.infinity
    upper = Double(row["upper", default: ""]) ?? .infinity
  }

  /// Whether it is held against a model; otherwise its note says why not.
  var isUsed: Bool { kind != "left_out" }
  /// What is said of how it was put, or why it was left out.
  var note: String { row["note", default: ""] }

  /// A list of `finding=state:number|state:number`.
  static func parts(_ text: String) -> (finding: String, numbers: [String: Double]) {
    let halves = text.components(separatedBy: "=")
    var numbers: [String: Double] = [:]
    for part in halves[1].components(separatedBy: "|") {
      let pair = part.components(separatedBy: ":")
      numbers[pair[0]] = pair.count > 1 ? Double(pair[1]) : 1
    }
    return (halves[0], numbers)
  }

  /// The patients of a study, by cause in the order of the model.
  struct Patients {
    /// How many have each cause, in units of the prior.
    let shares: [Double]
    /// Whether each is a cause that the value is about.
    let sought: [Bool]
    /// P(state | cause) of the findings that patients were chosen by.
    fileprivate let chosen: [String: [[String: Double]]]
    fileprivate let model: ReferenceScorer

    /// P(state | cause) among them.
    func probability(_ finding: String, _ state: String, _ cause: Int) -> Double {
      if let own = chosen[finding] { return own[cause][state, default: 0] }
      return model.likelihoods[finding]?[state]?[model.causes[cause]] ?? .nan
    }
  }

  /// The patients of the study as the tables have them.
  func patients(in model: ReferenceScorer, groups: [String: String]) -> Patients {
    var shares = model.causes.map { model.priors[row["setting", default: ""]]?[$0] ?? .nan }
    var chosen: [String: [[String: Double]]] = [:]
    for text in row["among", default: ""].components(separatedBy: ";") where !text.isEmpty {
      let (finding, numbers) = Self.parts(text)
      var states: [[String: Double]] = []
      for (index, cause) in model.causes.enumerated() {
        var own: [String: Double] = [:]
        for state in model.states[finding, default: []] {
          own[state] =
            numbers[state, default: 0] * (model.likelihoods[finding]?[state]?[cause] ?? .nan)
        }
        let sum = own.values.reduce(0, +)
        shares[index] *= sum
        states.append(own.mapValues { $0 / max(sum, 1e-300) })
      }
      chosen[finding] = states
    }
    let names = row["causes", default: ""].components(separatedBy: "|")
    return Patients(
      shares: shares,
      sought: model.causes.map { names.contains($0) || names.contains(groups[$0] ?? "") },
      chosen: chosen, model: model)
  }

  /// The items of a combination, and how many points make it positive.
  var combination: (items: [String], points: ClosedRange<Int>) {
    let least = Int(row["least", default: ""]) ?? 0
    let most = Int(row["most", default: ""]) ?? 0
    return (
      row["items", default: ""].components(separatedBy: ";").filter { !$0.isEmpty }, least...most
    )
  }

  /// What the tables give: a probability, a ratio or a share, by the kind.
  func value(in model: ReferenceScorer, groups: [String: String]) -> Double {
    let patients = patients(in: model, groups: groups)
    let (shares, sought) = (patients.shares, patients.sought)
    func probability(_ finding: String, _ state: String, _ index: Int) -> Double {
      patients.probability(finding, state, index)
    }
    let (items, range) = combination
    let positive = model.causes.indices.map { index in
      var points = [0: 1.0]
      for item in items {
        var own: [Int: Double] = [:]
        if item.contains("+") {
          // Any of several findings.
          let none = item.components(separatedBy: "+").reduce(1.0) { product, text in
            let (finding, states) = Self.parts(text)
            return product * (1 - states.keys.reduce(0) { $0 + probability(finding, $1, index) })
          }
          own = [0: none, 1: 1 - none]
        } else {
          let (finding, states) = Self.parts(item)
          for state in model.states[finding, default: []] {
            own[Int(states[state, default: 0]), default: 0] += probability(finding, state, index)
          }
        }
        var next: [Int: Double] = [:]
        for (a, x) in points {
          for (b, y) in own { next[a + b, default: 0] += x * y }
        }
        points = next
      }
      return points.reduce(0) { $0 + (range.contains($1.key) ? $1.value : 0) }
    }
    func share(_ wanted: Bool) -> Double {
      let chosen = model.causes.indices.filter { sought[$0] == wanted }
      return chosen.reduce(0) { $0 + shares[$1] * positive[$1] }
        / chosen.reduce(0) { $0 + shares[$1] }
    }
    func odds(_ share: Double) -> Double { share / (1 - share) }
    switch kind {
    case "ppv":
      let all = model.causes.indices.reduce(0) { $0 + shares[$1] * positive[$1] }
      return model.causes.indices.reduce(0) {
        $0 + (sought[$1] ? shares[$1] * positive[$1] : 0)
      } / all
    case "lr": return share(true) / share(false)
    case "odds_ratio": return odds(share(true)) / odds(share(false))
    case "sens": return share(true)
    case "spec": return 1 - share(false)
    case "share": return share(false)
    default: return .nan
    }
  }

  /// By what factor a value is off: of the odds for probabilities, from the published value, or
  /// from the limit that is crossed where only a limit is published; at least 1.
  func factor(of found: Double) -> Double {
    let isProbability = ["ppv", "sens", "spec", "share"].contains(kind)
    func scale(_ x: Double) -> Double { isProbability ? x / (1 - x) : x }
    let target = value ?? (found < lower ? lower : found > upper ? upper : found)
    let ratio = scale(found) / scale(target)
    return max(ratio, 1 / ratio)
  }
}
