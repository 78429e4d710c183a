public import DorsalCore

extension FHIRAnswers {
  private static let extensions = "http://hl7.org/fhir/StructureDefinition/"
  /// What says that `$next-question` is asked for the items.
  static let adaptive: JSONValue = .object([
    (
      "url",
      "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-questionnaireAdaptive"
    ), ("valueBoolean", .boolean(true)),
  ])
  /// The id of the questionnaire that has every question.
  public static let questionnaireID = "dorsal"
  /// The id of the one whose questions come one after the other.
  public static let adaptiveID = "dorsal-adaptive"

  /// A Questionnaire (SDC) that asks for every finding of the model, section by section.
  public var questionnaire: JSONValue {
    var sections: [(name: String, findings: [Int])] = []
    for (index, finding) in model.findings.enumerated() {
      if let place = sections.firstIndex(where: { $0.name == finding.section }) {
        sections[place].findings.append(index)
      } else {
        sections.append((finding.section, [index]))
      }
    }
    return questionnaire(
      id: Self.questionnaireID, url: reader.questionnaireURL, name: "Dorsal_",
      items: sections.map { section in
        .object([
          ("linkId", .string("section-" + section.name)),
          ("text", .string(section.name.replacing("_", with: " "))),
          ("type", "group"), ("item", .array(section.findings.map(item))),
        ])
      })
  }

  /// A Questionnaire (SDC) whose items come one after the other, by `$next-question`.
  public var adaptiveQuestionnaire: JSONValue {
    questionnaire(
      id: Self.adaptiveID, url: reader.adaptiveURL, name: "DorsalAdaptive_", items: [])
  }

  private func questionnaire(
    id: String, url: String, name: String, items: [JSONValue]
  ) -> JSONValue {
    FHIRJSON.resource(
      "Questionnaire",
      [
        ("id", .string(id)), ("extension", items.isEmpty ? .array([Self.adaptive]) : nil),
        ("url", .string(url)), ("version", .string(model.card.version)),
        // A name for programs: letters, digits and underscores behind a capital.
        ("name", .string(name + String(model.card.name.map { Self.isPlain($0) ? $0 : "_" }))),
        ("title", .string(model.card.title)),
        ("status", "active"),
        ("subjectType", .array(["Patient"])),
        ("description", .string(model.card.intendedUse)),
        ("copyright", .string(model.card.licence)), ("item", FHIRJSON.list(items)),
      ])
  }

  private static func isPlain(_ character: Character) -> Bool {
    character.isASCII && (character.isLetter || character.isNumber)
  }

  /// The question for a finding. Without an answer it is unknown.
  func item(_ index: Int) -> JSONValue {
    let finding = model.findings[index]
    var members: [(String, JSONValue?)] = [
      ("linkId", .string(finding.id)),
      ("code", .array([FHIRJSON.coding(FHIRReader.findingSystem, finding.id)])),
      ("text", .string(finding.question.isEmpty ? finding.id : finding.question)),
    ]
    switch finding.kind {
    case .binary: members.append(("type", "boolean"))
    case .category:
      members.append(("type", "choice"))
      members.append(
        (
          "answerOption",
          .array(
            finding.states.map { state in
              .object([
                (
                  "valueCoding",
                  FHIRJSON.coding(
                    FHIRReader.stateSystem, state, display: state.replacing("_", with: " "))
                )
              ])
            })
        ))
    case .number:
      members.append(("type", "decimal"))
      members.insert(("extension", FHIRJSON.list(bounds(index))), at: 1)
    }
    return FHIRJSON.object(members)
  }

  /// The unit, and what may be meant.
  private func bounds(_ index: Int) -> [JSONValue] {
    let finding = model.findings[index]
    var list: [JSONValue] = []
    if let unit = reader.codes.units(of: index).first(where: {
      !$0.isEmpty && reader.codes.unit($0, of: index) == CodeUnit(factor: 1, offset: 0)
    }) {
      list.append(
        .object([
          ("url", .string(Self.extensions + "questionnaire-unit")),
          ("valueCoding", FHIRJSON.coding(CaseBuilder.unitSystem, unit, display: unit)),
        ]))
    }
    if let range = finding.range {
      list += [("minValue", range.lowerBound), ("maxValue", range.upperBound)].map {
        .object([
          ("url", .string(Self.extensions + $0.0)), ("valueDecimal", .number($0.1)),
        ])
      }
    }
    return list
  }
}
