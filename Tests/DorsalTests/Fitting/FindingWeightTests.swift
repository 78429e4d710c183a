import Dorsal
import Foundation
import Testing

/// The weight of a model from nothing finds how far findings repeat each other.
@Suite struct FindingWeightTests {
  /// A table of two causes and six signs that are independent given the cause, each in so many
  /// columns.
  private func table(rows: Int, copies: Int) -> String {
    var random = SplitMix64(seed: 7)
    let shares = [0.7, 0.6, 0.65, 0.35, 0.4, 0.3]
    let names = shares.indices.flatMap { sign in (0..<copies).map { "s\(sign)_\($0)" } }
    var text = "id,diagnosis," + names.joined(separator: ",") + "\n"
    for row in 0..<rows {
      let isTumour = Double.random(in: 0..<1, using: &random) < 0.4
      text += "p\(row),\(isTumour ? "tumour" : "strain")"
      for share in shares {
        let present = Double.random(in: 0..<1, using: &random) < (isTumour ? share : 1 - share)
        for _ in 0..<copies { text += present ? ",present" : ",absent" }
      }
      text += "\n"
    }
    return text
  }

  private func weight(_ text: String, told: Double? = nil) async throws -> Double {
    let table = try await InferredTable(
      bytes: Array(text.utf8), file: "t.csv", options: InferredTable.Options())
    let fit = try LocalFit(
      from: table, name: "fresh", pseudoCount: 0.5, findingWeight: told)
    let scorer = Scorer(model: fit.model)
    var reader = try CaseFileReader(
      source: MemoryByteSource(table.caseFile), file: "t.csv", model: fit.model)
    let cases = try await LocalCases(
      &reader, scorer: scorer, keepsCases: false, repeatedIDs: .reject, threads: 2)
    let fitted = try fit.fitted(
      cases, from: LocalSource(file: "t.csv", date: "2026-03-01", checksum: "0"), scorer: scorer)
    let model = try Model(tables: fitted.tables)
    let weight = try #require(fitted.findingWeight)
    #expect(model.findings[0].weight == 1)
    #expect(model.findings.dropFirst().allSatisfy { $0.weight == weight })
    return weight
  }

  /// A finding in two columns counts twice, so that a half makes it right; in three a third. By
  /// Fisher's information of the 64 patterns of signs the standard error of the slope of 3,000 cases
  /// is 0.036, of which four are 0.143, and as much less as there are copies.
  @Test(.serialized, arguments: [(1, 0.857...1.0), (2, 0.428...0.572), (3, 0.285...0.382)])
  func `findings that stand several times count once`(
    copies: Int, range: ClosedRange<Double>
  ) async throws {
    let found = try await weight(table(rows: 3000, copies: copies))
    #expect(range.contains(found), "\(found)")
  }

  /// Two cases say next to nothing of a weight, and 0.8 is expected.
  @Test func `few cases keep the weight that is expected`() async throws {
    let text = "id,diagnosis,sign\na,tumour,present\nb,strain,absent\nc,tumour,absent\n"
    let found = try await weight(text)
    #expect(0.7...0.9 ~= found, "\(found)")
  }

  @Test func `a weight that is told is taken`() async throws {
    #expect(try await weight(table(rows: 50, copies: 2), told: 0.37) == 0.37)
  }

  /// A weight is the power of posterior over prior, which is what the evidence multiplies it by.
  @Test(arguments: [0.25, 0.5, 1.0]) func `the loss is that of tempered evidence`(
    weight: Double
  ) throws {
    let model = try SmallModel().load()
    let causes = model.causes.count
    let drawn = DrawnCases(
      40, scales: [1, 1, 1], offsets: [0, 0, 0], seed: 3)
    let labelled = drawn.labelled(model: model)
    var expected = 0.0
    for index in 0..<labelled.count {
      let prior = Int(labelled.settings[index]) * causes
      let terms = (0..<causes).map { cause in
        let p = model.priorTable[prior + cause]
        let posterior = exp(Double(labelled.logPosteriors[index * causes + cause]))
        return p * pow(posterior / p, weight)
      }
      expected -= log(terms[labelled.diagnosis(of: index)[0]] / terms.reduce(0, +))
    }
    let found = FindingWeight.logLoss(weight, labelled, model)
    #expect(isClose(found, to: expected, within: 1e-9 * expected))
  }
}
