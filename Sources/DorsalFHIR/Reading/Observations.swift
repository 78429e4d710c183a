import DorsalCore

extension CaseBuilder {
  private static let statuses = [
    "registered", "preliminary", "final", "amended", "corrected", "cancelled", "entered-in-error",
    "unknown",
  ]
  private static let used = ["preliminary", "final", "amended", "corrected"]

  mutating func readObservation(_ observation: FHIRElement) throws(FHIRIssue) {
    let own = try matches(observation.object("code"))
    var parts: [(element: FHIRElement, matches: Matches)] = own.isEmpty ? [] : [(observation, own)]
    var strangers: [(element: FHIRElement, matches: Matches)] = []
    for component in try observation.objects("component") {
      let matches = try matches(component.object("code"))
      if matches.isEmpty {
        strangers.append((component, matches))
        continue
      }
      guard component["modifierExtension"] == nil else {
        note(component, "not-supported", "set aside for its modifierExtension")
        continue
      }
      parts.append((component, matches))
    }
    guard !parts.isEmpty else { return noteUnmapped(observation, "Observation", own) }
    for (component, matches) in strangers {
      noteUnmapped(component, "Observation.component", matches)
    }
    guard observation["focus"] == nil else {
      return note(
        observation, "not-supported", "Observation: of somebody or something else (focus)")
    }
    guard let status = try observation.word("status", of: Self.statuses) else {
      throw observation.fault("no status; expected such as final", code: "required")
    }
    guard Self.used.contains(status) else {
      return note(observation, "business-rule", "Observation: status \(status), so unknown")
    }
    let time = try time(of: observation)
    if place(of: time, since: nil, until: 0) == .after {
      return note(.after, observation, "Observation")
    }
    for (element, matches) in parts { try read(element, matches, at: time) }
  }

  /// When an observation was true.
  private func time(of observation: FHIRElement) throws(FHIRIssue) -> FHIRDate? {
    if let time = try observation.firstDate(["effectiveDateTime", "effectiveInstant"]) {
      return time
    }
    let period = try observation.object("effectivePeriod")
    if let time = try period?.firstDate(["end", "start"]) { return time }
    return try observation.date("issued")
  }

  /// Reads an observation or one of its components.
  private mutating func read(
    _ element: FHIRElement, _ matches: Matches, at time: FHIRDate?
  ) throws(FHIRIssue) {
    let value = try element.choice("value")
    if let reason = element["dataAbsentReason"] {
      guard value == nil else {
        throw reason.fault("a value and a dataAbsentReason; expected one", code: "invariant")
      }
      return note(element, "incomplete", "Observation: dataAbsentReason, so unknown")
    }
    let isReadByInterpretation = matches.rules.contains {
      $0.reading == .answer || $0.reading == .aboveUpperLimit
    }
    if let interpretation = element["interpretation"], !isReadByInterpretation {
      issues.add(
        interpretation, .information, "not-supported",
        "Observation: an interpretation, which is not read beside the value")
    }
    for finding in matches.own {
      guard let value else {
        note(element, "incomplete", "Observation \(model.findings[finding].id): no value")
        continue
      }
      if model.findings[finding].section == "pain" { isAboutBackPain = true }
      if let code = try ownCode(finding, kind: value.name, value.value) {
        claim(finding, code, number: exactNumber(finding, value.value), at: time, value.value)
      }
    }
    for rule in matches.rules {
      guard let finding = rule.finding, rule.reading != .state else {
        note(element, "not-supported", "Observation \(name(of: rule)): the code is of conditions")
        continue
      }
      let counts = place(of: time, since: rule.since, until: rule.until)
      guard counts == .inside else {
        note(counts, element, "Observation \(name(of: rule))")
        continue
      }
      if let (code, number) = try read(element, value, by: rule, finding) {
        claim(finding, code, number: number, at: time, element)
      }
    }
  }

  /// What a rule reads of an observation.
  ///
  /// - Returns: The code of a state, and the number that it was made of where that is exact;
  ///   nothing where there is none, which is noted.
  private mutating func read(
    _ element: FHIRElement, _ value: (name: String, value: FHIRElement)?, by rule: CodeRule,
    _ finding: Int
  ) throws(FHIRIssue) -> (code: UInt8, number: Double?)? {
    let what = "Observation \(name(of: rule))"
    let quantity = value?.name == "valueQuantity" ? value?.value : nil
    switch rule.reading {
    case .state, .reason: return nil
    case .answer: return try answer(element, value, by: rule, what).map { ($0, nil) }
    case .aboveUpperLimit:
      return try aboveLimit(element, quantity, by: rule, what).map { ($0, nil) }
    case .number, .above, .atLeast, .below:
      guard
        let measured = try quantity.flatMap({ (quantity) throws(FHIRIssue) in
          try measured(quantity, inUnitOf: finding)
        })
      else {
        note(element, "incomplete", "\(what): no number")
        return nil
      }
      guard let code = try code(of: measured, by: rule, finding, element) else {
        note(element, "incomplete", "\(what): proves no state")
        return nil
      }
      return (code, rule.reading == .number && measured.bound == nil ? measured.number : nil)
    case .timesUpperLimit:
      guard let quantity, var measured = try measured(quantity) else {
        note(element, "incomplete", "\(what): no number")
        return nil
      }
      guard let limit = try upperLimit(of: element, quantity) else {
        note(element, "incomplete", "\(what): no upper limit")
        return nil
      }
      measured.number /= limit
      guard let code = try code(of: measured, finding, element) else {
        note(element, "incomplete", "\(what): proves no state")
        return nil
      }
      return (code, measured.bound == nil ? measured.number : nil)
    }
  }

  private func code(
    of measured: MeasuredNumber, by rule: CodeRule, _ finding: Int, _ element: FHIRElement
  ) throws(FHIRIssue) -> UInt8? {
    guard rule.reading != .number else { return try code(of: measured, finding, element) }
    guard measured.number > 0, measured.number < 1e9 else {
      throw element.fault("\(measured.number); expected a number of a patient")
    }
    if let range = rule.range, !range.contains(measured.number) {
      throw element.fault(
        "\(name(of: rule)): \(NumberText.plain(measured.number)) is out of range; expected "
          + "\(NumberText.plain(range.lowerBound)) to \(NumberText.plain(range.upperBound))")
    }
    let threshold = rule.threshold ?? 0
    let holds =
      switch rule.reading {
      case .above: measured.isAbove(threshold)
      case .atLeast: measured.isBelow(threshold).map { !$0 }
      default: measured.isBelow(threshold)
      }
    guard let holds else { return nil }
    return code(of: rule, holds: holds)
  }

  private func code(of rule: CodeRule, holds: Bool) -> UInt8? {
    let code = holds ? rule.state : rule.otherwise
    return code == 0 ? nil : code
  }

  // MARK: limits and answers

  /// Whether a number is above the laboratory's limit, by the limit and by its interpretation.
  private mutating func aboveLimit(
    _ element: FHIRElement, _ quantity: FHIRElement?, by rule: CodeRule, _ what: String
  ) throws(FHIRIssue) -> UInt8? {
    let told = try interpretation(of: element, for: .aboveUpperLimit)
    var holds = told
    if let quantity, let measured = try measured(quantity),
      let limit = try upperLimit(of: element, quantity)
    {
      let own = measured.isAbove(limit)
      if let own, let told, own != told {
        throw element.fault(
          "the interpretation contradicts value and referenceRange", code: "conflict")
      }
      holds = own ?? told
    }
    guard let holds, let code = code(of: rule, holds: holds) else {
      note(element, "incomplete", "\(what): neither an upper limit nor an interpretation")
      return nil
    }
    return code
  }

  private mutating func answer(
    _ element: FHIRElement, _ value: (name: String, value: FHIRElement)?, by rule: CodeRule,
    _ what: String
  ) throws(FHIRIssue) -> UInt8? {
    let told = try interpretation(of: element, for: .answer)
    var own: Bool?
    if let value, value.name == "valueCodeableConcept" {
      own = try holds(value.value, for: .answer)
    }
    if let own, let told, own != told {
      throw element.fault("the interpretation contradicts the value", code: "conflict")
    }
    guard let holds = own ?? told else {
      note(element, "incomplete", "\(what): no answer that is known")
      return nil
    }
    guard let code = code(of: rule, holds: holds) else {
      note(element, "incomplete", "\(what): proves no state")
      return nil
    }
    return code
  }

  private func interpretation(
    of element: FHIRElement, for reading: CodeRule.Reading
  ) throws(FHIRIssue) -> Bool? {
    for concept in try element.objects("interpretation") {
      if let holds = try holds(concept, for: reading) { return holds }
    }
    return nil
  }

  private func holds(
    _ concept: FHIRElement, for reading: CodeRule.Reading
  ) throws(FHIRIssue) -> Bool? {
    var found: Bool?
    for coding in try concept.codings() {
      let holds = reader.codes.holds(system: coding.system, code: coding.code, for: reading)
      if let holds, let found, holds != found {
        throw concept.fault("two codes that contradict each other", code: "conflict")
      }
      found = found ?? holds
    }
    return found
  }

  /// The upper limit of the normal range, in the unit of the value; nothing where there is not
  /// just one.
  private func upperLimit(
    of element: FHIRElement, _ quantity: FHIRElement
  ) throws(FHIRIssue) -> Double? {
    var limits: [Double] = []
    for range in try element.objects("referenceRange") where range["modifierExtension"] == nil {
      let kinds = try range.object("type")?.codings().map(\.code) ?? ["normal"]
      guard kinds.contains("normal"), let high = try range.object("high"),
        let limit = try high.number("value")
      else { continue }
      let (own, others) = (try high.string("code"), try quantity.string("code"))
      if let own, let others {
        guard own == others, try high.string("system") == quantity.string("system") else {
          throw high.fault("another unit than that of the value; expected the same")
        }
      } else {
        // Of a limit whose unit is not said as exactly as that of the value nothing is known.
        guard own == others, try high.string("unit") == quantity.string("unit") else { continue }
      }
      guard limit > 0 else { throw high.fault("an upper limit of \(limit); expected one above 0") }
      limits.append(limit)
    }
    return limits.count == 1 ? limits[0] : nil
  }
}
