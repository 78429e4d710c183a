import DorsalCore

// What a model says of its steps; nothing in a model without any.
extension ModelSummary {
  /// How many steps there are, and how many causes have one.
  var stepCounts: String? {
    guard !model.steps.isEmpty else { return nil }
    let published = model.steps.count { $0.basis == .published }
    let served = Set(model.steps.flatMap(\.causes)).count
    return "\(model.steps.count) steps, \(published) of them published, for \(served) of "
      + "\(model.causes.count) causes"
  }

  /// How many steps a cause has, and how many sources they cite.
  private func counts(ofCause cause: Int) -> (steps: Int, sources: Int) {
    let own = model.steps.filter { $0.causes.contains(cause) }
    return (own.count, own.flatMap(\.sources).uniqued().count)
  }

  /// The counts of a cause as cells.
  func stepCells(ofCause cause: Int) -> [String] {
    guard !model.steps.isEmpty else { return [] }
    let counts = counts(ofCause: cause)
    return ["\(counts.steps)", "\(counts.sources)"]
  }

  /// The counts as members of JSON.
  var stepMembers: [(key: String, value: JSONValue)] {
    guard !model.steps.isEmpty else { return [] }
    return [
      ("steps", .integer(model.steps.count)),
      (
        "steps_by_cause",
        .object(
          model.causes.enumerated().map { index, cause in
            let counts = counts(ofCause: index)
            return (
              cause.id,
              .object([("steps", .integer(counts.steps)), ("sources", .integer(counts.sources))])
            )
          })
      ),
    ]
  }
}
