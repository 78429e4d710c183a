import Dorsal
import Foundation

/// A model of any size whose numbers are random: 64 findings of 2 to 5 states with 192
/// states in all, and 40 causes, unless said otherwise.
///
/// It has no meaning, only a shape. Every cause has a likelihood of its own for every
/// finding, which is the dearest case for the loader and for intervals.
struct SyntheticModel {
  var findings = 64
  var causes = 40
  var seed: UInt64 = 1

  /// States of the findings, over and over: eight of them have 24 states.
  private static let stateCounts = [2, 3, 3, 4, 2, 2, 3, 5]
  private static let stateNames = [
    2: ["absent", "present"], 3: ["absent", "mild", "severe"],
    4: ["none", "mild", "moderate", "severe"],
    5: ["none", "trace", "mild", "moderate", "severe"],
  ]
  /// The first is the default setting of the tool; both have the same prior.
  private static let settings = ["primary_care", "emergency"]
  /// No likelihood is below this before a distribution is scaled to sum to one.
  private static let leastProbability = 0.001

  /// The tables.
  var tables: ModelTables {
    var generator = SplitMix64(seed: seed)
    let states = (0..<findings).map {
      Self.stateNames[Self.stateCounts[$0 % Self.stateCounts.count]] ?? []
    }
    let files = [
      "model.json": card, "findings.csv": findingRows(states), "causes.csv": causeRows,
      "priors.csv": priorRows(&generator), "likelihoods.csv": likelihoodRows(states, &generator),
      "red_flags.csv": "rule,urgency,finding,state,message,source\n", "losses.csv": Self.lossRows,
      "sources.csv": "key,citation,identifier\n",
    ]
    return ModelTables(origin: "synthetic", files: files.mapValues { Array($0.utf8) })
  }

  /// Writes the tables to a folder, which is made where it does not exist.
  func write(to folder: URL) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (name, bytes) in tables.files {
      try Data(bytes).write(to: folder.appendingPathComponent(name))
    }
  }

  private var card: String {
    """
    {"name": "synthetic", "version": "1", "title": "A shape", \
    "description": "\(findings) findings and \(causes) causes with random numbers, seed \(seed).", \
    "licence": "none", "intended_use": "To measure speed.", "limits": "It means nothing."}
    """
  }

  private func findingID(_ index: Int) -> String { Self.padded("f", index, of: findings) }

  private func causeID(_ index: Int) -> String {
    index == causes - 1 ? Cause.unlistedID : Self.padded("cause_", index, of: causes)
  }

  private static func padded(_ prefix: String, _ index: Int, of count: Int) -> String {
    let digits = String(index)
    let width = max(2, String(count - 1).count)
    return prefix + String(repeating: "0", count: width - digits.count) + digits
  }

  /// The setting comes last, so that the states of the findings are counted from row 0.
  private func findingRows(_ states: [[String]]) -> String {
    var text = "id,section,kind,unit,edges,states,minimum,maximum,weight,group,question\n"
    for (index, names) in states.enumerated() {
      let kind = names.count == 2 ? "binary" : "category"
      text += "\(findingID(index)),shape,\(kind),,,\(names.joined(separator: ";")),,,1,,?\n"
    }
    return text + "setting,context,category,,,\(Self.settings.joined(separator: ";")),,,1,,?\n"
  }

  private var causeRows: String {
    (0..<causes).reduce("id,group,urgency,label\n") {
      $0 + "\(causeID($1)),group_\($1 % 8),routine,\(causeID($1))\n"
    }
  }

  private func priorRows(_ generator: inout SplitMix64) -> String {
    let shares = (0..<causes).map { _ in exp(1.5 * Self.normal(&generator)) }
    let sum = shares.reduce(0, +)
    var text = "setting,cause,probability,effective_n,basis,source,note\n"
    for setting in Self.settings {
      for (cause, share) in shares.enumerated() {
        text += "\(setting),\(causeID(cause)),\(share / sum),60,assumed,,\n"
      }
    }
    return text
  }

  /// A background for each finding, and each cause's own distribution around it.
  private func likelihoodRows(_ states: [[String]], _ generator: inout SplitMix64) -> String {
    var text = "finding,state,cause,probability,effective_n,basis,source,note\n"
    for (finding, names) in states.enumerated() {
      let base = Self.distribution(names.map { _ in exp(0.8 * Self.normal(&generator)) })
      for cause in -1..<causes - 1 {
        let own =
          cause < 0 ? base : Self.distribution(base.map { $0 * exp(Self.normal(&generator)) })
        let name = cause < 0 ? "*" : causeID(cause)
        for (state, probability) in own.enumerated() {
          text += "\(findingID(finding)),\(names[state]),\(name),\(probability),60,assumed,,\n"
        }
      }
    }
    return text
  }

  private static func distribution(_ shares: [Double]) -> [Double] {
    let sum = shares.reduce(0, +)
    let floored = shares.map { max($0 / sum, leastProbability) }
    let total = floored.reduce(0, +)
    return floored.map { $0 / total }
  }

  /// About a standard normal variable: the sum of twelve even ones, less its mean.
  private static func normal(_ generator: inout SplitMix64) -> Double {
    (0..<12).reduce(-6) { sum, _ in sum + Double.random(in: 0..<1, using: &generator) }
  }

  private static var lossRows: String {
    "action,cause,loss,basis,source,note\nself_care,*,1,assumed,,\nroutine,*,0,assumed,,\n"
      + "urgent,*,0.5,assumed,,\nemergency,*,1,assumed,,\n"
  }
}
