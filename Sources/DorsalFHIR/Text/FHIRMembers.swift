import DorsalCore

/// The members that FHIR R4 gives to an element of a type, for all types of which something is read.
///
/// A member that R4 does not know may be a slip of the pen, and what it was to say would be lost: a
/// `verificationStatuss` that says `refuted` would leave a condition confirmed.
struct FHIRMembers {
  /// What stands in a member.
  private enum Content {
    /// A value without members, beside which `_name` may stand.
    case plain
    /// Whatever it is, nothing of it is read.
    case passedOver
    /// An element of a type, or several.
    case element(String)
  }

  private var contents: [String: Content] = [:]
  /// Whether any member may begin like this.
  private var prefix: String?

  /// Names of plain members and of those that are passed over stand in a text with blanks between.
  private init(
    _ base: [(name: String, content: Content)], plain: String, passedOver: String,
    elements: [String: String], prefix: String? = nil
  ) {
    self.prefix = prefix
    for (name, content) in base { contents[name] = content }
    for name in plain.split(separator: " ") { contents[String(name)] = .plain }
    for name in passedOver.split(separator: " ") { contents[String(name)] = .passedOver }
    for (name, type) in elements { contents[name] = .element(type) }
  }

  private func content(of name: String) -> Content? {
    if let own = contents[name] { return own }
    if name.hasPrefix("_"), case .plain = contents[String(name.dropFirst())] { return .passedOver }
    if let prefix, name.hasPrefix(prefix) { return .passedOver }
    return nil
  }

  // MARK: looking

  /// What of an element, and of all that is read inside it, R4 does not know.
  ///
  /// - Parameter most: So many faults at the most.
  /// - Complexity: O(members).
  static func faults(of element: FHIRElement, type: String, most: Int) -> [FHIRIssue] {
    var faults: [FHIRIssue] = []
    find(in: element, type, most: most, &faults)
    return faults
  }

  /// - Throws: The first thing of an element that R4 does not know.
  static func check(_ element: FHIRElement, type: String) throws(FHIRIssue) {
    if let fault = faults(of: element, type: type, most: 1).first { throw fault }
  }

  private static func find(
    in element: FHIRElement, _ type: String, most: Int, _ faults: inout [FHIRIssue]
  ) {
    guard let own = types[type] else { return }
    for (name, value) in element.members where faults.count < most {
      guard let content = own.content(of: name) else {
        let shown = name.utf8.count > 60 ? String(name.prefix(57)) + "..." : name
        // The place is that of the element: a name that is not known may have any length.
        faults.append(
          FHIRIssue(
            .error, "structure",
            "unknown member \"\(shown)\" of \(type)"
              + NearestName.suggestion(for: shown, in: own.contents.keys.sorted()),
            at: element.text.expression(of: element.node),
            position: element.text.position(of: value.node)))
        continue
      }
      guard case .element(let inner) = content else { continue }
      if value.kind == .object { find(in: value, inner, most: most, &faults) }
      guard value.kind == .array else { continue }
      var child = value.node + 1
      while child < value.text.nodes[value.node].next, faults.count < most {
        find(in: FHIRElement(text: value.text, node: child), inner, most: most, &faults)
        child = value.text.nodes[child].next
      }
    }
  }

  // MARK: the types

  private static let anyElement: [(name: String, content: Content)] = [
    ("id", .passedOver), ("extension", .passedOver),
  ]
  private static let anyPart = anyElement + [("modifierExtension", .passedOver)]
  private static let anyResource: [(name: String, content: Content)] = [
    ("resourceType", .passedOver), ("id", .passedOver), ("meta", .passedOver),
    ("implicitRules", .plain), ("language", .plain),
  ]
  private static let anyRecord =
    anyResource + anyPart + [("text", .passedOver), ("contained", .passedOver)]

  private static func record(
    plain: String, passedOver: String, elements: [String: String]
  ) -> FHIRMembers {
    FHIRMembers(anyRecord, plain: plain, passedOver: passedOver, elements: elements)
  }

  private static func part(
    plain: String, passedOver: String = "", elements: [String: String] = [:]
  ) -> FHIRMembers {
    FHIRMembers(anyPart, plain: plain, passedOver: passedOver, elements: elements)
  }

  private static func dataType(_ plain: String, elements: [String: String] = [:]) -> FHIRMembers {
    FHIRMembers(anyElement, plain: plain, passedOver: "", elements: elements)
  }

  /// `value[x]` of an Observation and of its components.
  private static let values = (
    plain: "valueBoolean valueDateTime valueInteger valueString valueTime ",
    passedOver: "valuePeriod valueRange valueRatio valueSampledData ",
    elements: ["valueCodeableConcept": "CodeableConcept", "valueQuantity": "Quantity"]
  )
  /// What an Observation and its components have in common.
  private static let measured = values.elements.merging([
    "code": "CodeableConcept", "dataAbsentReason": "CodeableConcept",
    "interpretation": "CodeableConcept", "referenceRange": "Observation.referenceRange",
  ]) { $1 }

  private static let types: [String: FHIRMembers] = {
    var types: [String: FHIRMembers] = [:]
    types["Bundle"] = FHIRMembers(
      anyResource, plain: "timestamp total type", passedOver: "identifier signature",
      elements: ["entry": "Bundle.entry", "link": "Bundle.link"])
    types["Bundle.entry"] = part(
      plain: "fullUrl", passedOver: "link resource response search",
      elements: ["request": "Bundle.entry.request"])
    types["Bundle.entry.request"] = part(
      plain: "ifMatch ifModifiedSince ifNoneExist ifNoneMatch method url")
    types["Bundle.link"] = part(plain: "relation url")
    types["Parameters"] = FHIRMembers(
      anyResource, plain: "", passedOver: "", elements: ["parameter": "Parameters.parameter"])
    types["Parameters.parameter"] = FHIRMembers(
      anyPart, plain: "name", passedOver: "resource part", elements: [:], prefix: "value")
    types["Patient"] = record(
      plain: "active birthDate deceasedBoolean deceasedDateTime gender multipleBirthBoolean "
        + "multipleBirthInteger",
      passedOver: "address communication contact generalPractitioner identifier link "
        + "managingOrganization maritalStatus name photo telecom", elements: [:])
    types["Condition"] = record(
      plain: "abatementDateTime abatementString onsetDateTime onsetString recordedDate",
      passedOver: "abatementAge abatementPeriod abatementRange asserter bodySite category "
        + "encounter evidence identifier note onsetAge onsetRange recorder severity stage",
      elements: [
        "clinicalStatus": "CodeableConcept", "verificationStatus": "CodeableConcept",
        "code": "CodeableConcept", "onsetPeriod": "Period", "subject": "Reference",
      ])
    types["Observation"] = record(
      plain: values.plain + "effectiveDateTime effectiveInstant issued status",
      passedOver: values.passedOver
        + "basedOn bodySite category derivedFrom device effectiveTiming encounter focus hasMember "
        + "identifier method note partOf performer specimen",
      elements: measured.merging([
        "component": "Observation.component", "effectivePeriod": "Period", "subject": "Reference",
      ]) { $1 })
    types["Observation.component"] = part(
      plain: values.plain, passedOver: values.passedOver, elements: measured)
    types["Observation.referenceRange"] = part(
      plain: "text", passedOver: "age appliesTo low",
      elements: ["high": "Quantity", "type": "CodeableConcept"])
    types["MedicationStatement"] = record(
      plain: "dateAsserted effectiveDateTime status",
      passedOver: "basedOn category context derivedFrom dosage identifier informationSource note "
        + "partOf reasonCode reasonReference statusReason",
      elements: medicine)
    types["MedicationRequest"] = record(
      plain: "authoredOn doNotPerform instantiatesCanonical instantiatesUri intent priority "
        + "reportedBoolean status",
      passedOver: "basedOn category courseOfTherapyType detectedIssue dispenseRequest "
        + "dosageInstruction encounter eventHistory groupIdentifier identifier insurance note "
        + "performer performerType priorPrescription reasonCode reasonReference recorder "
        + "reportedReference requester statusReason substitution supportingInformation",
      elements: medicine.filter { $0.key != "effectivePeriod" })
    types["Medication"] = record(
      plain: "status", passedOver: "amount batch form identifier ingredient manufacturer",
      elements: ["code": "CodeableConcept"])
    types["Encounter"] = record(
      plain: "status",
      passedOver: "account appointment basedOn classHistory diagnosis episodeOfCare "
        + "hospitalization identifier length location partOf participant priority "
        + "reasonReference serviceProvider serviceType statusHistory type",
      elements: [
        "class": "Coding", "period": "Period", "reasonCode": "CodeableConcept",
        "subject": "Reference",
      ])
    types["QuestionnaireResponse"] = record(
      plain: "authored questionnaire status",
      passedOver: "author basedOn encounter identifier partOf source",
      elements: ["item": "QuestionnaireResponse.item", "subject": "Reference"])
    types["QuestionnaireResponse.item"] = part(
      plain: "definition linkId text",
      elements: [
        "answer": "QuestionnaireResponse.item.answer", "item": "QuestionnaireResponse.item",
      ])
    types["QuestionnaireResponse.item.answer"] = part(
      plain: "valueBoolean valueDate valueDateTime valueDecimal valueInteger valueString valueTime "
        + "valueUri",
      passedOver: "valueAttachment valueReference",
      elements: [
        "item": "QuestionnaireResponse.item", "valueCoding": "Coding", "valueQuantity": "Quantity",
      ])
    types["CodeableConcept"] = dataType("text", elements: ["coding": "Coding"])
    types["Coding"] = dataType("code display system userSelected version")
    types["Period"] = dataType("end start")
    types["Quantity"] = dataType("code comparator system unit value")
    types["Reference"] = FHIRMembers(
      anyElement, plain: "display reference type", passedOver: "identifier", elements: [:])
    return types
  }()

  /// What the records of medicines have in common.
  private static let medicine = [
    "medicationCodeableConcept": "CodeableConcept", "medicationReference": "Reference",
    "subject": "Reference", "effectivePeriod": "Period",
  ]
}
