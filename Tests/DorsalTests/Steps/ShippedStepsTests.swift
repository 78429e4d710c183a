import Dorsal
import Foundation
import Testing

/// The steps of the shipped model, and what clinical documents ask of them.
@Suite struct ShippedStepsTests {
  private static let model = Result { try Repository.model() }

  private static func steps() throws -> [Step] { try model.get().steps }

  /// One row of the documents: what a step for whom has to say. `steps` names those that say it
  /// and `words` what has to stand in them; both were written by hand beside the documents.
  struct Row: CustomTestStringConvertible, Sendable {
    let kind: String
    let whom: String
    let steps: [String]
    let words: [String]
    let causes: [String]

    var testDescription: String { "\(kind) for \(whom)" }

    static let all: [Row] = {
      let text = (try? Repository.fixture("steps_of_documents.csv")) ?? ""
      func list(_ cell: String?) -> [String] {
        (cell ?? "").split(separator: ";").map(String.init)
      }
      return PlainCSV.rows(text).map {
        Row(
          kind: $0["kind"] ?? "", whom: $0["for"] ?? "", steps: list($0["steps"]),
          words: list($0["words"]), causes: list($0["causes"]))
      }
    }()
  }

  @Test func `the documents have 31 rows`() { #expect(Row.all.count == 31) }

  @Test(arguments: Row.all)
  func `a row of the documents is met by a step`(row: Row) throws {
    let model = try Self.model.get()
    try #require(!row.steps.isEmpty && !row.words.isEmpty && !row.causes.isEmpty)
    let found = try row.steps.map { id in
      try #require(model.steps.first { $0.id == id }, "\(id)")
    }
    // The documents' diary is something that the patient is told to keep.
    let kind = row.kind == "diary" ? "advice" : row.kind
    #expect(found.contains { $0.kind.rawValue == kind })
    let text = found.map { $0.what.lowercased() }.joined(separator: " ")
    for word in row.words {
      #expect(text.contains(word), "\(word)")
    }
    let served = Set(
      found.flatMap { step in
        step.causes.map { model.causes[$0].id } + step.rules.map { model.redFlags[$0].rule }
      })
    for cause in row.causes { #expect(served.contains(cause), "\(cause)") }
  }

  /// A search that shares no code with that of the loader.
  @Test func `no step has a dose`() throws {
    let dose = try Regex(
      #"(?i)\d\s*-?(mg|mcg|µg|μg|ug|g|ml|cc|iu|units?|tablets?|capsules?|puffs?|drops?|gy|mmol)\b(?!/d?l)"#
    )
    let often = try Regex(#"(?i)\b(once|twice|\d+ times) (daily|a day)|every \d+ hours|\d-hourly"#)
    for step in try Self.steps() {
      #expect(step.what.firstMatch(of: dose) == nil, "\(step.id)")
      #expect(step.what.firstMatch(of: often) == nil, "\(step.id)")
    }
  }

  @Test func `every cause has a step`() throws {
    let model = try Self.model.get()
    for (index, cause) in model.causes.enumerated() where cause.id != Cause.unlistedID {
      let own = model.steps.filter { $0.causes.contains(index) }
      #expect(!own.isEmpty, "\(cause.id)")
      if cause.urgency == .emergency {
        #expect(
          own.contains { $0.when <= .sameDay && [.test, .referral].contains($0.kind) },
          "\(cause.id)")
      }
    }
  }

  @Test func `causes for self-care say when it should be better and when to come back`() throws {
    let model = try Self.model.get()
    for (index, cause) in model.causes.enumerated() where cause.urgency == .selfCare {
      let own = model.steps.filter { $0.causes.contains(index) }
      #expect(own.contains { $0.kind == .comeBack && $0.afterDays != nil }, "\(cause.id)")
      #expect(
        own.contains {
          [.care, .advice].contains($0.kind)
            && ["better", "settle", "improve", "recover", "ease"].contains(
              where: $0.what.lowercased().contains)
        }, "\(cause.id)")
    }
  }

  /// The test of a finding that the vignettes often lack is asked for once, whatever it serves.
  @Test func `plans of the vignettes name no step twice and say it once in text`() throws {
    let model = try Self.model.get()
    let cases = try Repository.vignettes(model)
    let explainer = Explainer(scorer: Scorer(model))
    var planned = 0
    for index in stride(from: 0, to: cases.count, by: 5) {
      let plan = explainer.explain(index, of: cases).steps
      planned += plan.open.count
      #expect(Set(plan.items.map(\.step.id)).count == plan.items.count)
      for item in plan.items {
        guard let finding = item.step.finding else { continue }
        let isKnown = cases.state(of: finding, case: index) != nil
        if case .done = item.status { #expect(isKnown) } else { #expect(!isKnown) }
      }
    }
    #expect(planned > 50)
  }
}
