import Dorsal
import Foundation
import Testing

/// The short way into the library.
@Suite struct AnswersTests {
  /// By hand, of `SmallModel` in the clinic: strain 0.875, tumour 0.025, unlisted 0.1; the sign
  /// is as frequent as the background but under the tumour, 0.6 instead of 0.03.
  @Test func `an answer is what Bayes' rule gives by hand`() throws {
    let scorer = Scorer(try SmallModel().load())
    var batch = scorer.makeBatch()
    try batch.append("a", ["sign": true], diagnosis: ["tumour"])
    let answer = try #require(scorer.answers(for: batch).first)
    let weights = [0.875 * 0.03, 0.025 * 0.6, 0.1 * 0.03]
    let sum = weights.reduce(0, +)
    #expect(answer.ranking.map(\.cause.id) == ["strain", "tumour", "unlisted"])
    // Tolerance: rounding of a `Float`.
    for (ranked, weight) in zip(answer.ranking, weights) {
      #expect(isClose(ranked.probability, to: weight / sum, within: 1e-6))
    }
    #expect(answer.setting == "clinic")
    #expect(answer.urgency == .urgent)
    #expect(answer.redFlags.map(\.rule) == ["sign"])
    #expect(batch.diagnosis(of: 0) == [1])
  }

  @Test func `a batch equals single calls`() throws {
    let model = try Repository.model()
    let scorer = Scorer(model)
    let batch = try Repository.vignettes(model)
    let together = scorer.answers(for: batch, top: 4)
    for index in 0..<batch.count {
      var alone = scorer.makeBatch()
      alone.append(case: index, of: batch)
      let single = scorer.answers(for: alone, top: 4)[0]
      #expect(single.ranking == together[index].ranking)
      #expect(single.urgency == together[index].urgency)
      #expect(single.id == together[index].id)
    }
  }

  @Test(arguments: [
    ("fevr", "unknown finding \"fevr\"; did you mean \"fever\"?"), ("sign", "sign: "),
  ])
  func `a fault names the finding and leaves the batch as it was`(
    name: String, words: String
  ) throws {
    var small = SmallModel()
    small.findings += "fever,systemic,binary,,,absent;present,,,1,,Fever?\n"
    small.likelihoods += "fever,present,*,0.1,10,assumed,,\n"
    var batch = Scorer(try small.load()).makeBatch()
    do throws(DorsalError) {
      try batch.append("a", [name: "perhaps"])
      Issue.record("no fault")
    } catch {
      #expect(error.description.hasPrefix(words))
    }
    #expect(batch.count == 0)
  }

  @Test func `an unknown cause is no diagnosis`() throws {
    var batch = Scorer(try SmallModel().load()).makeBatch()
    #expect(throws: DorsalError.self) {
      try batch.append("a", ["sign": true], diagnosis: ["tumor"])
    }
    #expect(batch.count == 0)
  }

  private static func file(_ text: String) throws -> String {
    let path = NSTemporaryDirectory() + "dorsal-answers-" + UUID().uuidString + ".csv"
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  @Test(arguments: [1, 2, 3])
  func `a file gives every row once, in its order`(threads: Int) async throws {
    let path = try Self.file("id,sign,age\na,present,\nb,perhaps,\na,,\nc,absent,70\n")
    defer { try? FileManager.default.removeItem(atPath: path) }
    let scorer = Scorer(try SmallModel().load())
    var rows: [String] = []
    for try await answer in scorer.answers(of: CaseFilePath(path), threads: threads) {
      switch answer {
      case .scored(let answer): rows.append("scored \(answer.id)")
      case .rejected(let row): rows.append("rejected \(row.id) on \(row.line)")
      }
    }
    #expect(rows == ["scored a", "rejected b on 3", "rejected a on 4", "scored c"])
  }

  @Test func `a file that is not there is an error`() async throws {
    let scorer = Scorer(try SmallModel().load())
    await #expect(throws: (any Error).self) {
      for try await _ in scorer.answers(of: CaseFilePath("/nowhere/cases.csv")) {}
    }
  }

  @Test func `an explanation is text, JSON and a page`() throws {
    let scorer = Scorer(try SmallModel().load())
    var batch = scorer.makeBatch()
    try batch.append("a<b", ["sign": true])
    let why = scorer.explain(0, of: batch, interval: 0.9)
    #expect(why.terms.ways.allSatisfy { $0.interval != nil })
    #expect(why.text().contains("(tumour)"))
    #expect(why.html().contains("a&lt;b"))
    let json = try JSONSerialization.jsonObject(with: Data(why.json().utf8)) as? [String: Any]
    #expect(json?["id"] as? String == "a<b")
  }
}
