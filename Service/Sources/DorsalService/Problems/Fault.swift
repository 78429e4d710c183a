import Dorsal

/// One thing that is wrong with what was sent: where, what, and what was expected.
package struct Fault: Sendable, Hashable {
  package var finding: String?
  package var parameter: String?
  package var value: String?
  package var expected: String?
  package var detail: String
  package var position: SourcePosition?

  package init(
    finding: String? = nil, parameter: String? = nil, value: String? = nil,
    expected: String? = nil, detail: String, position: SourcePosition? = nil
  ) {
    (self.finding, self.parameter, self.value) = (finding, parameter, value)
    (self.expected, self.detail, self.position) = (expected, detail, position)
  }

  /// A reason for which a case is rejected.
  package init(_ reason: Rejection.Reason) {
    self.init(
      finding: reason.column.isEmpty ? nil : reason.column,
      value: reason.value.isEmpty ? nil : reason.value, expected: reason.expected,
      detail: reason.reason, position: reason.position)
  }

  /// A text of a caller, cut to what a message has room for.
  package static func shown(_ text: String) -> String {
    text.utf8.count > 80 ? String(text.prefix(77)) + "..." : text
  }

  package var json: JSONValue {
    let texts = [
      ("finding", finding), ("parameter", parameter), ("value", value), ("expected", expected),
      ("detail", detail),
    ]
    var members: [(key: String, value: JSONValue)] = []
    for (key, text) in texts {
      if let text { members.append((key, .string(text))) }
    }
    if let position {
      members += [("line", .integer(position.line)), ("column", .integer(position.column))]
    }
    return .object(members)
  }
}

extension Rejection {
  /// What stands in the place of an answer.
  package var json: JSONValue {
    .object([
      ("id", .string(id)), ("faults", .array(reasons.map { Fault($0).json })),
    ])
  }

  /// The problem of a request whose one case it is.
  package var problem: Problem {
    Problem(
      .case_, reasons.map { $0.column.isEmpty ? $0.reason : "\($0.column): \($0.reason)" }[0],
      faults: reasons.map(Fault.init))
  }
}
