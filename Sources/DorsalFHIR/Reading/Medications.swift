import DorsalCore
import DorsalReport

extension CaseBuilder {
  private static let orders = [
    "order", "original-order", "reflex-order", "filler-order", "instance-order",
  ]

  mutating func readMedication(_ record: RecordSet.Record) throws(FHIRIssue) {
    let medication = record.element
    let matches = try matches(code(of: medication))
    guard !matches.isEmpty else { return noteUnmapped(medication, record.type, matches) }
    guard let status = try medication.string("status") else {
      throw medication.fault("no status; expected such as active", code: "required")
    }
    if let intent = try medication.string("intent"), !Self.orders.contains(intent) {
      return note(medication, "business-rule", "\(record.type): no order")
    }
    if try medication.flag("doNotPerform") == true {
      return note(medication, "business-rule", "\(record.type): not to be taken")
    }
    guard ["active", "completed"].contains(status) else {
      return note(medication, "business-rule", "\(record.type): status \(status.prefix(20))")
    }
    let period = try medication.object("effectivePeriod")
    let dated = try medication.firstDate(["effectiveDateTime", "authoredOn"])
    let start = try period?.date("start") ?? dated
    let end = try period?.date("end")
    if let start, place(of: start, since: nil, until: 0) == .after {
      return note(.after, medication, record.type)
    }
    // What has an end before the case is over, whatever its status says.
    let isOver = place(of: end, since: nil, until: 1) == .inside
    let isActive = status == "active" && !isOver
    if let finding = matches.own.first {
      throw medication.fault(
        "\(model.findings[finding].id) is no medication; expected an Observation")
    }
    for rule in matches.rules {
      guard rule.reading == .state, let finding = rule.finding else { continue }
      let what = "\(record.type) \(name(of: rule))"
      let counts = place(of: start, end, isActive: isActive, by: rule)
      guard counts == .inside else {
        note(counts, medication, what)
        continue
      }
      claim(finding, rule.state, at: isActive ? nil : end ?? start, medication)
    }
  }

  /// Where a course stands beside the days that a rule counts.
  ///
  /// What is taken now counts if it began in time, and what is over by its beginning. Where a rule
  /// asks for a beginning long ago, it asks for long use: a course that is over has to have been
  /// as long.
  private func place(
    of start: FHIRDate?, _ end: FHIRDate?, isActive: Bool, by rule: CodeRule
  ) -> Place {
    if isActive { return place(of: start, since: nil, until: rule.until) }
    guard rule.until > 1 else { return place(of: start, since: rule.since, until: rule.until) }
    guard let start, let end else { return .unclear }
    guard end.first.dayNumber - start.last.dayNumber >= rule.until else { return .outside }
    return place(of: end, since: rule.since, until: 0)
  }

  /// What is taken: a concept, or that of a Medication that is referred to.
  private func code(of medication: FHIRElement) throws(FHIRIssue) -> FHIRElement? {
    if let concept = try medication.object("medicationCodeableConcept") { return concept }
    guard let reference = try medication.object("medicationReference")?.string("reference"),
      let target = try records.target(of: reference, in: medication, type: "Medication")
    else { return nil }
    try FHIRMembers.check(target, type: "Medication")
    guard target["modifierExtension"] == nil, target["implicitRules"] == nil else { return nil }
    return try target.object("code")
  }
}
