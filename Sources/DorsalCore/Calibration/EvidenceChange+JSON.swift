extension EvidenceChange {
  /// The states that add something to a cause, as finding and state, in the order of the model.
  package func statesThatAdd(in model: Model) -> [(finding: Int, state: Int)] {
    let causes = offsets.count
    return model.findings.indices.flatMap { finding in
      model.findings[finding].states.indices.filter { state in
        let first = (firstStateRow[finding] + state) * causes
        return added[first..<first + causes].contains { $0 != 0 }
      }.map { (finding, $0) }
    }
  }

  /// The parameters as JSON: what states add by finding, state and cause, in nats.
  func json(model: Model) -> JSONValue {
    let causes = offsets.count
    let adding = statesThatAdd(in: model)
    let findings = model.findings.indices.filter { finding in
      adding.contains { $0.finding == finding }
    }
    return .object([
      ("scale", .number(scale)),
      ("offsets", model.jsonByCause { .number(offsets[$0]) }),
      (
        "added",
        .object(
          findings.map { finding in
            (
              model.findings[finding].id,
              .object(
                adding.filter { $0.finding == finding }.map { _, state in
                  let first = (firstStateRow[finding] + state) * causes
                  return (
                    model.findings[finding].states[state],
                    model.jsonByCause { .number(added[first + $0]) }
                  )
                })
            )
          })
      ),
    ])
  }

  /// Reads the parameters.
  init(json: JSONTree, model: Model) throws(TextFault) {
    let most = CalibrationMap.greatestParameter
    func number(_ tree: JSONTree) throws(TextFault) -> Double {
      try tree.number(from: -most, to: most)
    }
    let table = model.likelihoodTable
    var added = [Double](repeating: 0, count: table.stateRowCount * table.causeCount)
    for (id, states) in try json.member("added").members() {
      guard let finding = model.findings.firstIndex(where: { $0.id == id }),
        finding != model.settingFinding
      else { throw states.fault("unknown finding \"\(id)\"") }
      for (name, values) in try states.members() {
        guard let state = model.findings[finding].states.firstIndex(of: name)
        else { throw values.fault("unknown state \"\(name)\" of \(id)") }
        let first = (table.firstStateRow[finding] + state) * table.causeCount
        for (cause, value) in try values.byCause(model, number).enumerated() {
          added[first + cause] = value
        }
      }
    }
    self.init(
      model: model, scale: try json.member("scale").number(from: 0, to: most),
      offsets: try json.member("offsets").byCause(model, number), added: added)
  }
}
