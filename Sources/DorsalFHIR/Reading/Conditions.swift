import DorsalCore

extension CaseBuilder {
  private static let clinicalSystem =
    "http://terminology.hl7.org/CodeSystem/condition-clinical"
  private static let verificationSystem =
    "http://terminology.hl7.org/CodeSystem/condition-ver-status"
  private static let current = ["active", "recurrence", "relapse"]
  private static let past = ["inactive", "remission", "resolved"]

  /// The code of a status; nothing where there is none.
  private func status(
    _ name: String, of condition: FHIRElement, system: String, known: [String]
  ) throws(FHIRIssue) -> String? {
    guard let concept = try condition.object(name) else { return nil }
    guard let coding = try concept.codings().first(where: { $0.system == system }),
      known.contains(coding.code)
    else {
      throw concept.fault(
        "no status that is known; expected a code of \(system)", code: "code-invalid")
    }
    return coding.code
  }

  mutating func readCondition(_ condition: FHIRElement) throws(FHIRIssue) {
    let matches = try matches(condition.object("code"))
    guard !matches.isEmpty else { return noteUnmapped(condition, "Condition", matches) }
    let verification =
      try status(
        "verificationStatus", of: condition, system: Self.verificationSystem,
        known: [
          "confirmed", "unconfirmed", "provisional", "differential", "refuted", "entered-in-error",
        ]) ?? "confirmed"
    let clinical = try status(
      "clinicalStatus", of: condition, system: Self.clinicalSystem,
      known: Self.current + Self.past)
    let isRefuted = verification == "refuted"
    guard isRefuted || verification == "confirmed" else {
      return note(condition, "business-rule", "Condition: \(verification), so unknown")
    }
    let began = try condition.object("onsetPeriod")?.date("start")
    let told = try condition.date("onsetDateTime")
    let recorded = try condition.date("recordedDate")
    let onset = told ?? began ?? recorded
    // What was written down later was not known on the day of the case.
    for date in [onset, recorded] where place(of: date, since: nil, until: 0) == .after {
      return note(.after, condition, "Condition")
    }
    let ruledOut = recorded ?? onset
    for finding in matches.own {
      try readOwn(
        finding, condition, isRefuted: isRefuted, clinical: clinical,
        time: isRefuted ? ruledOut : onset)
    }
    for rule in matches.rules {
      if rule.reading == .reason {
        let isCurrent = clinical.map(Self.current.contains) ?? false
        let counts = place(of: onset, since: rule.since, until: rule.until)
        if !isRefuted, isCurrent || counts == .inside { isAboutBackPain = true }
      } else if rule.reading == .state {
        if isRefuted {
          ruleOut(rule, condition, at: ruledOut)
        } else {
          read(rule, condition, clinical: clinical, onset: onset)
        }
      } else {
        note(condition, "not-supported", "Condition \(name(of: rule)): the code is of measurements")
      }
    }
  }

  /// A condition whose code is the id of a finding: what it says needs no table.
  private mutating func readOwn(
    _ finding: Int, _ condition: FHIRElement, isRefuted: Bool, clinical: String?, time: FHIRDate?
  ) throws(FHIRIssue) {
    let definition = model.findings[finding]
    guard definition.kind == .binary else {
      throw condition.fault(
        "\(definition.id) is not present or absent; expected an Observation with a value")
    }
    guard clinical.map(Self.past.contains) != true || definition.section == "history" else {
      return note(condition, "business-rule", "Condition \(definition.id): no longer active")
    }
    // What is active is so on the day of the case; all else was so when it is dated.
    let isNow = !isRefuted && clinical.map(Self.current.contains) == true
    claim(finding, isRefuted ? 1 : 2, at: isNow ? nil : time, condition)
  }

  /// A condition that was ruled out, within the days in which it would count.
  private mutating func ruleOut(_ rule: CodeRule, _ condition: FHIRElement, at time: FHIRDate?) {
    guard let finding = rule.finding else { return }
    let what = "Condition \(name(of: rule))"
    // One code of many that is ruled out does not rule out the others.
    guard rule.otherwise != 0 else {
      return note(condition, "business-rule", "\(what): refuted, which does not rule out others")
    }
    let counts = place(of: time, since: rule.since, until: rule.until)
    guard counts == .inside || time == nil && rule.until == 0 else {
      return note(counts, condition, what)
    }
    claim(finding, rule.otherwise, at: time, condition)
  }

  private mutating func read(
    _ rule: CodeRule, _ condition: FHIRElement, clinical: String?, onset: FHIRDate?
  ) {
    guard let finding = rule.finding else { return }
    let what = "Condition \(name(of: rule))"
    // What has no window has been, whether it is over or not.
    guard rule.since == nil || clinical.map(Self.past.contains) != true else {
      return note(condition, "business-rule", "\(what): no longer active")
    }
    let isActive = clinical.map(Self.current.contains) ?? false
    // Few conditions are ever closed: what has a window counts within it, active or not. It has to
    // have begun before the case where its own diagnosis is not to count.
    let counts = place(of: onset, since: rule.since, until: rule.until)
    guard counts == .inside || onset == nil && isActive && rule.until == 0 else {
      return note(counts, condition, what)
    }
    claim(
      finding, rule.state, at: isActive ? nil : onset, isLasting: rule.since == nil, condition)
  }
}
