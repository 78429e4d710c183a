import Dorsal
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
