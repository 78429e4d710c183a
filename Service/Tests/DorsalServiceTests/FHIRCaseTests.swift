import Dorsal
import DorsalFHIR
import Foundation
import Testing

/// Resources put together by Foundation, which shares no code with the reader.
enum Resources {
  typealias Object = [String: Any]

  static func bytes(_ object: Object) throws -> [UInt8] {
    Array(try JSONSerialization.data(withJSONObject: object))
  }

  static func bundle(_ resources: [Object], type: String = "collection") -> Object {
    [
      "resourceType": "Bundle", "id": "b1", "type": type,
      "entry": resources.map { ["resource": $0] },
    ]
  }

  static func concept(_ system: String, _ code: String, display: String? = nil) -> Object {
    var coding: Object = ["system": system, "code": code]
    coding["display"] = display
    return ["coding": [coding]]
  }

  static func patient(_ birth: String? = nil, gender: String? = nil, id: String = "p") -> Object {
    var patient: Object = ["resourceType": "Patient", "id": id]
    patient["birthDate"] = birth
    patient["gender"] = gender
    return patient
  }

  static func condition(
    _ code: String, system: String = "http://hl7.org/fhir/sid/icd-10-cm",
    verification: String? = "confirmed", clinical: String? = "active", onset: String? = "2024-05-01"
  ) -> Object {
    var condition: Object = [
      "resourceType": "Condition", "subject": ["reference": "Patient/p"],
      "code": concept(system, code),
    ]
    if let verification {
      condition["verificationStatus"] = concept(
        "http://terminology.hl7.org/CodeSystem/condition-ver-status", verification)
    }
    if let clinical {
      condition["clinicalStatus"] = concept(
        "http://terminology.hl7.org/CodeSystem/condition-clinical", clinical)
    }
    condition["onsetDateTime"] = onset
    return condition
  }

  static func quantity(_ value: Double, _ unit: String, comparator: String? = nil) -> Object {
    var quantity: Object = [
      "value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit,
    ]
    quantity["comparator"] = comparator
    return quantity
  }

  static func observation(
    _ code: String, system: String = "http://loinc.org", _ members: Object,
    at time: String? = "2024-05-31T08:00:00Z"
  ) -> Object {
    var observation: Object = [
      "resourceType": "Observation", "status": "final", "code": concept(system, code),
      "subject": ["reference": "Patient/p"],
    ]
    observation["effectiveDateTime"] = time
    return observation.merging(members) { $1 }
  }

  static func own(_ finding: String, _ members: Object, at time: String? = nil) -> Object {
    observation(finding, system: "urn:dorsal:finding", members, at: time)
  }

  /// A response that answers some findings.
  static func response(
    _ findings: Object, id: String = "r1", authored: String? = "2024-05-31"
  ) throws -> Object {
    let model = try Caller.model.get()
    let items: [Object] = try findings.sorted { $0.key < $1.key }.map { name, value in
      let finding = model.findings[try #require(model.index(ofFinding: name))]
      let answer: Object =
        switch finding.kind {
        case .binary: ["valueBoolean": value]
        case .number: ["valueDecimal": value]
        case .category: ["valueCoding": ["system": "urn:dorsal:state", "code": value]]
        }
      return ["linkId": name, "answer": [answer]]
    }
    var response: Object = [
      "resourceType": "QuestionnaireResponse", "id": id, "status": "completed",
      "questionnaire": "urn:dorsal:questionnaire:back-pain|0.0.1", "item": items,
    ]
    response["authored"] = authored
    return response
  }

  /// The shipped examples: the findings of each, its setting among them.
  static func examples() throws -> [(line: String, id: String, findings: Object)] {
    try String(contentsOfFile: Caller.root + "/Data/examples.jsonl", encoding: .utf8)
      .split(separator: "\n").map { line in
        let given = try #require(
          try JSONSerialization.jsonObject(with: Data(line.utf8)) as? Object)
        var findings = try #require(given["findings"] as? Object)
        findings["setting"] = given["setting"]
        return (String(line), try #require(given["id"] as? String), findings)
      }
  }
}

@Suite struct FHIRCaseTests {
  private typealias Object = Resources.Object
  private static let reader = Result { try FHIRReader(model: try Caller.model.get()) }
  private static let day = CivilDate("2024-05-31")

  private func read(_ object: Object, on day: CivilDate? = Self.day) throws -> FHIRCase {
    try Self.reader.get().read(try Resources.bytes(object), on: day)
  }

  /// The state of a finding by its name; nothing where it is unknown.
  private func state(_ finding: String, in found: FHIRCase) throws -> String? {
    let model = try Caller.model.get()
    let index = try #require(model.index(ofFinding: finding))
    let code = Int(found.codes[index])
    return code == 0 ? nil : model.findings[index].states[code - 1]
  }

  private func state(_ finding: String, of resources: [Object]) throws -> String? {
    try state(finding, in: read(Resources.bundle(resources)))
  }

  /// What is wrong with resources.
  private func issues(_ object: Object) throws -> [FHIRIssue] {
    try #require(
      throws: FHIRFailure.self, "expected a fault", performing: { _ = try read(object) }
    ).issues
  }

  // MARK: round trips

  @Test func `a response and a bundle are the case that the case file has`() throws {
    let model = try Caller.model.get()
    let reader = CaseTextReader(model: model)
    for example in try Resources.examples() {
      let expected = try reader.read(json: Array(example.line.utf8)).cases.codes
      let response = try read(try Resources.response(example.findings))
      #expect(response.codes == expected)
      let observations = try example.findings.map { name, value -> Object in
        let finding = model.findings[try #require(model.index(ofFinding: name))]
        return switch finding.kind {
        case .category:
          Resources.own(
            name,
            [
              "valueCodeableConcept": Resources.concept(
                "urn:dorsal:state", try #require(value as? String))
            ])
        // Years and days are units of UCUM, and have to be named.
        case .number where ["age", "duration"].contains(name):
          Resources.own(
            name,
            [
              "valueQuantity": Resources.quantity(
                try #require(value as? Double), name == "age" ? "a" : "d")
            ])
        case .number: Resources.own(name, ["valueInteger": value])
        case .binary: Resources.own(name, ["valueBoolean": value])
        }
      }
      #expect(try read(Resources.bundle(observations)).codes == expected)
      #expect(response.id == "r1")
      #expect(response.issues.isEmpty)
    }
  }

  @Test(arguments: ["collection", "searchset", "document", "transaction", "batch"])
  func `every type of Bundle that holds each resource once is read alike`(type: String) throws {
    let found = try read(
      Resources.bundle([Resources.condition("R63.4"), Resources.patient()], type: type))
    #expect(try state("weight_loss", in: found) == "present")
    #expect(found.usedCount == 1)
    #expect(found.unusedCount == 1)
    #expect(found.subject == "Patient/p")
  }

  @Test func `displays and texts are never looked at`() throws {
    var condition = Resources.condition("Z99.9")
    condition["code"] = [
      "text": "Fever", "coding": [["display": "Fever, unspecified"], ["code": "R50.9"]],
    ]
    let found = try read(Resources.bundle([condition]))
    #expect(found.codes.allSatisfy { $0 == 0 })
    #expect(found.issues.contains { $0.text.contains("no code of a system") })
  }

  // MARK: the patient

  @Test(arguments: [
    ("1949-06-01", "2024-05-31", "65_to_74"), ("1949-06-01", "2024-06-01", "75_and_over"),
    ("1960-02-29", "2025-02-28", "50_to_64"), ("1960-02-29", "2025-03-01", "65_to_74"),
    ("1955", "2024-05-31", "65_to_74"), ("1949-05", "2024-06-01", "75_and_over"),
    ("2024-05-31", "2024-05-31", "under_18"),
  ])
  func `age is in completed years on the day of the case`(
    birth: String, day: String, expected: String
  ) throws {
    let found = try read(
      Resources.bundle([Resources.patient(birth, gender: "female")]), on: CivilDate(day))
    #expect(try state("age", in: found) == expected)
    #expect(try state("sex", in: found) == "female")
  }

  @Test func `an age of two possible states stays unknown, and that is said`() throws {
    // 74 or 75 on that day.
    let found = try read(Resources.bundle([Resources.patient("1949", gender: "other")]))
    #expect(try state("age", in: found) == nil)
    #expect(try state("sex", in: found) == nil)
    #expect(
      found.issues.flatMap(\.expressions).sorted() == [
        "Bundle.entry[0].resource.birthDate", "Bundle.entry[0].resource.gender",
      ])
  }

  @Test func `the day is that of the last encounter, and an emergency has its setting`() throws {
    let encounters: [Object] = ["2019-01-01", "2024-06-01"].enumerated().map { index, day in
      [
        "resourceType": "Encounter", "id": "e\(index)", "status": "finished",
        "class": [
          "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
          "code": index == 1 ? "EMER" : "AMB",
        ], "period": ["start": day + "T10:00:00Z"],
      ]
    }
    let found = try read(
      Resources.bundle([Resources.patient("1949-06-01")] + encounters), on: nil)
    #expect(found.date?.text == "2024-06-01")
    #expect(found.encounter == "Encounter/e1")
    #expect(try state("age", in: found) == "75_and_over")
    #expect(try state("setting", in: found) == "emergency")
    // An encounter of years ago is not that of the case.
    let earlier = try read(
      Resources.bundle([Resources.patient("1949-06-01")] + encounters), on: Self.day)
    #expect(earlier.encounter == nil)
    #expect(try state("setting", in: earlier) == nil)
    #expect(try state("age", in: earlier) == "65_to_74")
  }

  // MARK: conditions

  @Test(
    arguments: [
      ("confirmed", "present"), (nil, "present"), ("refuted", "absent"), ("unconfirmed", nil),
      ("provisional", nil), ("differential", nil), ("entered-in-error", nil),
    ] as [(String?, String?)])
  func `verification says what a condition says`(status: String?, expected: String?) throws {
    let own = Resources.condition(
      "night_pain", system: "urn:dorsal:finding", verification: status)
    #expect(try state("night_pain", of: [own]) == expected)
    #expect(
      try state("fever", of: [Resources.condition("R50.9", verification: status)]) == expected)
    // One cancer of many that is ruled out rules out no other.
    #expect(
      try state("history_of_cancer", of: [Resources.condition("C50.9", verification: status)])
        == (expected == "absent" ? nil : expected))
  }

  @Test func `what is over counts as history where the finding is one`() throws {
    for status in ["inactive", "remission", "resolved"] {
      #expect(
        try state("history_of_cancer", of: [Resources.condition("C50.9", clinical: status)])
          == "present")
      #expect(try state("weight_loss", of: [Resources.condition("R63.4", clinical: status)]) == nil)
    }
  }

  @Test(
    arguments: [
      // A cancer has to be known before the day of the case; it counts however old it is.
      ("C50.9", "2024-05-30", "active", "present"), ("C50.9", "2024-05-31", "active", nil),
      ("C50.9", "2019", "active", "present"), ("C50.9", "2024", "active", nil),
      // Few conditions are ever closed: what has a window counts within it.
      ("R63.4", "2010-01-01", "active", nil), ("R63.4", nil, "active", "present"),
      ("R63.4", "2023-11-01", nil, nil), ("R63.4", "2023-12-03", nil, "present"),
      ("R63.4", "2024-06-01", "active", nil),
    ] as [(String, String?, String?, String?)])
  func `conditions count within their days`(
    code: String, onset: String?, status: String?, expected: String?
  ) throws {
    let finding = code == "C50.9" ? "history_of_cancer" : "weight_loss"
    let found = try read(
      Resources.bundle([Resources.condition(code, clinical: status, onset: onset)]))
    #expect(try state(finding, in: found) == expected)
    #expect(found.issues.isEmpty == (expected != nil))
  }

  // MARK: medications

  @Test(
    arguments: [
      // Without a day it is not known that it began before the case.
      ("active", nil, nil), ("active", "2020-01-01", "present"), ("active", "2024-05-31", nil),
      ("completed", "2024-05-01", "present"), ("completed", "2023-01-01", nil),
      ("stopped", "2024-05-01", nil), ("entered-in-error", nil, nil), ("not-taken", nil, nil),
    ] as [(String, String?, String?)])
  func `anticoagulants count while they are taken`(
    status: String, date: String?, expected: String?
  ) throws {
    var medication: Object = [
      "resourceType": "MedicationStatement", "status": status,
      "subject": ["reference": "Patient/p"],
      "medicationReference": ["reference": "#m"],
      "contained": [
        [
          "resourceType": "Medication", "id": "m",
          "code": Resources.concept("http://www.whocc.no/atc", "B01AF02"),
        ]
      ],
    ]
    medication["effectiveDateTime"] = date
    #expect(try state("anticoagulant_use", of: [medication]) == expected)
  }

  // MARK: contradictions

  @Test func `the later of two observations counts, and of the same time they contradict`() throws {
    func pain(_ value: Bool, _ time: String) -> Object {
      Resources.own("night_pain", ["valueBoolean": value], at: time)
    }
    let found = try read(
      Resources.bundle([
        pain(true, "2024-05-30T10:00:00+02:00"), pain(false, "2024-05-30T09:00:00Z"),
        pain(true, "2024-05-29"),
      ]))
    #expect(try state("night_pain", in: found) == "absent")
    #expect(found.issues.first?.count == 2)
    let fault = try issues(
      Resources.bundle([
        pain(true, "2024-05-30T10:00:00+02:00"), pain(false, "2024-05-30T08:00:00Z"),
      ]))
    #expect(fault.map(\.code) == ["conflict"])
    // What has been cannot be undone.
    let undone = try issues(
      Resources.bundle([
        Resources.condition("C50.9"),
        Resources.own("history_of_cancer", ["valueBoolean": false], at: "2024-05-31"),
      ]))
    #expect(undone.map(\.code) == ["conflict"])
  }

  @Test func `what of several claims counts does not hang on their order`() throws {
    let claims = [("2024-05", true), ("2024-05-10", true), ("2024-05-20", false)].map {
      Resources.own("night_pain", ["valueBoolean": $0.1], at: $0.0)
    }
    // Of a month it is not known to be before the 20th: the two contradict each other.
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
      let codes = try issues(Resources.bundle(order.map { claims[$0] })).map(\.code)
      #expect(codes == ["conflict"], "\(order)")
    }
    for order in [[1, 2], [2, 1]] {
      #expect(try state("night_pain", of: order.map { claims[$0] }) == "absent")
    }
  }

  @Test(
    arguments: [
      ("2015-01-01", nil), ("2024-05-25", "absent"), (nil, "absent"),
    ] as [(String?, String?)])
  func `what was ruled out is absent within its days alone`(date: String?, expected: String?) throws
  {
    let condition = Resources.condition(
      "R50.9", verification: "refuted", clinical: nil, onset: date)
    #expect(try state("fever", of: [condition]) == expected)
  }

  @Test func `a later record that it is absent outweighs a condition that was not closed`() throws {
    let loss = Resources.condition("R63.4", clinical: nil, onset: "2024-02-01")
    let none = Resources.own("weight_loss", ["valueBoolean": false], at: "2024-05-30")
    #expect(try state("weight_loss", of: [loss, none]) == "absent")
    #expect(try state("weight_loss", of: [none, loss]) == "absent")
  }

  @Test func `what was written down after the case is not read`() throws {
    var condition = Resources.condition("C50.9", onset: "2024-05-01")
    condition["recordedDate"] = "2024-06-15"
    #expect(try state("history_of_cancer", of: [condition]) == nil)
  }

  @Test(
    arguments: [
      // A course of five days, one of a year, and one that ended years ago.
      ("H02AB06", "2024-02-20", "2024-02-25", nil),
      ("H02AB06", "2023-05-20", "2024-05-20", "present"),
      ("H02AB06", "2019-05-20", "2020-05-20", nil), ("H02CA01", "2023-05-20", "2024-05-20", nil),
    ] as [(String, String, String, String?)])
  func `long use of steroids is of courses that were long`(
    code: String, start: String, end: String, expected: String?
  ) throws {
    for status in ["active", "completed"] {
      let medication: Object = [
        "resourceType": "MedicationStatement", "status": status,
        "subject": ["reference": "Patient/p"],
        "medicationCodeableConcept": Resources.concept("http://www.whocc.no/atc", code),
        "effectivePeriod": ["start": start, "end": end],
      ]
      #expect(try state("corticosteroid_use", of: [medication]) == expected, "\(status)")
    }
  }

  @Test func `an encounter gives the setting whatever stands before it`() throws {
    let encounter: Object = [
      "resourceType": "Encounter", "id": "e", "status": "finished",
      "class": ["system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "EMER"],
      "period": ["start": "2024-05-30T10:00:00Z"],
    ]
    var withdrawn = try Resources.response(["night_pain": true], id: "r2", authored: "2024-06-30")
    withdrawn["status"] = "entered-in-error"
    let response = try Resources.response(["night_pain": true], authored: "2024-05-31")
    for resources in [[response, encounter, withdrawn], [withdrawn, encounter, response]] {
      let found = try read(Resources.bundle(resources), on: nil)
      #expect(found.date?.text == "2024-05-31")
      #expect(found.encounter == "Encounter/e")
      #expect(try state("setting", in: found) == "emergency")
    }
  }

  @Test func `a patient of another server is another patient`() throws {
    var bundle = Resources.bundle([Resources.condition("R63.4"), Resources.patient()])
    var entries = try #require(bundle["entry"] as? [Object])
    entries[1]["fullUrl"] = "https://a.example/Patient/p"
    var condition = try #require(entries[0]["resource"] as? Object)
    for (server, isRefused) in [("a", false), ("b", true)] {
      condition["subject"] = ["reference": "https://\(server).example/Patient/p"]
      entries[0]["resource"] = condition
      bundle["entry"] = entries
      if isRefused {
        #expect(try issues(bundle).map(\.code) == ["business-rule"])
      } else {
        #expect(try state("weight_loss", in: read(bundle)) == "present")
      }
    }
  }

  @Test func `200,000 items that say nothing are told of in few words`() throws {
    let items = String(repeating: "{},", count: 200_000) + "{}"
    let text = """
      {"resourceType":"QuestionnaireResponse","status":"completed",
       "questionnaire":"urn:dorsal:questionnaire:back-pain","item":[\(items)]}
      """
    let failure = try #require(
      throws: FHIRFailure.self, "expected a fault",
      performing: { _ = try Self.reader.get().read(Array(text.utf8), on: Self.day) })
    #expect(failure.issues.count == 50)
  }
}
