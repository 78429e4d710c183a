import DorsalCore
import DorsalReport

/// Puts the resources of one case together.
struct CaseBuilder {
  let reader: FHIRReader
  let records: RecordSet
  var claims = Claims()
  var issues = IssueList()
  var faults: [FHIRIssue] = []
  var asked: [Int] = []
  var isAboutBackPain = false
  /// The day of the case.
  var day: CivilDate?
  /// The place of the resource that is being read.
  var place = 0
  private var patient: RecordSet.Record?
  /// The first reference to a patient.
  private var subject: String?
  private var encounter: RecordSet.Record?
  /// The encounter that a caller means, where it names one.
  private let visit: FHIRElement?

  static let mostFaults = 50

  var model: Model { reader.model }

  init(
    _ reader: FHIRReader, _ records: RecordSet, date: CivilDate?, today: CivilDate?,
    visit: FHIRElement? = nil
  ) throws(FHIRIssue) {
    (self.reader, self.records, self.visit) = (reader, records, visit)
    try findPatient()
    day = date
    try findDay(today: today)
  }

  /// The types that are read besides Patient.
  private static let types: Set = [
    "Encounter", "Condition", "Observation", "MedicationStatement", "MedicationRequest",
    "QuestionnaireResponse",
  ]

  /// Reads everything.
  ///
  /// - Throws: Everything that is wrong, or the first thing where one issue says it all.
  mutating func build() throws(FHIRFailure) -> FHIRCase {
    for remark in records.remarks { note(remark.element, remark.code, remark.text) }
    for (place, record) in records.records.enumerated() where faults.count < Self.mostFaults {
      self.place = place
      do throws(FHIRIssue) {
        try read(record)
      } catch {
        faults.append(error)
      }
    }
    var codes = [UInt8](repeating: CaseBatch.unknown, count: model.findings.count)
    var numbers: [Int: Double] = [:]
    var used: Set<Int> = []
    for (claim, places) in claims.settled(model: model, issues: &issues, faults: &faults) {
      codes[claim.finding] = claim.code
      numbers[claim.finding] = claim.number
      used.formUnion(places)
    }
    if !faults.isEmpty { throw FHIRFailure(faults, id: try? id()) }
    let list = records.records
    return FHIRCase(
      id: try id(), codes: codes, numbers: numbers, date: day,
      subject: patient?.reference ?? subject,
      encounter: encounter?.reference,
      basis: used.sorted().compactMap { list[$0].type == "Patient" ? nil : list[$0].reference },
      issues: issues.all, usedCount: used.count, unusedCount: list.count - used.count,
      isAboutBackPain: isAboutBackPain, top: nil, level: nil, asked: asked)
  }

  private func id() throws(FHIRFailure) -> String? {
    let response = records.records.first { $0.type == "QuestionnaireResponse" }
    guard let id = records.bundleID ?? (patient == nil ? response?.id : nil) ?? patient?.id else {
      return nil
    }
    // FHIR's own rule of ids; others would meet a terminal or a table.
    guard id.utf8.count <= 64, id.utf8.allSatisfy(Self.isOfID), !id.isEmpty else {
      throw FHIRFailure([
        FHIRIssue(
          .error, "value", "an id of other signs; expected at most 64 of A-Z, a-z, 0-9, - and .")
      ])
    }
    return id
  }

  private static func isOfID(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
      true
    default: false
    }
  }

  private mutating func read(_ record: RecordSet.Record) throws(FHIRIssue) {
    guard record.type == "Patient" || Self.types.contains(record.type) else {
      // Of a type only the name is told, and types are few.
      return issues.add(
        record.element, .information, "not-supported",
        "\(record.type.prefix(40)): resources of this type are not read")
    }
    let unknown = FHIRMembers.faults(
      of: record.element, type: record.type, most: Self.mostFaults - faults.count)
    guard unknown.isEmpty else {
      faults += unknown
      return
    }
    try checkSubject(of: record.element)
    if let rules = Self.rules(of: record.element) {
      return note(record.element, "not-supported", "set aside for its \(rules)")
    }
    switch record.type {
    case "Patient": try readPatient(record.element)
    case "Encounter": try readEncounter(record)
    case "Condition": try readCondition(record.element)
    case "Observation": try readObservation(record.element)
    case "QuestionnaireResponse": try readResponse(record.element)
    default: try readMedication(record)
    }
  }

  /// What says that a resource may mean something else than it seems to; nothing where it does not.
  private static func rules(of resource: FHIRElement) -> String? {
    ["modifierExtension", "implicitRules"].first { resource[$0] != nil }
  }

  /// Notes something that says of the case and was not used.
  mutating func note(_ element: FHIRElement, _ code: String, _ text: String) {
    issues.add(element, .warning, code, text)
  }

  /// Adds what the resource in hand says.
  mutating func claim(
    _ finding: Int, _ code: UInt8, number: Double? = nil, at time: FHIRDate?,
    isLasting: Bool = false, _ element: FHIRElement
  ) {
    claims.add(
      Claim(
        finding: finding, code: code, number: number, time: time ?? day.map { FHIRDate($0) },
        isLasting: isLasting, element: element, record: place))
  }

  // MARK: whose it is

  private mutating func findPatient() throws(FHIRIssue) {
    for record in records.records where record.type == "Patient" {
      guard patient == nil else {
        throw record.element.fault(
          "a second patient; expected the resources of one", code: "business-rule")
      }
      patient = record
    }
  }

  private mutating func checkSubject(of resource: FHIRElement) throws(FHIRIssue) {
    guard let reference = try resource.object("subject"),
      let text = try reference.string("reference")
    else { return }
    if let patient {
      guard patient.isMeant(by: text) else {
        throw reference.fault(
          "another patient than that of the Bundle; expected the resources of one",
          code: "business-rule")
      }
    } else if let subject, subject != text {
      throw reference.fault(
        "another patient than that of the resources before; expected the resources of one",
        code: "business-rule")
    }
    if subject == nil { subject = text }
  }

  /// The last day on which the patient was seen or asked, and the encounter of that day.
  private mutating func findDay(today: CivilDate?) throws(FHIRIssue) {
    var visits: [(record: RecordSet.Record, start: CivilDate, end: CivilDate?)] = []
    var latest: CivilDate?
    for record in records.records where Self.rules(of: record.element) == nil {
      let element = record.element
      switch record.type {
      case "Encounter":
        let status = try element.string("status") ?? ""
        if ["planned", "cancelled", "entered-in-error"].contains(status) { continue }
        let period = try element.object("period")
        guard let start = try period?.date("start"), start.first == start.last else { continue }
        visits.append((record, start.first, try period?.date("end")?.last))
        latest = max(latest ?? start.first, start.first)
      case "QuestionnaireResponse":
        guard try element.string("status") != "entered-in-error", try isOwn(element),
          let authored = try element.date("authored"), authored.first == authored.last
        else { continue }
        latest = max(latest ?? authored.first, authored.first)
      default: continue
      }
    }
    day = day ?? latest ?? today
    if let visit {
      // Whoever names an encounter means that one, whatever it says of its days.
      encounter = records.records.first { $0.element.node == visit.node }
      return
    }
    guard let day else { return }
    // That of the case is the last one that had begun and was not long over: an emergency of last
    // year is no setting of today.
    var last: CivilDate?
    for visit in visits where visit.start <= day && last.map({ visit.start >= $0 }) ?? true {
      let end = max(visit.start, visit.end ?? visit.start)
      guard day.dayNumber - end.dayNumber <= Self.daysOfEncounter else { continue }
      (last, encounter) = (visit.start, visit.record)
    }
  }

  /// So many days after it an encounter is still that of the case (assumed).
  private static let daysOfEncounter = 7

  private mutating func readEncounter(_ record: RecordSet.Record) throws(FHIRIssue) {
    guard record.element.node == encounter?.element.node else {
      return issues.add(
        record.element, .information, "informational", "Encounter: not the one of the case")
    }
    let status = try record.element.string("status") ?? ""
    guard !["cancelled", "entered-in-error"].contains(status) else {
      return note(record.element, "business-rule", "Encounter: \(status)")
    }
    let reasons = try record.element.objects("reasonCode")
    for reason in reasons {
      for coding in try reason.codings() {
        let rules = reader.codes.rules(system: coding.system, code: coding.code)
        if rules.contains(where: { $0.reading == .reason }) { isAboutBackPain = true }
      }
    }
    guard let kind = try record.element.object("class"), let system = try kind.string("system"),
      let code = try kind.string("code")
    else { return }
    for rule in reader.codes.rules(system: system, code: code) where rule.reading == .state {
      if let finding = rule.finding { claim(finding, rule.state, at: nil, record.element) }
    }
  }

  // MARK: the patient

  private mutating func readPatient(_ patient: FHIRElement) throws(FHIRIssue) {
    let gender = try patient.word("gender", of: ["male", "female", "other", "unknown"])
    if let sex = reader.sex, let gender,
      let state = model.findings[sex].states.firstIndex(of: gender)
    {
      claim(sex, UInt8(clamping: state + 1), at: nil, isLasting: true, patient)
    } else if let gender, let element = patient["gender"] {
      note(element, "incomplete", "gender \(gender): the sex stays unknown")
    }
    guard let finding = reader.age, let birth = try patient.date("birthDate"),
      let element = patient["birthDate"]
    else { return }
    guard let day else {
      return note(element, "incomplete", "birthDate: the day of the case is not known")
    }
    guard birth.first <= day else { throw element.fault("a birth after the day of the case") }
    // Of a date that is not exact, the oldest and the youngest that the patient may be.
    let most = Double(Self.years(from: birth.first, to: day))
    let fewest = Double(Self.years(from: min(birth.last, day), to: day))
    let oldest = try code(of: most, finding, element)
    guard oldest == (try code(of: fewest, finding, element)) else {
      return note(
        element, "incomplete", "birthDate: not exact enough to tell the state of the age")
    }
    claim(
      finding, oldest, number: most == fewest ? most : nil, at: nil, isLasting: true, patient)
  }

  /// Completed years, as birthdays count them: who is born on 29 February is a year older on
  /// 1 March of other years.
  static func years(from birth: CivilDate, to day: CivilDate) -> Int {
    let (own, then) = (parts(of: birth), parts(of: day))
    return then.year - own.year - ((then.month, then.day) < (own.month, own.day) ? 1 : 0)
  }

  private static func parts(of date: CivilDate) -> (year: Int, month: Int, day: Int) {
    let numbers = date.text.split(separator: "-").compactMap { Int($0) }
    return (numbers[0], numbers[1], numbers[2])
  }

  /// The state that a number of a finding falls in.
  func code(
    of number: Double, _ finding: Int, _ element: FHIRElement
  ) throws(FHIRIssue) -> UInt8 {
    do throws(DorsalError) {
      return try reader.decoders[finding].code(of: number)
    } catch {
      throw element.fault("\(model.findings[finding].id): \(error.description)")
    }
  }
}
