internal import DorsalCore

/// What a number rests on: its basis and the keys of its sources.
struct Ground {
  let basis: String
  let sources: [String]

  /// That of a row; of `rest`, where the number is what the rows leave of one.
  init(_ rows: [Evidence], isRest: Bool = false) {
    let basis = rows.map(\.basis).max()?.rawValue ?? "assumed"
    self.basis = isRest ? "rest of \(basis)" : basis
    sources = rows.flatMap(\.sources).uniqued()
  }

  /// Two members of JSON.
  func json(_ name: String) -> [(key: String, value: JSONValue)] {
    [
      (name + "_basis", .string(basis)),
      (name + "_sources", .array(sources.map(JSONValue.string))),
    ]
  }
}

/// What numbers of an explanation rest on that are the same for all of a finding or a cause: priors
/// of its setting and backgrounds.
struct Grounds {
  private let priors: [Int: Ground]
  private let backgrounds: [Int: [Likelihood]]

  /// - Complexity: O(rows of the tables).
  init(model: Model, setting: Int) {
    priors = Dictionary(
      model.priors.filter { $0.setting == setting }.map { ($0.cause, Ground([$0.evidence])) }
    ) { first, _ in first }
    backgrounds = Dictionary(grouping: model.likelihoods.filter { $0.cause == nil }, by: \.finding)
  }

  /// What the prior of a cause rests on.
  func prior(of cause: Int) -> Ground { priors[cause] ?? Ground([]) }

  /// What the background of a state rests on.
  func background(of finding: Int, state: Int) -> Ground {
    let rows = backgrounds[finding] ?? []
    let own = rows.filter { $0.state == state }
    return Ground((own.isEmpty ? rows : own).map(\.evidence), isRest: own.isEmpty)
  }
}

extension Model {
  /// What the table of losses rests on.
  var lossGround: (bases: [String], sources: [String]) {
    let bases = Set(losses.map(\.basis))
    return (bases.sorted().map(\.rawValue), losses.flatMap(\.sources).uniqued())
  }
}
