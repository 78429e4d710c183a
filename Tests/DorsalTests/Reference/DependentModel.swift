import Dorsal

/// A model of random numbers whose findings hang on each other, and what it means, reckoned in
/// plain loops: group `g` has f0, f1 (falling) and f2, group `h` has f3 and f4, f5 is the parent
/// of f6 and f7, and f8 hangs on nothing.
struct DependentModel {
  static let stateCounts = [2, 3, 2, 3, 2, 3, 2, 3, 2]
  static let causeIDs = ["a", "b", "c", "unlisted"]
  static let groups: [(id: String, correlation: Double, members: [(finding: Int, rising: Bool)])] =
    [
      ("g", 0.4, [(0, true), (1, false), (2, true)]),
      ("h", 0.25, [(3, true), (4, true)]),
    ]
  /// By the child: its parent, and log-odds by the parent's state and its own.
  static let parents: [(finding: Int, parent: Int, logOdds: [[Double]])] = [
    (6, 5, [[0, -2], [0, 0], [0, 1.5]]),
    (7, 5, [[0, 0.5, -1], [0, 0, 0], [0, -0.7, 2]]),
  ]

  /// `likelihoods[cause][finding][state]`; the last cause has the background.
  var likelihoods: [[[Double]]] = []
  var priors: [Double] = []
  var groupRows: [String]
  var parentRows: [String]

  init(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    func distribution(_ count: Int) -> [Double] {
      let parts = (0..<count).map { _ in Double.random(in: 0.05..<1, using: &generator) }
      let sum = parts.reduce(0, +)
      // What a table holds adds up to one in decimals.
      let rounded = parts.dropLast().map { ($0 / sum * 1e6).rounded() / 1e6 }
      return rounded + [((1 - rounded.reduce(0, +)) * 1e6).rounded() / 1e6]
    }
    likelihoods = Self.causeIDs.map { _ in Self.stateCounts.map(distribution) }
    priors = distribution(Self.causeIDs.count)
    groupRows = Self.groups.flatMap { group in
      group.members.map {
        "\(group.id),f\($0.finding),\(group.correlation),\($0.rising ? 1 : -1),assumed,"
      }
    }
    parentRows = Self.parents.flatMap { link in
      link.logOdds.enumerated().flatMap { parentState, row in
        row.enumerated().compactMap { state, logOdds in
          logOdds == 0
            ? nil : "f\(link.finding),s\(state),f\(link.parent),s\(parentState),\(logOdds),assumed,"
        }
      }
    }
  }

  static let groupHeader = "group,finding,correlation,direction,basis,source"
  static let parentHeader = "finding,state,parent,parent_state,log_odds,basis,source"

  var files: [String: [UInt8]] {
    var findings = [
      "id,section,kind,unit,edges,states,minimum,maximum,question",
      "setting,context,category,,,here;there,,,Where?",
    ]
    var rows = ["finding,state,cause,probability,effective_n,basis,source,note"]
    for (finding, count) in Self.stateCounts.enumerated() {
      let states = (0..<count).map { "s\($0)" }
      findings.append("f\(finding),x,category,,,\(states.joined(separator: ";")),,,?")
      for state in 0..<count {
        for (cause, id) in Self.causeIDs.enumerated() {
          let name = id == "unlisted" ? "*" : id
          rows.append(
            "f\(finding),s\(state),\(name),\(likelihoods[cause][finding][state]),9,assumed,,")
        }
      }
    }
    var priorRows = ["setting,cause,probability,effective_n,basis,source,note"]
    for setting in ["here", "there"] {
      for (cause, id) in Self.causeIDs.enumerated() {
        priorRows.append("\(setting),\(id),\(priors[cause]),9,assumed,,")
      }
    }
    let losses = ["self_care", "routine", "urgent", "emergency"].enumerated().flatMap {
      rank, action in
      ["\(action),*,\(rank),assumed,,", "\(action),a,\(9 - 3 * rank),assumed,,"]
    }
    var texts = [
      "model.json": SmallModel().card, "findings.csv": Self.text(findings),
      "causes.csv": Self.text(
        ["id,group,urgency,label"] + Self.causeIDs.map { "\($0),g,routine,C" }),
      "priors.csv": Self.text(priorRows), "likelihoods.csv": Self.text(rows),
      "red_flags.csv": "rule,urgency,finding,state,message,source\n",
      "losses.csv": Self.text(["action,cause,loss,basis,source,note"] + losses),
      "sources.csv": SmallModel().sources,
    ]
    if !groupRows.isEmpty { texts["groups.csv"] = Self.text([Self.groupHeader] + groupRows) }
    if !parentRows.isEmpty { texts["parents.csv"] = Self.text([Self.parentHeader] + parentRows) }
    return texts.mapValues { Array($0.utf8) }
  }

  static func text(_ rows: [String]) -> String { rows.map { $0 + "\n" }.joined() }

  func model() throws -> Model {
    try Model(tables: ModelTables(origin: "dependent", files: files))
  }

  /// Random cases, about a third of the findings unknown.
  func cases(_ count: Int, seed: UInt64, model: Model) -> CaseBatch {
    var generator = SplitMix64(seed: seed)
    var batch = CaseBatch(model: model)
    for index in 0..<count {
      let codes = Self.stateCounts.map { states -> UInt8 in
        Double.random(in: 0..<1, using: &generator) < 0.35
          ? 0 : UInt8.random(in: 1...UInt8(states), using: &generator)
      }
      batch.append(id: "\(index)".utf8, codes: [1] + codes)
    }
    return batch
  }

  // MARK: What it means

  /// P(known states | cause); `states[finding]` is nothing where it is unknown.
  func probability(of states: [Int?], cause: Int) -> Double {
    var product = 1.0
    var rest = Set(states.indices)
    for group in Self.groups {
      let members = group.members.filter { states[$0.finding] != nil }
      for member in group.members { rest.remove(member.finding) }
      guard !members.isEmpty else { continue }
      let (nodes, weights) = Self.gaussHermite
      var sum = 0.0
      let given = members.map {
        Self.given(
          factorAt: nodes, weights, margins: likelihoods[cause][$0.finding],
          correlation: group.correlation, rising: $0.rising)
      }
      for node in nodes.indices {
        var term = weights[node]
        for (member, table) in zip(members, given) {
          term *= table[node][states[member.finding] ?? 0]
        }
        sum += term
      }
      product *= sum
    }
    for link in Self.parents {
      guard let parent = states[link.parent], let own = states[link.finding] else { continue }
      rest.remove(link.finding)
      let parents = likelihoods[cause][link.parent]
      let joint = Self.scaled(
        link.logOdds.map { $0.map(Self.exponential) }, rows: parents,
        columns: likelihoods[cause][link.finding])
      product *= joint[parent][own] / parents[parent]
    }
    for finding in rest {
      if let state = states[finding] { product *= likelihoods[cause][finding][state] }
    }
    return product
  }

  /// The posterior of every cause.
  func posterior(of states: [Int?]) -> [Double] {
    let terms = priors.indices.map { priors[$0] * probability(of: states, cause: $0) }
    let sum = terms.reduce(0, +)
    return terms.map { $0 / sum }
  }

  /// P(state | factor) of a finding of a group: `[node][state]`.
  private static func given(
    factorAt nodes: [Double], _ weights: [Double], margins: [Double], correlation: Double,
    rising: Bool
  ) -> [[Double]] {
    let count = margins.count
    let table = nodes.map { node in
      (0..<count).map { state -> Double in
        // The share of patients in lower places, by the direction.
        let below = (0..<count).filter { rising ? $0 < state : $0 > state }.map { margins[$0] }
        let low = below.reduce(0, +)
        let high = low + margins[state]
        func limit(_ p: Double) -> Double {
          (quantile(p) - correlation.squareRoot() * node) / (1 - correlation).squareRoot()
        }
        let (a, b) = (low < 1e-9 ? -40 : limit(low), high > 1 - 1e-9 ? 40 : limit(high))
        let between = a > 0 ? normal(-a) - normal(-b) : normal(b) - normal(a)
        return max(between, 1e-12)
      }
    }
    let joint = scaled(table, rows: weights, columns: margins)
    return nodes.indices.map { node in joint[node].map { $0 / weights[node] } }
  }
}
