import DorsalCore
import DorsalReport

extension CaseBuilder {
  /// Where the time of a record is, beside the days that a rule counts.
  enum Place {
    case inside, outside
    /// It is in the future of the case.
    case after
    /// It, or the day of the case, is not known well enough.
    case unclear
  }

  /// Where a record is.
  ///
  /// - Parameters:
  ///   - date: When it was made or began; nothing where that is not known.
  ///   - since: Days before the case from which on it counts; nothing for ever.
  ///   - until: Days before the case up to which it counts.
  func place(of date: FHIRDate?, since: Int?, until: Int) -> Place {
    guard let date, let day else { return .unclear }
    if date.first > day { return .after }
    let latest = day.dayNumber - until
    // What is recorded was before the day of the case.
    let last = min(date.last, day).dayNumber
    if date.first.dayNumber > latest { return .outside }
    guard let since else { return last <= latest ? .inside : .unclear }
    let earliest = day.dayNumber - since
    if last < earliest { return .outside }
    return last <= latest && date.first.dayNumber >= earliest ? .inside : .unclear
  }

  /// Notes why a record that a rule is about does not count.
  mutating func note(_ place: Place, _ element: FHIRElement, _ what: String) {
    switch place {
    case .inside: break
    case .outside: note(element, "business-rule", "\(what): outside the days that count")
    case .after: note(element, "business-rule", "\(what): after the day of the case")
    case .unclear: note(element, "incomplete", "\(what): its day is not known well enough")
    }
  }

  /// What the codes of a record are: ids of findings, and rules.
  struct Matches {
    var own: [Int] = []
    var rules: [CodeRule] = []
    var first: FHIRCoding?

    var isEmpty: Bool { own.isEmpty && rules.isEmpty }
  }

  /// What the codes of a concept say.
  func matches(_ concept: FHIRElement?) throws(FHIRIssue) -> Matches {
    var found = Matches()
    guard let concept else { return found }
    for coding in try concept.codings() {
      if found.first == nil { found.first = coding }
      if coding.system == FHIRReader.findingSystem {
        guard let finding = model.index(ofFinding: coding.code) else {
          throw coding.element.fault(
            "unknown finding \"\(coding.code)\""
              + NearestName.suggestion(for: coding.code, in: model.findings.map(\.id)),
            code: "code-invalid")
        }
        if !found.own.contains(finding) { found.own.append(finding) }
      } else {
        for rule in reader.codes.rules(system: coding.system, code: coding.code)
        where !found.rules.contains(rule) { found.rules.append(rule) }
      }
    }
    return found
  }

  /// Notes a record whose codes nothing is known of.
  mutating func noteUnmapped(_ element: FHIRElement, _ type: String, _ matches: Matches) {
    issues.add(
      element, .information, "not-supported",
      matches.first.map { "\(type) \($0.shown): no rule for the code" }
        ?? "\(type): no code of a system")
  }

  /// What a rule is called in notes.
  func name(of rule: CodeRule) -> String {
    "\(rule.code) for \(rule.finding.map { model.findings[$0].id } ?? "back pain")"
  }
}
