import Dorsal
import Foundation

/// Cases of patients with two causes, drawn finding by finding from the model's tables as they
/// stand in its folder: a binary finding by letting the background and each cause bring it
/// about on their own, any other from one of the two causes. It shares no code with the library.
struct TwoCauseCases {
  /// The cases, as a case file.
  let csv: String
  /// The two causes of each case.
  let causes: [Set<String>]

  private static let knownShare = ["history": 0.7, "pain": 0.7, "neurology": 0.7, "tests": 0.03]

  /// Draws cases of primary care: pairs in proportion to the product of their priors and
  /// their multiplier, among those that `associations.csv` has more often than by chance.
  init(_ count: Int, folder: String, seed: UInt64) throws {
    let reference = try ReferenceScorer(folder: folder)
    func table(_ name: String) throws -> [[String: String]] {
      PlainCSV.rows(try String(contentsOfFile: folder + "/" + name, encoding: .utf8))
    }
    var generator = SplitMix64(seed: seed)
    func pick<Item>(_ items: [Item], _ weights: [Double]) -> Item? {
      var rest = Double.random(in: 0..<weights.reduce(0, +), using: &generator)
      for (item, weight) in zip(items, weights) {
        rest -= weight
        if rest < 0 { return item }
      }
      return items.last
    }
    let pairs = try table("associations.csv").compactMap { row -> (Set<String>, Double)? in
      let members = [row["cause", default: ""], row["other_cause", default: ""]]
      let multiplier = Double(row["odds_multiplier", default: ""]) ?? 0
      let priors = members.map { reference.priors["primary_care"]?[$0] ?? 0 }
      return multiplier > 1 ? (Set(members), priors[0] * priors[1] * multiplier) : nil
    }
    let findings = try table("findings.csv").filter { $0["id"] != "setting" }
    var causes: [Set<String>] = []
    var lines = [(["id"] + findings.map { $0["id", default: ""] }).joined(separator: ",")]
    for index in 0..<count {
      guard let pair = pick(pairs.map(\.0), pairs.map(\.1)) else { continue }
      causes.append(pair)
      let cells = findings.map { finding -> String in
        let id = finding["id", default: ""]
        let known = Self.knownShare[finding["section", default: ""], default: 0.5]
        guard Double.random(in: 0..<1, using: &generator) < known,
          let likelihoods = reference.likelihoods[id], let states = reference.states[id]
        else { return "" }
        var state = ""
        if finding["kind"] == "binary" {
          let own = pair.map { likelihoods["present"]?[$0] ?? 0 }
          let background = reference.backgrounds[id]?["present"] ?? 0
          // Each cause on its own, and the background where a cause leaves room for it.
          var isPresent =
            Double.random(in: 0..<1, using: &generator) < min(background, own.max() ?? 0)
          for value in own where value > background {
            let strength = (value - background) / (1 - background)
            if Double.random(in: 0..<1, using: &generator) < strength { isPresent = true }
          }
          state = isPresent ? "present" : "absent"
        } else if let cause = pick(pair.sorted(), [1, 1]) {
          state = pick(states, states.map { likelihoods[$0]?[cause] ?? 0 }) ?? ""
        }
        guard finding["kind"] == "number", let place = states.firstIndex(of: state) else {
          return state
        }
        // A number of the state: its lower edge, or the least that can be meant.
        let edges = finding["edges", default: ""].components(separatedBy: ";")
        return place == 0 ? finding["minimum", default: ""] : edges[place - 1]
      }
      lines.append((["\(index)"] + cells).joined(separator: ","))
    }
    self.csv = lines.joined(separator: "\n") + "\n"
    self.causes = causes
  }
}
