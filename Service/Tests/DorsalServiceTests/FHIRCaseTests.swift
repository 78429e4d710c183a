import Dorsal
import DorsalFHIR
import Foundation
import Testing

@Suite struct FHIRCaseTests: FHIRReading {
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
      performing: { _ = try Resources.reader.get().read(Array(text.utf8), on: Self.day) })
    #expect(failure.issues.count == 50)
  }
}
