import Dorsal
import DorsalCore
import DorsalFHIR
import DorsalReport

/// Records as FHIR R4, calls of CDS Hooks, and questionnaires that are filled in question by question.
enum Target {
  private static let today = CivilDate("2026-06-01")
  private static let reader = make { try FHIRReader(model: Shipped.model) }
  private static let answers = make { try FHIRAnswers(scorer: Scorer(model: Shipped.model)) }

  private static func make<Value>(_ body: () throws -> Value) -> Value {
    do {
      return try body()
    } catch {
      preconditionFailure("\(error)")
    }
  }

  static func read(_ bytes: [UInt8]) {
    if let found = try? reader.read(bytes, today: today) {
      let states = Shipped.model.findings.map(\.states.count)
      require(
        found.codes.count == states.count && zip(found.codes, states).allSatisfy { $0 <= $1 },
        "a case has a code of each finding")
      require(
        (try? reader.read(bytes, today: today))?.codes == found.codes,
        "what is read is the same each time")
      isJSON(Array(answers.score(found, top: 3).text.utf8))
    }
    if let next = try? answers.nextQuestion(bytes, today: today) { isJSON(next) }
    for hook in Hook.allCases {
      if let cards = try? answers.cards(bytes, hook, today: today, page: nil) {
        isJSON(Array(cards.text.utf8))
      }
    }
  }

  private static func isJSON(_ bytes: [UInt8]) {
    require((try? JSONTree(bytes: bytes, file: "answer")) != nil, "an answer is JSON")
  }
}
