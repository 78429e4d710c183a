import DorsalCore

/// What is told of a caller's columns: those that are passed over, and lines of a mapping that are
/// not used. The schema of the answers has it as metadata.
struct ColumnNotes: Sendable {
  /// A table of ever so many foreign columns is not told to its end.
  private static let mostNames = 100

  private var passedOver: [IgnoredName] = []
  private let undecided: String?

  /// Nothing yet but what the mapping says of itself.
  init(_ reading: CaseReading) { undecided = reading.mapping?.undecidedNote }

  /// Notes a column that says nothing to the model, unless clinical scores ask for it.
  mutating func passOver(_ name: String, _ names: CaseColumns) {
    guard passedOver.count < Self.mostNames, !names.isInput(name) else { return }
    passedOver.append(names.ignoredName(name))
  }

  /// `dorsal.passed_over`, a list of names in JSON, and `dorsal.warnings`, a list of sentences:
  /// names that were probably meant to be read, and lines of the mapping that are to be decided.
  var metadata: [(key: String, value: String)] {
    let warnings =
      passedOver.filter { !$0.suggestion.isEmpty }.map {
        "the column \"\($0.name)\" is passed over\($0.suggestion)"
      } + (undecided.map { [$0] } ?? [])
    return [
      ("dorsal.passed_over", passedOver.map(\.name)), ("dorsal.warnings", warnings),
    ].filter { !$0.1.isEmpty }.map {
      ($0.0, JSONValue.array($0.1.map(JSONValue.string)).text)
    }
  }
}
