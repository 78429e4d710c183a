extension ConformalQuantiles {
  package func json(model: Model) -> JSONValue {
    .object([
      (
        "score",
        "adaptive: sum of the posteriors before the cause plus u times its own; u - 1 for the first"
      ),
      ("cases", .integer(caseCount)), ("seed", .integer(Int(truncatingIfNeeded: seed))),
      (
        "levels",
        .array(
          levels.map { level in
            .object(
              [("coverage", .number(level.coverage)), ("quantile", .number(level.quantile))]
                + (level.byCause.map { quantiles in
                  [("by_cause", model.jsonByCause { quantiles[$0].json })]
                } ?? [])
                + (level.randomised.map { [("randomised", $0.json)] } ?? []))
          })
      ),
    ])
  }

  init(json: JSONTree, model: Model) throws(TextFault) {
    var levels: [Level] = []
    for tree in try json.member("levels").list() {
      levels.append(
        Level(
          coverage: try tree.member("coverage").number(from: 0, to: 1),
          quantile: try tree.member("quantile").number(from: -1, to: 2),
          byCause: try tree.optionalMember("by_cause").map { list throws(TextFault) in
            try list.byCause(model) { tree throws(TextFault) in try CauseQuantile(json: tree) }
          }, randomised: try Randomised(optional: tree)))
    }
    self.init(
      caseCount: try json.member("cases").integer(),
      seed: UInt64(bitPattern: Int64(try json.member("seed").integer())), levels: levels)
  }
}

extension ConformalQuantiles.CauseQuantile {
  var json: JSONValue {
    .object(
      [
        ("quantile", .number(quantile)), ("cases", .integer(caseCount)),
        ("pooled_urgency", pooledUrgency.map { .string($0.rawValue) } ?? .null),
      ] + (randomised.map { [("randomised", $0.json)] } ?? []))
  }

  init(json: JSONTree) throws(TextFault) {
    let pooled = try json.optionalMember("pooled_urgency")
    self.init(
      quantile: try json.member("quantile").number(from: -1, to: 2),
      caseCount: try json.member("cases").integer(),
      pooledUrgency: try pooled.map { tree throws(TextFault) in
        guard let urgency = Urgency(rawValue: try tree.string()) else {
          throw tree.fault("unknown urgency")
        }
        return urgency
      }, randomised: try ConformalQuantiles.Randomised(optional: json))
  }
}

extension ConformalQuantiles.Randomised {
  var json: JSONValue {
    .object([("lower_quantile", .number(lower)), ("share_of_quantile", .number(share))])
  }

  /// Reads the member `randomised` of a quantile, where it has one.
  init?(optional json: JSONTree) throws(TextFault) {
    guard let tree = try json.optionalMember("randomised") else { return nil }
    let share = try tree.member("share_of_quantile")
    self.init(
      lower: try tree.member("lower_quantile").number(from: -1, to: 2), share: try share.number())
    guard (0...1).contains(self.share) else { throw share.fault("expected a number from 0 to 1") }
  }
}
