import Dorsal

/// What can be read of a body, what cannot, and what cannot be true.
struct Validation: Sendable {
  /// So many of either are told one by one.
  static let mostTold = 1000

  private let model: Model
  private var read = 0
  private var rejectedCount = 0
  private var rejected: [Rejection] = []
  private var warnings: [JSONValue] = []

  init(model: Model) { self.model = model }

  /// Adds what was read.
  mutating func add(_ contents: CaseTextReader.Contents) {
    rejectedCount += contents.rejections.count
    rejected += contents.rejections.prefix(Self.mostTold - rejected.count)
    for case .read(let index) in contents.records {
      read += 1
      for rule in model.impossibilities where warnings.count < Self.mostTold {
        let holds = rule.conditions.allSatisfy { condition in
          contents.cases.state(of: condition.finding, case: index)
            .map(condition.states.contains) ?? false
        }
        guard holds else { continue }
        warnings.append(
          .object([
            ("id", .string(contents.cases.id(of: index))), ("rule", .string(rule.rule)),
            ("kind", .string(rule.kind.rawValue)), ("detail", .string(rule.note)),
          ]))
      }
    }
  }

  var json: JSONValue {
    .object([
      ("cases", .integer(read)), ("rejected_cases", .integer(rejectedCount)),
      ("rejected", .array(rejected.map(\.json))), ("warnings", .array(warnings)),
    ])
  }
}
