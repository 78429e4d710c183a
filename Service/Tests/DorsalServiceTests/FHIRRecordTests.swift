import Dorsal
import DorsalFHIR
import Foundation
import Testing

/// What conditions and medicines say, and what contradicts what.
@Suite struct FHIRRecordTests: FHIRReading {
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
    // Fever counts for 14 days.
    let fever = Resources.condition("R50.9", verification: status, onset: "2024-05-25")
    #expect(try state("fever", of: [fever]) == expected)
    // One cancer of many that is ruled out rules out no other.
    #expect(
      try state("history_of_cancer", of: [Resources.condition("C50.9", verification: status)])
        == (expected == "absent" ? nil : expected))
  }

  @Test(
    arguments: [
      "urn:oid:2.16.840.1.113883.6.90", "urn:oid:2.16.840.1.113883.6.3",
      "http://fhir.de/CodeSystem/bfarm/icd-10-gm",
    ])
  func `systems of codes have further names`(system: String) throws {
    #expect(
      try state("history_of_cancer", of: [Resources.condition("C50.9", system: system)])
        == "present")
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
}
