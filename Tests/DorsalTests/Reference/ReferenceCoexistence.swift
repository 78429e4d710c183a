import Dorsal
import Foundation

/// A random model of few causes, and P(set of causes | case) by going through every set in
/// plain loops of doubles. It keeps its own numbers and shares no code with the library.
struct ReferenceCoexistence {
  struct Finding {
    let isBinary: Bool
    let weight: Double
    /// By state.
    let background: [Double]
    /// By cause, then state; of `unlisted`, which is the last, the background.
    let likelihoods: [[Double]]
  }

  let causeCount: Int
  let findings: [Finding]
  /// By setting, then cause.
  let priors: [[Double]]
  /// Odds multipliers by pair, the smaller index first.
  let multipliers: [[Int]: Double]

  /// Draws a model: `causeCount` causes, the last of which is `unlisted`.
  init(causeCount: Int = 12, seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    func distribution(_ count: Int) -> [Double] {
      let parts = (0..<count).map { _ in Double.random(in: 0.05...1, using: &generator) }
      return parts.map { $0 / parts.reduce(0, +) }
    }
    findings = (0..<11).map { index in
      let states = index < 6 ? 2 : 3
      let background = distribution(states)
      let likelihoods = (0..<causeCount).map { cause in
        cause == causeCount - 1 ? background : distribution(states)
      }
      return Finding(
        isBinary: index < 6, weight: index % 4 == 3 ? 0.6 : 1, background: background,
        likelihoods: likelihoods)
    }
    priors = (0..<2).map { _ in
      let parts = (0..<causeCount).map { _ in
        pow(Double.random(in: 0.1...1, using: &generator), 3)
      }
      return parts.map { $0 / parts.reduce(0, +) }
    }
    // A triangle, a chain, a pair that excludes itself in part, and one of both kinds.
    multipliers = [
      [0, 1]: 8, [0, 2]: 5, [1, 2]: 3, [3, 4]: 4, [4, 5]: 6, [5, 6]: 2, [7, 8]: 0.2, [2, 9]: 0.5,
    ]
    self.causeCount = causeCount
  }

  /// The model as tables.
  var tables: ModelTables {
    var findingRows = ["id,section,kind,unit,edges,states,minimum,maximum,weight,group,question"]
    findingRows.append("setting,context,category,,,here;there,,,1,,Where?")
    var likelihoodRows = ["finding,state,cause,probability,effective_n,basis,source,note"]
    for (index, finding) in findings.enumerated() {
      let states = finding.isBinary ? ["absent", "present"] : ["low", "middle", "high"]
      findingRows.append(
        "f\(index),x,\(finding.isBinary ? "binary" : "category"),,,"
          + "\(states.joined(separator: ";")),,,\(finding.weight),,?")
      for (state, name) in states.enumerated() {
        likelihoodRows.append("f\(index),\(name),*,\(finding.background[state]),9,assumed,,")
        for cause in 0..<causeCount - 1 {
          likelihoodRows.append(
            "f\(index),\(name),\(id(cause)),\(finding.likelihoods[cause][state]),9,assumed,,")
        }
      }
    }
    var causeRows = ["id,group,urgency,label"]
    var priorRows = ["setting,cause,probability,effective_n,basis,source,note"]
    for cause in 0..<causeCount { causeRows.append("\(id(cause)),g,routine,C") }
    for (setting, name) in ["here", "there"].enumerated() {
      for cause in 0..<causeCount {
        priorRows.append("\(name),\(id(cause)),\(priors[setting][cause]),9,assumed,,")
      }
    }
    var associationRows = ["cause,other_cause,odds_multiplier,basis,source,note"]
    for (pair, multiplier) in multipliers.sorted(by: { $0.key[0] < $1.key[0] }) {
      associationRows.append("\(id(pair[1])),\(id(pair[0])),\(multiplier),assumed,,")
    }
    let small = SmallModel()
    let texts = [
      "model.json": small.card, "findings.csv": findingRows.joined(separator: "\n"),
      "causes.csv": causeRows.joined(separator: "\n"),
      "priors.csv": priorRows.joined(separator: "\n"),
      "likelihoods.csv": likelihoodRows.joined(separator: "\n"),
      "red_flags.csv": "rule,urgency,finding,state,message,source\n",
      "losses.csv": "action,cause,loss,basis,source,note\n"
        + ["self_care", "routine", "urgent", "emergency"].map { "\($0),*,1,assumed,,\n" }.joined(),
      "associations.csv": associationRows.joined(separator: "\n"), "sources.csv": small.sources,
    ]
    return ModelTables(origin: "random", files: texts.mapValues { Array($0.utf8) })
  }

  func id(_ cause: Int) -> String { cause == causeCount - 1 ? "unlisted" : "c\(cause)" }

  /// Random cases: about a third of the findings is unknown, a state is as likely as another.
  func cases(_ count: Int, seed: UInt64) -> CaseBatch {
    var generator = SplitMix64(seed: seed)
    var batch = CaseBatch(findingCount: findings.count + 1)
    for index in 0..<count {
      let setting = UInt8.random(in: 0...2, using: &generator)
      let codes = findings.map { finding -> UInt8 in
        Double.random(in: 0..<1, using: &generator) < 0.35
          ? 0 : UInt8.random(in: 1...UInt8(finding.background.count), using: &generator)
      }
      batch.append(id: "\(index)".utf8, codes: [setting] + codes)
    }
    return batch
  }

  /// Every set of up to `size` causes: those alone first, then by size, in lexical order.
  func sets(upTo size: Int) -> [[Int]] {
    let all = (0..<causeCount).map { [$0] }
    let larger = (1..<(1 << (causeCount - 1))).map { mask in
      (0..<causeCount - 1).filter { mask >> $0 & 1 == 1 }
    }.filter { $0.count > 1 && $0.count <= size }
    return all
      + larger.sorted { ($0.count, "\($0.map { $0 + 10 })") < ($1.count, "\($1.map { $0 + 10 })") }
  }

  /// The weight of a set: priors, multipliers along the greatest forest (tried out by adding
  /// the strongest link that joins two trees), those below one all, and the likelihoods.
  func weight(of set: [Int], codes: [UInt8]) -> Double {
    let setting = codes[0] == 0 ? 0 : Int(codes[0]) - 1
    var weight = 1.0
    for cause in set { weight *= priors[setting][cause] }
    var trees = set.map { [$0] }
    var links = multipliers.filter { set.contains($0.key[0]) && set.contains($0.key[1]) }
    for (_, multiplier) in links where multiplier < 1 { weight *= multiplier }
    links = links.filter { $0.value > 1 }
    while let (pair, multiplier) = links.max(by: { $0.value < $1.value }) {
      links[pair] = nil
      guard let one = trees.firstIndex(where: { $0.contains(pair[0]) }),
        let other = trees.firstIndex(where: { $0.contains(pair[1]) }), one != other
      else { continue }
      weight *= multiplier
      trees[one] += trees[other]
      trees.remove(at: other)
    }
    for (index, finding) in findings.enumerated() where codes[index + 1] != 0 {
      let state = Int(codes[index + 1]) - 1
      weight *= pow(probability(of: state, finding, set), finding.weight)
    }
    return weight
  }

  private func probability(of state: Int, _ finding: Finding, _ set: [Int]) -> Double {
    let own = set.map { finding.likelihoods[$0][state] }
    guard finding.isBinary, set.count > 1 else { return own.reduce(0, +) / Double(set.count) }
    let leak = finding.background[1]
    let present = set.map { finding.likelihoods[$0][1] }
    let raising = present.filter { $0 > leak }
    if raising.isEmpty {
      let greatest = present.max() ?? 0
      return state == 1 ? greatest : 1 - greatest
    }
    var absent = 1 - leak
    for value in raising {
      let strength = (value - leak) / (1 - leak)
      absent *= 1 - strength
    }
    return state == 1 ? 1 - absent : absent
  }
}
