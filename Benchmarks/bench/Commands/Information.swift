import ArgumentParser
import Dispatch
import Dorsal
import Foundation

/// `dorsal-bench information`: the expected information of every unknown finding, for cases in
/// memory as state codes, posteriors included; on one thread.
///
/// The model has the shape that speed is compared on: 64 findings of 192 states, 40 causes,
/// half of the findings unknown. Its numbers are random.
struct Information: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Time the information of every unknown finding, after proving the answers right.")

  @Option(name: .long, help: "How many random cases.")
  var cases = 20_000

  @Option(name: .long, help: "How often the measurement is repeated.")
  var repeats = 7

  @Option(name: .long, help: "Where the random numbers begin.")
  var seed: UInt64 = 1

  @Flag(name: .long, help: "The appraisal in full: value and chance of change too.")
  var full = false

  func validate() throws {
    if cases < 1 || repeats < 1 { throw ValidationError("--cases and --repeats are at least 1") }
  }

  func run() throws {
    var generator = SplitMix64(seed: seed)
    let model = try InformationModel(using: &generator).load()
    let scorer = Scorer(model: model)
    let suggester = Suggester(scorer: scorer)
    var batch = CaseBatch(findingCount: model.findings.count)
    for index in 0..<cases {
      let codes = model.findings.indices.map { finding -> UInt8 in
        guard finding != model.settingFinding, Bool.random(using: &generator) else { return 0 }
        return UInt8.random(in: 1...UInt8(model.findings[finding].states.count), using: &generator)
      }
      batch.append(id: "case-\(index)".utf8, codes: codes)
    }
    let error = greatestError(suggester, batch)
    guard error <= 5e-6 else {
      throw CleanExit.message("not timed, the answer is wrong by \(error)")
    }
    var seconds: [Double] = []
    for _ in 0..<repeats {
      let start = DispatchTime.now()
      let posteriors = scorer.score(batch)
      var sum = 0.0
      if full {
        for appraisals in suggester.appraise(batch, posteriors: posteriors) {
          sum += appraisals[0].information
        }
      } else {
        let information = suggester.information(of: batch, posteriors: posteriors)
        sum = Double(information.elements.count)
      }
      let end = DispatchTime.now()
      precondition(sum > 0, "the answer is used")
      seconds.append(Double(end.uptimeNanoseconds - start.uptimeNanoseconds) / 1e9)
    }
    seconds.sort()
    let median = seconds[seconds.count / 2]
    print(
      JSONValue.object([
        ("workload", .string(full ? "appraisal" : "information")), ("cases", .integer(cases)),
        ("median_s", .number(median)), ("min_s", .number(seconds[0])),
        ("cases_per_s", .number(Double(cases) / median)), ("greatest_error_bits", .number(error)),
        ("core", .string(BLAS.coreName)),
      ]).text)
  }

  /// The posterior in double precision from the evidence as the scorer holds it: what its
  /// grid of 2⁻²² nats or so moves is the scorer's, and not looked at here.
  private func posterior(of index: Int, in batch: CaseBatch, scorer: Scorer) -> [Double] {
    let causes = scorer.model.causes.count
    var scores = [Double](repeating: 0, count: causes)
    for finding in scorer.model.findings.indices {
      let state =
        finding == scorer.model.settingFinding
        ? scorer.setting(of: index, in: batch) : batch.state(of: finding, case: index)
      guard let state else { continue }
      let row = scorer.model.likelihoodTable.firstStateRow[finding] + state
      for cause in 0..<causes { scores[cause] += scorer.evidence.values[row * causes + cause] }
    }
    let greatest = scores.max() ?? 0
    let terms = scores.map { exp($0 - greatest) }
    let sum = terms.reduce(0, +)
    return terms.map { $0 / sum }
  }

  /// The greatest difference to plain loops in double precision, over some cases, in bits.
  private func greatestError(_ suggester: Suggester, _ batch: CaseBatch) -> Double {
    let model = suggester.scorer.model
    let table = model.likelihoodTable
    let found = suggester.information(
      of: batch, posteriors: suggester.scorer.score(batch))
    var greatest = 0.0
    for index in stride(from: 0, to: batch.count, by: max(1, batch.count / 500)) {
      let q = posterior(of: index, in: batch, scorer: suggester.scorer)
      for (finding, definition) in model.findings.enumerated()
      where finding != model.settingFinding && batch.state(of: finding, case: index) == nil {
        var bits = 0.0
        for state in definition.states.indices {
          let row = table.firstStateRow[finding] + state
          let shares = q.indices.map { q[$0] * table.probability(stateRow: row, cause: $0) }
          let sum = shares.reduce(0, +)
          for (cause, share) in shares.enumerated() where share > 0 {
            bits += share * log2(share / (sum * q[cause]))
          }
        }
        greatest = max(greatest, abs(Double(found[index, finding]) - bits))
      }
    }
    return greatest
  }
}

/// The tables of a model of 64 findings with 192 states and 40 causes.
private struct InformationModel {
  private static let stateCounts = [2, 3, 3, 4, 2, 2, 3, 5]
  private static let causeCount = 40
  private var findings =
    "id,section,kind,unit,edges,states,minimum,maximum,weight,group,question\n"
    + "setting,context,category,,,here;there,,,1,,Where?\n"
  private var causes = "id,group,urgency,label\n"
  private var priors = "setting,cause,probability,effective_n,basis,source,note\n"
  private var likelihoods = "finding,state,cause,probability,effective_n,basis,source,note\n"

  init(using generator: inout SplitMix64) {
    /// Skewed shares of one.
    func distribution(_ count: Int) -> [Double] {
      let parts = (0..<count).map { _ -> Double in
        let u = Double.random(in: 0.05..<1, using: &generator)
        return u * u
      }
      let sum = parts.reduce(0, +)
      return parts.map { $0 / sum }
    }
    let names = (0..<Self.causeCount).map { $0 == Self.causeCount - 1 ? "unlisted" : "cause_\($0)" }
    for name in names { causes += "\(name),group,routine,\(name)\n" }
    for setting in ["here", "there"] {
      for (name, share) in zip(names, distribution(names.count)) {
        priors += "\(setting),\(name),\(share),60,assumed,,\n"
      }
    }
    for finding in 0..<64 {
      let count = Self.stateCounts[finding % Self.stateCounts.count]
      let states = (0..<count).map { "s\($0)" }
      findings += "f\(finding),history,category,,,\(states.joined(separator: ";")),,,1,,?\n"
      for name in ["*"] + names.dropLast() {
        for (state, share) in zip(states, distribution(count)) {
          likelihoods += "f\(finding),\(state),\(name),\(share),60,assumed,,\n"
        }
      }
    }
  }

  func load() throws -> Model {
    let losses = ["self_care,*,1", "routine,*,0", "urgent,*,0.5", "emergency,*,1"]
    let files = [
      "model.json": """
      {"name": "shape", "version": "1", "title": "A shape", "description": "Random numbers.", \
      "licence": "none", "intended_use": "To measure speed.", "limits": "It means nothing."}
      """,
      "findings.csv": findings, "causes.csv": causes, "priors.csv": priors,
      "likelihoods.csv": likelihoods,
      "red_flags.csv": "rule,urgency,finding,state,message,source\n",
      "losses.csv": "action,cause,loss,basis,source,note\n"
        + losses.map { $0 + ",assumed,,\n" }.joined(),
      "sources.csv": "key,citation,identifier\n",
    ]
    return try Model(
      tables: ModelTables(origin: "shape", files: files.mapValues { Array($0.utf8) }))
  }
}
