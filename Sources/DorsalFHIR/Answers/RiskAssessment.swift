import DorsalCore
import DorsalReport

extension FHIRAnswers {
  /// So many leading causes have a rationale.
  private static let mostRationales = 5

  /// The causes and their probabilities. It is preliminary, and never a Condition: whether a cause
  /// is there is for a clinician to say.
  func riskAssessment(
    _ found: FHIRCase, _ answer: Found, top: Int?, level: Double?
  ) -> JSONValue {
    let predictions = answer.ranking.prefix(top ?? answer.ranking.count).indices.map { place in
      prediction(place, of: answer, level: level)
    }
    return FHIRJSON.resource(
      "RiskAssessment",
      [
        (
          "extension",
          .array([
            .object([
              ("url", "urn:dorsal:fhir:urgency"),
              ("valueCode", .string(answer.urgency.urgency.rawValue)),
            ])
          ])
        ),
        ("status", "preliminary"),
        ("method", method),
        ("code", .object([("text", "Ranked causes of back pain")])),
        ("subject", FHIRJSON.subject(found.subject)),
        ("encounter", found.encounter.map(FHIRJSON.reference)),
        ("occurrenceDateTime", found.date.map { .string($0.text) }),
        ("basis", FHIRJSON.list(found.basis.map(FHIRJSON.reference))),
        ("prediction", .array(predictions)),
        ("note", .array(notes(answer, level: level).map { .object([("text", .string($0))]) })),
      ])
  }

  /// The model, by which the probabilities are.
  private var method: JSONValue {
    FHIRJSON.concept(
      FHIRJSON.coding(
        "urn:dorsal:model", model.card.name, display: model.card.title,
        version: model.card.version),
      text: "Posterior probability of each cause given the findings, by \(version), "
        + "sha256:\(model.checksum)")
  }

  private func prediction(_ place: Int, of answer: Found, level: Double?) -> JSONValue {
    let cause = model.causes[answer.ranking[place].cause]
    let percent = answer.percent[place]
    var interval: JSONValue?
    if let level, let own = answer.intervals?[place] {
      // A point and a range cannot stand together.
      interval = .array([
        .object([
          ("url", "urn:dorsal:fhir:interval"),
          (
            "extension",
            .array([
              .object([("url", "level"), ("valueDecimal", .number(level))]),
              .object([
                ("url", "range"),
                (
                  "valueRange",
                  .object([
                    ("low", quantity(min(percent, Percent.rounded(Double(own.lower))))),
                    ("high", quantity(max(percent, Percent.rounded(Double(own.upper))))),
                  ])
                ),
              ]),
            ])
          ),
        ])
      ])
    }
    return FHIRJSON.object([
      ("extension", interval),
      (
        "outcome",
        FHIRJSON.concept(
          FHIRJSON.coding(FHIRReader.causeSystem, cause.id, display: cause.label),
          text: cause.label)
      ),
      ("probabilityDecimal", .number(percent)),
      (
        "rationale",
        place < Self.mostRationales
          ? answer.ways[answer.ranking[place].cause].map { .string(rationale($0, answer)) } : nil
      ),
    ])
  }

  private func quantity(_ percent: Double) -> JSONValue {
    .object([
      ("value", .number(percent)), ("unit", "%"), ("system", .string(CaseBuilder.unitSystem)),
      ("code", "%"),
    ])
  }

  /// What a cause begins with, and what speaks most for and against it.
  private func rationale(_ way: Explanation.Way, _ answer: Found) -> String {
    func words(_ list: [Explanation.Contribution]) -> String {
      list.map { contribution in
        let finding = model.findings[contribution.finding]
        return "\(finding.id) \(finding.states[contribution.state]) "
          + "(\(NumberText.fixed(contribution.decibans, decimals: 1)) dB)"
      }.joined(separator: ", ")
    }
    // Below a tenth of a deciban nothing is said.
    let most = way.contributions.sorted { $0.decibans > $1.decibans }
    let pro = most.prefix(3).filter { $0.decibans >= 0.1 }
    let contra = most.reversed().prefix(2).filter { $0.decibans <= -0.1 }
    var parts = ["\(NumberText.percent(way.prior)) before any finding in \(answer.setting)"]
    if !pro.isEmpty { parts.append("for it \(words(Array(pro)))") }
    if !contra.isEmpty { parts.append("against it \(words(Array(contra)))") }
    return parts.joined(separator: "; ")
  }

  private func notes(_ answer: Found, level: Double?) -> [String] {
    var notes = [answer.urgency.lines(model: model).joined(separator: "\n")]
    notes.append("\(answer.knownCount) findings known; setting \(answer.setting)")
    if let calibration {
      notes.append("corrected by a calibration: \(calibration.method.rawValue)")
    }
    if level != nil { notes.append(CredibleInterval.disclaimer) }
    notes.append(RankingWriter.disclaimer)
    return notes
  }
}
