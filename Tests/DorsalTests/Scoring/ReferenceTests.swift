import Dorsal
import Foundation
import Testing

/// The library's `Float` scorer against the reference in double precision.
@Suite struct ReferenceTests {
  /// A release build takes a million cases; a debug build would take minutes for them.
  #if DEBUG
    static let caseCount = 5000
  #else
    static let caseCount = 1_000_000
  #endif
  /// What a `Float` may be off: the bound the project sets itself.
  static let tolerance = 1e-5

  /// Log-likelihoods of the reference as an array, so that a million cases are feasible.
  private struct Lookup {
    let causes: Int
    /// By setting, then cause.
    var priors: [[Double]] = []
    /// By finding, then state, then cause; empty for the setting.
    var terms: [[[Double]]] = []

    init(_ reference: ReferenceScorer) {
      causes = reference.causes.count
      for setting in reference.states["setting", default: []] {
        priors.append(reference.causes.map { log(reference.priors[setting]?[$0] ?? .nan) })
      }
      for finding in reference.findings {
        let weight = reference.weights[finding, default: .nan]
        terms.append(
          finding == "setting"
            ? []
            : reference.states[finding, default: []].map { state in
              reference.causes.map {
                weight * log(reference.likelihoods[finding]?[state]?[$0] ?? .nan)
              }
            })
      }
    }

    func posterior(_ codes: ArraySlice<UInt8>, setting settingFinding: Int) -> [Double] {
      let first = codes.startIndex
      let setting = codes[first + settingFinding]
      var scores = priors[setting == 0 ? 0 : Int(setting) - 1]
      for finding in terms.indices where finding != settingFinding {
        let code = Int(codes[first + finding])
        guard code > 0 else { continue }
        let row = terms[finding][code - 1]
        for cause in 0..<causes { scores[cause] += row[cause] }
      }
      let greatest = scores.max() ?? 0
      var sum = 0.0
      for cause in 0..<causes {
        scores[cause] = exp(scores[cause] - greatest)
        sum += scores[cause]
      }
      for cause in 0..<causes { scores[cause] /= sum }
      return scores
    }
  }

  @Test func `random cases get the posteriors of the double-precision reference`() throws {
    let model = try Repository.model()
    let scorer = Scorer(model: model)
    let lookup = Lookup(try ReferenceScorer(folder: Repository.modelFolder))
    var generator = SplitMix64(seed: 20_010_405)
    var largest = 0.0
    var differentFirst = 0
    let blockSize = 5000
    for _ in 0..<Self.caseCount / blockSize {
      var batch = CaseBatch(findingCount: model.findings.count)
      for index in 0..<blockSize {
        // Cases with few, some and all findings known.
        let share = Double.random(in: 0...1, using: &generator)
        let codes = model.findings.map { finding in
          Double.random(in: 0..<1, using: &generator) < share
            ? UInt8.random(in: 1...UInt8(finding.states.count), using: &generator) : 0
        }
        batch.append(id: "\(index)".utf8, codes: codes)
      }
      let posteriors = scorer.score(batch)
      for index in 0..<blockSize {
        let start = index * batch.findingCount
        let expected = lookup.posterior(
          batch.codes[start..<start + batch.findingCount], setting: model.settingFinding)
        var (first, best) = (0, -1.0)
        for cause in 0..<expected.count {
          let found = Double(posteriors.probability(case: index, cause: cause))
          largest = max(largest, abs(found - expected[cause]))
          if expected[cause] > best { (first, best) = (cause, expected[cause]) }
        }
        let leading = posteriors.ranking(of: index, top: 1)[0].cause
        if leading != first, best - expected[leading] > Self.tolerance { differentFirst += 1 }
      }
    }
    print("largest difference of a posterior over \(Self.caseCount) cases: \(largest)")
    #expect(largest <= Self.tolerance)
    #expect(differentFirst == 0)
  }

  @Test func `the shipped vignettes get the posteriors of the reference that reads them by itself`()
    throws
  {
    let path = Repository.root + "/Data/vignettes.csv"
    let model = try Repository.model()
    let reference = try ReferenceScorer(folder: Repository.modelFolder)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    var reader = try CaseFileReader(source: MemoryByteSource(text), file: path, model: model)
    let file = try CaseFile(&reader, model: model)
    let posteriors = Scorer(model: model).score(file.cases)
    let rows = PlainCSV.rows(text)
    #expect(file.rejections.isEmpty)
    #expect(file.cases.count == rows.count)
    for (index, row) in rows.enumerated() {
      var observed: [String: String] = [:]
      for finding in model.findings where finding.id != "setting" {
        let cell = row[finding.id, default: ""]
        if cell.isEmpty { continue }
        observed[finding.id] =
          finding.kind == .number
          ? finding.states[finding.edges.count { (Double(cell) ?? .nan) >= $0 }] : cell
      }
      let expected = reference.posterior(
        setting: row["setting", default: "primary_care"], observed: observed)
      for (cause, definition) in model.causes.enumerated() {
        let found = Double(posteriors.probability(case: index, cause: cause))
        #expect(
          isClose(found, to: expected[definition.id, default: .nan], within: Self.tolerance),
          "\(row["id", default: ""]) \(definition.id)")
      }
    }
  }
}
