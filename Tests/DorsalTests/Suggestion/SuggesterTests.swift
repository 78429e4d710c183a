import Dorsal
import Foundation
import Testing

@Suite struct SuggesterTests {
  /// The shipped model with every third finding at a weight below 1, as a folder.
  private static func discountedFolder() throws -> String {
    let folder = NSTemporaryDirectory() + "dorsal-discounted-" + UUID().uuidString
    try FileManager.default.copyItem(atPath: Repository.modelFolder, toPath: folder)
    let path = folder + "/findings.csv"
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
    // A weight stands between the range and the group; questions with commas come behind it.
    let changed = lines.enumerated().map { index, line -> String in
      guard index > 1, index % 3 == 0 else { return String(line) }
      var cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      cells[8] = index % 2 == 0 ? "0.6" : "0.25"
      return cells.joined(separator: ",")
    }
    try (changed.joined(separator: "\n") + "\n").write(
      toFile: path, atomically: true, encoding: .utf8)
    return folder
  }

  private static func suggestions(
    _ batch: CaseBatch, _ scorer: Scorer
  ) -> (suggester: Suggester, posteriors: Posteriors, appraisals: [[Appraisal]]) {
    let suggester = Suggester(scorer: scorer)
    let posteriors = scorer.score(batch)
    return (suggester, posteriors, suggester.appraise(batch, posteriors: posteriors))
  }

  /// The grid that products are exact on is 2^-26, 1.5e-8; a state of little probability makes
  /// some ten times as much of it in bits. Cases with a decision that rounding could turn
  /// are not compared in what hangs on it.
  @Test(arguments: [false, true])
  func `information, value and chance of change are those of brute force`(
    isDiscounted: Bool
  ) throws {
    let folder = isDiscounted ? try Self.discountedFolder() : Repository.modelFolder
    defer { if isDiscounted { try? FileManager.default.removeItem(atPath: folder) } }
    let model = try Model(folder: folder)
    let reference = try ReferenceAppraisal(folder: folder)
    let scorer = Scorer(model: model)
    var batch = SimulatedCases.draw(3, model: model, seed: 11)
    try batch.append(id: "nothing", findings: [:], model: model)
    try batch.append(
      id: "some",
      findings: [
        "setting": "emergency", "age": 70, "site": "flank", "onset": "sudden", "fever": false,
      ], model: model)
    let (_, _, appraisals) = Self.suggestions(batch, scorer)
    var clear = 0
    for index in 0..<batch.count {
      var observed: [String: String] = [:]
      for (finding, definition) in model.findings.enumerated() where finding != model.settingFinding
      {
        if let state = batch.state(of: finding, case: index) {
          observed[definition.id] = definition.states[state]
        }
      }
      let setting = model.settings[scorer.setting(of: index, in: batch)]
      // Every fifth finding: scoring again from tables by name is slow.
      for appraisal in appraisals[index] where appraisal.finding % 5 == index {
        let finding = model.findings[appraisal.finding]
        let worth = reference.worth(of: finding.id, setting: setting, observed: observed)
        let name = "\(index) \(finding.id)"
        #expect(isClose(appraisal.information, to: worth.information, within: 1e-6), "\(name)")
        #expect(isClose(appraisal.value, to: worth.value, within: 1e-6), "\(name)")
        guard worth.isClear else { continue }
        clear += 1
        #expect(
          isClose(appraisal.chanceOfChange, to: worth.chanceOfChange, within: 1e-6), "\(name)")
      }
    }
    #expect(clear > 60)
  }

  @Test func `information lies between zero and the entropy of the posterior`() throws {
    let model = try Repository.model()
    let batch = SimulatedCases.draw(200, model: model, seed: 12)
    let (_, posteriors, appraisals) = Self.suggestions(batch, Scorer(model: model))
    for index in 0..<batch.count {
      let entropy = posteriors.matrix.row(index).reduce(0.0) { sum, q in
        q > 0 ? sum - Double(q) * log2(Double(q)) : sum
      }
      for appraisal in appraisals[index] {
        #expect(appraisal.information >= 0)
        // Rounding, as above.
        #expect(appraisal.information <= entropy + 1e-6)
        #expect(appraisal.value >= 0)
        #expect((0...1).contains(appraisal.chanceOfChange))
      }
    }
  }

  /// Causes have the background's likelihood of `age` but for one; a model without that row
  /// has nothing to learn from age.
  @Test func `a finding on which the causes do not differ is worth exactly nothing`() throws {
    var small = SmallModel()
    small.likelihoods = small.likelihoods.replacing(
      "age,old,tumour,0.65,20,derived,smith2001,0.5 x 1.3 = 0.65\n", with: "")
    small.redFlags = "rule,urgency,finding,state,message,source\n"
    let model = try small.load()
    var batch = CaseBatch(findingCount: model.findings.count)
    try batch.append(id: "a", findings: ["sign": true], model: model)
    try batch.append(id: "b", findings: [:], model: model)
    let (_, _, appraisals) = Self.suggestions(batch, Scorer(model: model))
    let age = try #require(model.index(ofFinding: "age"))
    for found in appraisals {
      let appraisal = try #require(found.first { $0.finding == age })
      #expect(appraisal.information == 0)
      #expect(appraisal.value == 0)
      #expect(appraisal.chanceOfChange == 0)
    }
  }

  /// By hand, in the clinic with nothing known: the sign is present with probability
  /// 0.975 · 0.03 + 0.025 · 0.6 = 0.04425. The tumour then has 0.015/0.04425, and the losses are
  /// 50, 20, 0 for the tumour and 0, 1, 4 for the others: routine is best now (1.475, against
  /// 1.25 for self-care: self-care is best now), and urgent is best after the sign.
  @Test func `the value is the expected saving by hand`() throws {
    let model = try SmallModel().load()
    var batch = CaseBatch(findingCount: model.findings.count)
    try batch.append(id: "a", findings: [:], model: model)
    let (_, _, appraisals) = Self.suggestions(batch, Scorer(model: model))
    let sign = try #require(appraisals[0].first { model.findings[$0.finding].id == "sign" })
    let present = 0.04425
    let after = 0.015 / present
    // Self-care is best now: 50 · 0.025 = 1.25 against 20 · 0.025 + 0.975 = 1.475.
    let saving = present * (50 * after - 4 * (1 - after))
    #expect(isClose(sign.value, to: saving, within: 1e-6))
    // The rule holds then, and the urgency goes from self-care to urgent.
    #expect(isClose(sign.chanceOfChange, to: present, within: 1e-6))
    #expect(sign.changes.map(\.state) == [1])
    #expect(sign.valuePerCost == nil)
  }

  @Test func `known findings and the setting are never suggested`() throws {
    let model = try Repository.model()
    let batch = SimulatedCases.draw(50, model: model, seed: 13)
    let scorer = Scorer(model: model)
    let (suggester, posteriors, appraisals) = Self.suggestions(batch, scorer)
    let information = suggester.information(of: batch, posteriors: posteriors)
    for index in 0..<batch.count {
      let unknown = model.findings.indices.filter {
        $0 != model.settingFinding && batch.state(of: $0, case: index) == nil
      }
      #expect(appraisals[index].map(\.finding) == unknown)
      for finding in model.findings.indices {
        let isUnknown = unknown.contains(finding)
        #expect((information[index, finding] == Suggester.known) == !isUnknown)
      }
      for appraisal in appraisals[index] {
        // The scorer's posteriors are on the grid of its evidence.
        let fast = Double(information[index, appraisal.finding])
        #expect(isClose(fast, to: appraisal.information, within: 5e-6))
      }
    }
  }

  @Test func `a case gets the same answer alone as among others, bit for bit`() throws {
    let model = try Repository.model()
    let scorer = Scorer(model: model)
    // More than a block, which does not divide it.
    let batch = SimulatedCases.draw(300, model: model, seed: 14)
    let (suggester, _, appraisals) = Self.suggestions(batch, scorer)
    for index in stride(from: 0, to: batch.count, by: 37) {
      var alone = CaseBatch(findingCount: batch.findingCount)
      alone.append(case: index, of: batch)
      let found = suggester.appraise(alone, posteriors: scorer.score(alone))
      #expect(found == [appraisals[index]])
    }
  }

  @Test func `suggestions are ordered by value and then information over burden`() throws {
    let model = try Repository.model()
    let batch = SimulatedCases.draw(20, model: model, seed: 15)
    let (_, _, appraisals) = Self.suggestions(batch, Scorer(model: model))
    for found in appraisals {
      func burden(_ appraisal: Appraisal) -> Double {
        model.findings[appraisal.finding].burden ?? .nan
      }
      let byValue = Suggestions(found, model: model).appraisals
      #expect(byValue.count == found.count)
      for (first, second) in zip(byValue, byValue.dropFirst()) {
        let (left, right) = (first.value / burden(first), second.value / burden(second))
        #expect(left >= right)
        if left == right {
          #expect(first.information / burden(first) >= second.information / burden(second))
        }
      }
      let byInformation = Suggestions(found, model: model, by: .information).appraisals
      for (first, second) in zip(byInformation, byInformation.dropFirst()) {
        #expect(first.information / burden(first) >= second.information / burden(second))
      }
      let history = Suggestions(found, model: model, only: ["history"])
      #expect(
        Set(history.appraisals.map(\.finding))
          == Set(found.map(\.finding).filter { model.findings[$0].section == "history" }))
    }
  }

  @Test func `asking stops where nothing is worth its cost`() throws {
    let model = try Repository.model()
    let batch = SimulatedCases.draw(60, model: model, seed: 16)
    let (_, _, appraisals) = Self.suggestions(batch, Scorer(model: model))
    var stops = 0
    for found in appraisals {
      let suggestions = Suggestions(found, model: model)
      let isWorthIt = found.contains {
        $0.value > model.findings[$0.finding].burden ?? .nan
      }
      #expect(suggestions.shouldStop == !isWorthIt)
      if suggestions.shouldStop { stops += 1 }
    }
    #expect(stops > 0 && stops < appraisals.count)
    #expect(Suggestions([], model: model).shouldStop)
    #expect(Suggestions([], model: model).stopReason == "every finding is known")
  }
}
