public import DorsalCore

extension ModelDifference {
  /// The differences as text.
  ///
  /// - Parameter top: How many of the numbers that moved.
  public func text(top: Int) -> String {
    var lines = [
      "from \(models.old.name) \(models.old.version) (sha256:\(checksums.old.prefix(12)))",
      "to   \(models.new.name) \(models.new.version) (sha256:\(checksums.new.prefix(12)))",
    ]
    if isEmpty {
      return TextEncoding.printableLines(
        (lines + ["the same tables", ""]).joined(separator: "\n"))
    }
    for (title, names) in [
      ("settings", settings), ("findings", findings), ("causes", causes),
      ("groups of findings", groups),
      ("findings with a parent", parents), ("red flags", redFlags), ("steps", steps),
      ("scores", scores), ("inputs of scores", inputs), ("rules of plausibility", impossibilities),
    ] {
      if !names.added.isEmpty { lines.append("\(title) added: \(Self.list(names.added))") }
      if !names.removed.isEmpty { lines.append("\(title) removed: \(Self.list(names.removed))") }
    }
    for (title, names) in [
      ("findings with other states", recutFindings),
      ("causes with another group or urgency", regroupedCauses),
      ("groups of findings changed", changedGroups), ("parents changed", changedParents),
      ("red flags changed", changedRedFlags), ("steps changed", changedSteps),
      ("scores changed", changedScores), ("inputs of scores changed", changedInputs),
      ("rules of plausibility changed", changedImpossibilities),
    ] where !names.isEmpty {
      lines.append("\(title): \(Self.list(names))")
    }
    if changedLossCount > 0 { lines.append("losses changed: \(changedLossCount)") }
    let counts = [Kind.prior, .likelihood, .weight].map { kind in
      "\(changes.count { $0.kind == kind }) \(kind.rawValue)s"
    }
    lines.append("moved: " + counts.joined(separator: ", "))
    guard !changes.isEmpty, top > 0 else {
      return TextEncoding.printableLines(lines.map { $0 + "\n" }.joined())
    }
    var table = TextTable([
      ("number", .left), ("of", .left), ("cause", .left), ("from", .right), ("to", .right),
      ("decibans", .right),
    ])
    for change in changes.prefix(top) {
      table.append([
        change.kind.rawValue,
        change.state.isEmpty ? change.subject : "\(change.subject) = \(change.state)",
        change.cause, NumberText.significant(change.old), NumberText.significant(change.new),
        change.logRatio.isFinite
          ? (change.logRatio > 0 ? "+" : "")
            + NumberText.fixed(change.logRatio * Self.decibansPerNat, decimals: 1) : "",
      ])
    }
    lines += [""] + table.lines
    if changes.count > top { lines.append("... and \(changes.count - top) more") }
    return TextEncoding.printableLines(lines.map { $0 + "\n" }.joined())
  }

  /// 10 / ln 10.
  private static let decibansPerNat = 4.342944819032518

  private static func list(_ names: [String]) -> String { names.joined(separator: ", ") }

  /// The differences as JSON, all of them.
  public var json: JSONValue {
    func names(_ names: Names) -> JSONValue {
      .object([("added", strings(names.added)), ("removed", strings(names.removed))])
    }
    func strings(_ names: [String]) -> JSONValue { .array(names.map(JSONValue.string)) }
    func identity(_ card: ModelCard, _ checksum: String) -> JSONValue {
      .object([
        ("name", .string(card.name)), ("version", .string(card.version)),
        ("checksum", .string("sha256:" + checksum)),
      ])
    }
    let members: [(key: String, value: JSONValue)] = [
      ("from", identity(models.old, checksums.old)), ("to", identity(models.new, checksums.new)),
      ("settings", names(settings)), ("findings", names(findings)), ("causes", names(causes)),
      ("red_flags", names(redFlags)), ("findings_with_other_states", strings(recutFindings)),
      ("causes_with_another_group_or_urgency", strings(regroupedCauses)),
      ("red_flags_changed", strings(changedRedFlags)),
      ("losses_changed", .integer(changedLossCount)), ("groups", names(groups)),
      ("groups_changed", strings(changedGroups)), ("parents", names(parents)),
      ("parents_changed", strings(changedParents)),
      (
        "changes",
        .array(
          changes.map { change in
            .object([
              ("kind", .string(change.kind.rawValue)), ("subject", .string(change.subject)),
              ("state", change.state.isEmpty ? .null : .string(change.state)),
              ("cause", change.cause.isEmpty ? .null : .string(change.cause)),
              ("from", .number(change.old)), ("to", .number(change.new)),
              ("log_ratio", .number(change.logRatio)),
            ])
          })
      ),
    ]
    return .object(
      members + [
        ("steps", names(steps)), ("steps_changed", strings(changedSteps)),
        ("scores", names(scores)), ("scores_changed", strings(changedScores)),
        ("inputs", names(inputs)), ("inputs_changed", strings(changedInputs)),
        ("plausibility", names(impossibilities)),
        ("plausibility_changed", strings(changedImpossibilities)),
      ])
  }
}
