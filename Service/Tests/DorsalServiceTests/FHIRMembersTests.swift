import Dorsal
import DorsalFHIR
import Foundation
import Testing

/// What R4 does not know, and what may change the meaning of a resource.
@Suite struct FHIRMembersTests: FHIRReading {
  private struct Slip {
    let resource: Resources.Object
    let place: String
    let member: String
    let meant: String
  }

  private static func condition(_ members: Object) -> Object {
    Resources.condition("R63.4", verification: nil).merging(members) { $1 }
  }

  private static var slips: [Slip] {
    let refuted = Resources.concept(
      "http://terminology.hl7.org/CodeSystem/condition-ver-status", "refuted")
    let code = Resources.concept("http://loinc.org", "1988-5")
    func quantity(_ members: Object) -> Object {
      Resources.observation(
        "1988-5", ["valueQuantity": Resources.quantity(5, "mg/L").merging(members) { $1 }])
    }
    let answer: Object = ["valueBoolean": true]
    func response(_ item: Object) -> Object {
      [
        "resourceType": "QuestionnaireResponse", "status": "completed", "item": [item],
        "questionnaire": "urn:dorsal:questionnaire:back-pain",
      ]
    }
    return [
      Slip(
        resource: condition(["verificationStatuss": refuted]), place: "",
        member: "verificationStatuss", meant: "verificationStatus"),
      Slip(
        resource: Resources.patient().merging(["birthdate": "1949"]) { $1 }, place: "",
        member: "birthdate", meant: "birthDate"),
      Slip(
        resource: quantity(["comparater": "<"]), place: ".valueQuantity", member: "comparater",
        meant: "comparator"),
      Slip(
        resource: condition([
          "code": ["coding": [["sistem": "http://hl7.org/fhir/sid/icd-10", "code": "R50.9"]]]
        ]), place: ".code.coding[0]", member: "sistem", meant: "system"),
      Slip(
        resource: Resources.observation(
          "85354-9",
          ["component": [["code": code, "dataAbsentReasons": Resources.concept("a", "b")]]]),
        place: ".component[0]", member: "dataAbsentReasons", meant: "dataAbsentReason"),
      Slip(
        resource: [
          "resourceType": "Encounter", "status": "arrived",
          "reasoncode": [Resources.concept("a", "b")],
        ], place: "", member: "reasoncode", meant: "reasonCode"),
      Slip(
        resource: [
          "resourceType": "MedicationRequest", "status": "active", "intent": "order",
          "doNotPreform": true,
        ], place: "", member: "doNotPreform", meant: "doNotPerform"),
      Slip(
        resource: [
          "resourceType": "MedicationStatement", "status": "completed",
          "effectivePeriod": ["start": "2020-01-01", "endd": "2020-02-01"],
        ], place: ".effectivePeriod", member: "endd", meant: "end"),
      Slip(
        resource: response(["linkId": "night_pain", "anwser": [answer]]), place: ".item[0]",
        member: "anwser", meant: "answer"),
      Slip(
        resource: response(["linkId": "night_pain", "answer": [["valueBolean": true]]]),
        place: ".item[0].answer[0]", member: "valueBolean", meant: "valueBoolean"),
      // R4 has no such value of an Observation, though other resources have.
      Slip(
        resource: Resources.own("severity", ["valueDecimal": 3]), place: "",
        member: "valueDecimal", meant: ""),
    ]
  }

  @Test func `a member that R4 does not know is a fault, with its place and what was meant`() throws
  {
    for slip in Self.slips {
      let fault = try #require(try issues(Resources.bundle([slip.resource])).first)
      #expect(fault.code == "structure")
      #expect(fault.expressions == ["Bundle.entry[0].resource" + slip.place])
      #expect(fault.text.contains("unknown member \"\(slip.member)\""))
      let meant = slip.meant.isEmpty || fault.text.hasSuffix("did you mean \"\(slip.meant)\"?")
      #expect(meant, "\(fault.text)")
    }
    // What a transaction takes away would be there.
    var bundle = Resources.bundle([Resources.condition("R63.4")], type: "transaction")
    var entries = try #require(bundle["entry"] as? [Object])
    entries[0]["request"] = ["metod": "DELETE", "url": "Condition/c"]
    bundle["entry"] = entries
    #expect(try issues(bundle).first?.expressions == ["Bundle.entry[0].request"])
    bundle = ["resourceType": "Bundle", "type": "collection", "entries": []]
    #expect(try issues(bundle).first?.text.contains("\"entries\" of Bundle") == true)
  }

  @Test func `what R4 has besides is passed over`() throws {
    let plain = [Resources.patient("1949-06-01", gender: "female"), Resources.condition("R63.4")]
    let more: Object = [
      "meta": ["profile": ["http://example.org/p"]], "language": "en", "_language": ["id": "x"],
      "text": ["status": "empty", "div": "<div/>"], "extension": [["url": "urn:x"]],
      "contained": [["resourceType": "Organization", "id": "o", "nonsense": 1]],
      "identifier": [["anything": ["x": 1]]],
    ]
    let full = plain.map { $0.merging(more) { $1 } }
    let expected = try read(Resources.bundle(plain))
    let found = try read(Resources.bundle(full))
    #expect(found.codes == expected.codes)
    #expect(found.issues == expected.issues)
    var patient = full[0]
    patient["_birthDate"] = ["extension": [["url": "urn:x"]]]
    #expect(try read(Resources.bundle([patient, full[1]])).codes == expected.codes)
    // Of types that are not read nothing is looked at.
    let stranger: Object = ["resourceType": "Immunization", "nonsense": 1]
    #expect(try read(Resources.bundle(plain + [stranger])).codes == expected.codes)
  }

  @Test func `what rules that are not known may turn around is set aside, or refused`() throws {
    for name in ["implicitRules", "modifierExtension"] {
      let rules: Any = name == "implicitRules" ? "urn:rules" : [["url": "urn:x"]]
      let found = try read(
        Resources.bundle([Resources.condition("R63.4").merging([name: rules]) { $1 }]))
      #expect(try state("weight_loss", in: found) == nil)
      #expect(found.issues.map(\.text) == ["set aside for its \(name)"])
      #expect(found.issues.map(\.severity) == [.warning])
    }
    var bundle = Resources.bundle([Resources.condition("R63.4")])
    bundle["implicitRules"] = "urn:rules"
    #expect(try issues(bundle).map(\.expressions) == [["Bundle.implicitRules"]])
    bundle["implicitRules"] = nil
    var entries = try #require(bundle["entry"] as? [Object])
    entries[0]["modifierExtension"] = [["url": "urn:x"]]
    bundle["entry"] = entries
    let found = try read(bundle)
    #expect(try state("weight_loss", in: found) == nil)
    #expect(found.issues.flatMap(\.expressions) == ["Bundle.entry[0]"])
  }

  @Test func `an item that a modifierExtension may turn around says nothing`() throws {
    var response = try Resources.response(["night_pain": true, "fever": true])
    var items = try #require(response["item"] as? [Object])
    let place = try #require(items.firstIndex { $0["linkId"] as? String == "night_pain" })
    items[place]["modifierExtension"] = [["url": "urn:x"]]
    response["item"] = items
    let found = try read(response)
    #expect(try state("night_pain", in: found) == nil)
    #expect(try state("fever", in: found) == "present")
    #expect(found.issues.flatMap(\.expressions) == ["QuestionnaireResponse.item[\(place)]"])
  }

  @Test func `a page of a search tells that there is more`() throws {
    for (relation, isTold) in [("next", true), ("self", false)] {
      var bundle = Resources.bundle([Resources.condition("R63.4")], type: "searchset")
      bundle["link"] = [["relation": relation, "url": "http://example.org/?page=2"]]
      let found = try read(bundle)
      #expect(try state("weight_loss", in: found) == "present")
      #expect(
        found.issues.filter { $0.severity == .warning }.flatMap(\.expressions)
          == (isTold ? ["Bundle.link[0]"] : []))
    }
  }

  @Test func `many members that are not known are told of in few words`() throws {
    let members = (0..<10_000).map { "\"unknown_\($0)\":1" }.joined(separator: ",")
    let long = String(repeating: "x", count: 100_000)
    let text = """
      {"resourceType":"Bundle","type":"collection","entry":[
       {"resource":{"resourceType":"Patient","\(long)":1,\(members)}}]}
      """
    let failure = try #require(
      throws: FHIRFailure.self, "expected a fault",
      performing: { _ = try Resources.reader.get().read(Array(text.utf8), on: Self.day) })
    #expect(failure.issues.count == 50)
    #expect(failure.issues.allSatisfy { $0.description.utf8.count < 500 })
  }
}
