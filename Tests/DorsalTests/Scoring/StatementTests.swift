import Dorsal
import Foundation
import Testing

/// What the clinical documents behind the project say, one checkable statement a row:
/// the case `given` is scored, then `given` with `adds`, and the expectation must hold.
@Suite struct StatementTests {
  struct Statement: Sendable, CustomTestStringConvertible {
    let id: String
    let text: String
    let given: [String: FindingValue]
    let adds: [String: FindingValue]
    let expectation: [String]
    var testDescription: String { "\(id): \(text)" }
  }

  static let all: [Statement] = {
    let text = (try? Repository.fixture("statements.csv")) ?? ""
    return PlainCSV.rows(text).map { row in
      Statement(
        id: row["id", default: ""], text: row["statement", default: ""],
        given: values(row["given", default: ""]), adds: values(row["adds", default: ""]),
        expectation: row["expectation", default: ""].split(separator: " ").map(String.init))
    }
  }()

  private static func values(_ text: String) -> [String: FindingValue] {
    Dictionary(
      text.split(separator: ";").map { pair in
        let parts = pair.split(separator: "=").map(String.init)
        return (parts[0], Double(parts[1]).map(FindingValue.number) ?? .state(parts[1]))
      }
    ) { first, _ in first }
  }

  @Test func `every statement is read`() {
    #expect(Self.all.count == 110)
    #expect(Self.all.allSatisfy { $0.expectation.count >= 2 })
  }

  @Test(arguments: all)
  func `a statement of the clinical documents holds`(statement: Statement) throws {
    let model = try Repository.model()
    var batch = CaseBatch(findingCount: model.findings.count)
    let both = statement.given.merging(statement.adds) { $1 }
    let setting = statement.given.filter { $0.key == "setting" }
    try batch.append(id: "given", findings: statement.given, model: model)
    try batch.append(id: "both", findings: both, model: model)
    try batch.append(id: "setting", findings: setting, model: model)
    let scorer = Scorer(model: model)
    let posteriors = scorer.score(batch)
    let groups = posteriors.groupProbabilities(model: model)
    let (given, added, settingAlone) = (0, 1, 2)
    func probability(_ cause: Substring, _ index: Int) throws -> Double {
      let cause = try #require(model.index(ofCause: String(cause)), "\(cause)")
      return Double(posteriors.probability(case: index, cause: cause))
    }
    func group(_ name: String, _ index: Int) throws -> Double {
      let place = try #require(model.groups.firstIndex(of: name), "\(name)")
      return Double(groups[index, place])
    }
    func logit(_ p: Double) -> Double { log(p) - log(1 - p) }
    let words = statement.expectation
    let causes = words[1].split(separator: "|")
    // "Higher" and "lower" mean log-odds that differ by 0.1 or more.
    let least = 0.1
    switch words[0] {
    case "raises":
      let rises = try causes.map {
        try logit(probability($0, added)) - logit(probability($0, given))
      }
      #expect(rises.contains { $0 >= least }, "log-odds rise by \(rises)")
    case "favours":
      let base = statement.adds.isEmpty ? settingAlone : given
      func logOdds(_ index: Int) throws -> Double {
        try log(probability(causes[0], index)) - log(probability(Substring(words[3]), index))
      }
      let rise = try logOdds(added) - logOdds(base)
      #expect(rise >= least, "log-odds rise by \(rise)")
    case "prior_above":
      #expect(try probability(causes[0], given) > probability(Substring(words[2]), given))
    case "group_raises":
      let rise = try logit(group(words[1], added)) - logit(group(words[1], given))
      #expect(rise >= least, "log-odds rise by \(rise)")
    case "group_lowers":
      let rise = try logit(group(words[1], added)) - logit(group(words[1], given))
      #expect(rise <= -least, "log-odds rise by \(rise)")
    case "group_at_most":
      let limit = try #require(Double(words[2]))
      #expect(try group(words[1], given) <= limit)
    case "urgency":
      let least = try #require(Urgency(rawValue: words[1]))
      let outcome = Triage(scorer: scorer).assess(batch, posteriors: posteriors).outcome(of: added)
      #expect(outcome.urgency >= least)
    case let rank where rank.hasPrefix("top"):
      let count = try #require(Int(rank.dropFirst(3)))
      let leading = posteriors.ranking(of: added, top: count).map { model.causes[$0.cause].id }
      #expect(causes.contains { leading.contains(String($0)) }, "the first are \(leading)")
    default:
      Issue.record("an expectation that no test knows: \(words[0])")
    }
  }
}
