public import DorsalCore
public import DorsalReport
import FoundationEssentials

extension FHIRAnswers {
  /// The services of CDS Hooks: what a client asks for first.
  public var hookServices: JSONValue {
    .object([
      (
        "services",
        .array(
          Hook.allCases.map { hook in
            .object([
              ("hook", .string(hook.rawValue)), ("id", .string(hook.serviceID)),
              ("title", "Dorsal: causes of back pain"),
              (
                "description",
                .string(
                  "Ranks the causes of a patient's back pain, says how urgent it is and what to "
                    + "ask next, where the record says that back pain is the matter. "
                    + RankingWriter.disclaimer)
              ),
              (
                "prefetch",
                .object(prefetch(hook).map { (key: $0.name, value: .string($0.query)) })
              ),
            ])
          })
      )
    ])
  }

  /// The cards for a call of a hook: none where the record does not say that back pain is the
  /// matter.
  ///
  /// - Parameters:
  ///   - bytes: The call.
  ///   - hook: The hook.
  ///   - today: The day of the case, which is that of the call.
  ///   - page: Where the page of the service is, for a link that opens it with the case; or
  ///     nothing.
  /// - Throws: Why there is no answer.
  public func cards(
    _ bytes: [UInt8], _ hook: Hook, today: CivilDate?, page: String?
  ) throws(HookFailure) -> JSONValue {
    let found = try read(bytes, hook, today: today)
    guard found.isAboutBackPain else { return .object([("cards", .array([]))]) }
    let batch = found.batch(model: model)
    let answer = find(batch)
    return .object([
      (
        "cards",
        .array([card(found, answer, suggestions(batch, skipped: found.asked), page: page)])
      )
    ])
  }

  private func card(
    _ found: FHIRCase, _ answer: Found, _ suggestions: Suggestions, page: String?
  ) -> JSONValue {
    FHIRJSON.object([
      ("uuid", .string(UUID().uuidString.lowercased())),
      ("summary", .string(summary(answer))),
      ("indicator", .string(indicator(answer))),
      ("detail", .string(detail(found, answer, suggestions))),
      (
        "source",
        FHIRJSON.object([
          ("label", .string(version)), ("url", page.map(JSONValue.string)),
          (
            "topic",
            FHIRJSON.coding(
              "urn:dorsal:model", model.card.name, display: model.card.title,
              version: model.card.version)
          ),
        ])
      ),
      (
        "links",
        page.map { page in
          .array([
            .object([
              ("label", "Ask and answer on the page"),
              ("url", .string(page + "#" + fragment(of: found))),
              ("type", "absolute"),
            ])
          ])
        }
      ),
    ])
  }

  /// So few characters a summary may have.
  static let longestSummary = 139

  private func summary(_ answer: Found) -> String {
    let first = answer.ranking.first
    return Self.summary(
      urgency: answer.urgency.urgency, cause: first.map { model.causes[$0.cause].label } ?? "",
      probability: Double(first?.probability ?? 0),
      redFlag: answer.urgency.redFlags.first.map { model.redFlags[$0].message })
  }

  /// What a card says in a line, under 140 characters.
  ///
  /// - Parameters:
  ///   - urgency: How urgent the case is.
  ///   - cause: The label of the leading cause.
  ///   - probability: That of the cause.
  ///   - redFlag: The message of a red flag, which is cut where it is too long.
  public static func summary(
    urgency: Urgency, cause: String, probability: Double, redFlag: String?
  ) -> String {
    var text = "Back pain: " + urgency.rawValue.replacing("_", with: " ")
    text += "; \(cause) \(NumberText.percent(probability))"
    // The longest part comes last, where it may be cut.
    if let redFlag { text += "; red flag: \(redFlag)" }
    return text.count > longestSummary ? String(text.prefix(longestSummary - 1)) + "…" : text
  }

  /// Critical is for red flags of an emergency alone: what is only expected interrupts nobody.
  private func indicator(_ answer: Found) -> String {
    let flagged = answer.urgency.redFlags.contains { model.redFlags[$0].urgency == .emergency }
    if flagged { return "critical" }
    return answer.urgency.urgency >= .urgent ? "warning" : "info"
  }

  /// The ranking, the reasons and the next questions, as Markdown.
  private func detail(
    _ found: FHIRCase, _ answer: Found, _ suggestions: Suggestions
  ) -> String {
    var lines = ["**Probable causes** (\(answer.knownCount) findings known)", ""]
    for ranked in answer.ranking.prefix(3) {
      lines.append(
        "- \(model.causes[ranked.cause].label): "
          + NumberText.percent(Double(ranked.probability)))
    }
    lines += ["", "**Urgency**", ""]
    lines += answer.urgency.lines(model: model).map { line in
      "- " + line.drop { $0 == " " }
    }
    let next = suggestions.appraisals.prefix(3)
    if !Self.isDone(suggestions) {
      lines += ["", "**Ask next**", ""]
      lines += next.map { "- " + model.findings[$0.finding].question }
    }
    lines += [
      "", "\(found.usedCount) of \(found.usedCount + found.unusedCount) resources were used.",
    ]
    let warnings = found.issues.filter { $0.severity == .warning }
    if !warnings.isEmpty {
      lines += ["", "**Not used, though it may say of the case**", ""]
      lines += warnings.prefix(Self.mostWarnings).map { issue in
        "- " + Self.plain(issue.text) + (issue.count > 1 ? " (\(issue.count) times)" : "")
      }
      let rest = warnings.dropFirst(Self.mostWarnings).reduce(0) { $0 + $1.count }
      if rest > 0 { lines.append("- and \(rest) more") }
    }
    lines += ["", RankingWriter.disclaimer]
    return lines.joined(separator: "\n")
  }

  /// So many reasons stand on a card; the rest is counted.
  private static let mostWarnings = 5

  /// A text as Markdown that says no more than the text: it may quote codes of a caller.
  private static func plain(_ text: String) -> String {
    var plain = ""
    for character in text {
      if "\\`*_{}[]()<>#+!|~&".contains(character) { plain.append("\\") }
      plain.append(character)
    }
    return plain
  }
}
