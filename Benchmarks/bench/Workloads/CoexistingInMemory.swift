import Dorsal
import Synchronization

/// Sets of causes, on a model and cases of the shape that other tools were timed on: 40 causes
/// and `unlisted`, which make 821 hypotheses up to pairs; 64 findings with 192 states, half of
/// them unknown.
final class CoexistingInMemory: Workload {
  /// What is computed.
  enum Part: Sendable { case posteriors, everything }

  let part: Part
  let scorer: CoexistenceScorer
  let batch: CaseBatch
  let model: Model

  /// Posteriors go to memory that is there.
  private let matrix: Mutex<Matrix>

  let threads = 1
  var name: String { part == .posteriors ? "coexisting" : "coexisting-all" }
  var summary: String {
    part == .posteriors
      ? "821 sets of causes, posteriors and top 5" : "the same, P(cause present) and the bound"
  }
  var cases: Int { batch.count }
  var cost: Cost {
    Cost(operations: 2 * Double(batch.count) * 192 * Double(scorer.hypotheses.count))
  }

  private static let stateCounts = (0..<64).map { [2, 3, 3, 4, 2, 2, 3, 5][$0 % 8] }

  /// - Parameter cases: How many cases.
  init(part: Part, cases: Int, seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let model = try Model(tables: Self.tables(&generator))
    self.part = part
    self.model = model
    scorer = CoexistenceScorer(scorer: Scorer(model: model))
    var batch = CaseBatch(findingCount: 65)
    for index in 0..<cases {
      let codes = Self.stateCounts.map { count -> UInt8 in
        generator.next() >> 63 == 0 ? 0 : UInt8.random(in: 1...UInt8(count), using: &generator)
      }
      batch.append(id: "\(index)".utf8, codes: [0] + codes)
    }
    self.batch = batch
    matrix = Mutex(
      Matrix(rowCount: part == .posteriors ? cases : 0, columnCount: scorer.hypotheses.count))
  }

  private static func tables(_ generator: inout SplitMix64) -> ModelTables {
    func distribution(_ count: Int) -> [Double] {
      let parts = (0..<count).map { _ in Double.random(in: 0.02...1, using: &generator) }
      return parts.map { $0 / parts.reduce(0, +) }
    }
    let causes = (0..<40).map { "c\($0)" }
    var findings = ["id,section,kind,unit,edges,states,minimum,maximum,weight,group,question"]
    findings.append("setting,x,category,,,one;two,,,1,,?")
    var likelihoods = ["finding,state,cause,probability,effective_n,basis,source,note"]
    for (index, count) in stateCounts.enumerated() {
      let states = count == 2 ? ["absent", "present"] : (0..<count).map { "s\($0)" }
      let kind = count == 2 ? "binary" : "category"
      findings.append("f\(index),x,\(kind),,,\(states.joined(separator: ";")),,,1,,?")
      for cause in ["*"] + causes {
        for (state, probability) in zip(states, distribution(count)) {
          likelihoods.append("f\(index),\(state),\(cause),\(probability),9,assumed,,")
        }
      }
    }
    var priors = ["setting,cause,probability,effective_n,basis,source,note"]
    for setting in ["one", "two"] {
      for (cause, probability) in zip(causes + ["unlisted"], distribution(41)) {
        priors.append("\(setting),\(cause),\(probability),9,assumed,,")
      }
    }
    let losses =
      ["action,cause,loss,basis,source,note"]
      + ["self_care", "routine", "urgent", "emergency"].map { "\($0),*,1,assumed,," }
    let texts = [
      "model.json": """
      {"name": "bench", "version": "1", "title": "Bench", "description": "Random.",
       "licence": "none", "intended_use": "timing", "limits": "all"}
      """,
      "findings.csv": findings.joined(separator: "\n"),
      "causes.csv":
        (["id,group,urgency,label"]
        + (causes + ["unlisted"]).map { "\($0),g,routine,C" }).joined(separator: "\n"),
      "priors.csv": priors.joined(separator: "\n"),
      "likelihoods.csv": likelihoods.joined(separator: "\n"),
      "red_flags.csv": "rule,urgency,finding,state,message,source\n",
      "losses.csv": losses.joined(separator: "\n"), "sources.csv": "key,citation,identifier\n",
    ]
    return ModelTables(origin: "bench", files: texts.mapValues { Array($0.utf8) })
  }

  /// A few cases by products of probabilities in plain loops.
  func check() throws -> Checked {
    let table = model.likelihoodTable
    let posteriors = scorer.posteriors(batch)
    var checked = Checked()
    for index in stride(from: 0, to: batch.count, by: max(1, batch.count / 20)) {
      var weights: [Double] = []
      for hypothesis in 0..<scorer.hypotheses.count {
        let set = scorer.hypotheses.causes(of: hypothesis)
        var weight = set.reduce(1.0) { $0 * model.priorTable[$1] }
        for finding in 1...64 {
          guard let state = batch.state(of: finding, case: index) else { continue }
          let row = table.firstStateRow[finding] + state
          let own = set.map { table.probability(stateRow: row, cause: $0) }
          var likelihood = own.reduce(0, +) / Double(own.count)
          if Self.stateCounts[finding - 1] == 2, set.count == 2 {
            let present = set.map {
              table.probability(stateRow: table.firstStateRow[finding] + 1, cause: $0)
            }
            let leak = table.background[table.firstStateRow[finding] + 1]
            let q = present.map { max(0, ($0 - leak) / (1 - leak)) }
            let raised = 1 - (1 - leak) * (1 - q[0]) * (1 - q[1])
            let greatest = max(present[0], present[1])
            let both = greatest < leak ? greatest : raised
            likelihood = state == 1 ? both : 1 - both
          }
          weight *= likelihood
        }
        weights.append(weight)
      }
      let sum = weights.reduce(0, +)
      checked.cases += 1
      for (hypothesis, weight) in weights.enumerated() {
        let difference = abs(Double(posteriors[index, hypothesis]) - weight / sum)
        // 65 terms, each off by up to 2^-23 nats.
        if difference > 1e-5 {
          throw WrongAnswer("case \(index): a posterior is off by \(difference)")
        }
      }
    }
    return checked
  }

  func run() {
    switch part {
    case .posteriors:
      let leading = matrix.withLock { scorer.writePosteriors(batch, top: 5, into: &$0) }
      precondition(leading.probabilities.reduce(0, +) > 0, "the ranking is used")
    case .everything:
      let answer = scorer.score(batch)
      precondition(answer.present[0, 0] >= 0, "the answer is used")
    }
  }
}
