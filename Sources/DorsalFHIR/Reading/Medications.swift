import DorsalCore

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
    let isActive = status == "active"
    let period = try medication.object("effectivePeriod")
    let dated = try medication.firstDate(["effectiveDateTime", "authoredOn"])
    let start = try period?.date("start") ?? dated
    let end = try period?.date("end") ?? start
    for finding in matches.own {
      throw medication.fault(
        "\(model.findings[finding].id) is no medication; expected an Observation")
    }
    for rule in matches.rules {
      guard rule.reading == .state, let finding = rule.finding else { continue }
      let what = "\(record.type) \(name(of: rule))"
      // What is taken now is taken within any window; it has to have begun in time.
      let counts =
        isActive
        ? place(of: start, since: nil, until: rule.until)
        : place(of: end, since: rule.since, until: rule.until)
      guard counts == .inside else {
        note(counts, medication, what)
        continue
      }
      claim(finding, rule.state, at: isActive ? nil : end, medication)
    }
  }

  /// What is taken: a concept, or that of a Medication that is referred to.
  private func code(of medication: FHIRElement) throws(FHIRIssue) -> FHIRElement? {
    if let concept = try medication.object("medicationCodeableConcept") { return concept }
    guard let reference = try medication.object("medicationReference")?.string("reference"),
      let target = try records.target(of: reference, in: medication, type: "Medication")
    else { return nil }
    return try target.object("code")
  }
}
