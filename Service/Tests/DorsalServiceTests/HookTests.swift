import Dorsal
import DorsalFHIR
import DorsalService
import Foundation
import HTTPTypes
import Testing

@Suite struct HookTests {
  private typealias Object = [String: Any]

  private func call(
    hook: String = "patient-view", _ prefetch: Object?, context: Object = [:]
  ) -> Object {
    var body: Object = [
      "hook": hook, "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
      "context": ["userId": "Practitioner/x", "patientId": "p"].merging(context) { $1 },
    ]
    body["prefetch"] = prefetch
    return body
  }

  private func prefetch(_ conditions: [Object], _ observations: [Object] = []) -> Object {
    [
      "patient": Resources.patient("1957-01-01", gender: "female"),
      "conditions": Resources.bundle(conditions, type: "searchset"),
      "observations": Resources.bundle(observations, type: "searchset"), "medications": NSNull(),
    ]
  }

  private func post(
    _ caller: Caller, _ body: Object, to id: String = "dorsal-patient-view"
  ) async throws -> Caller.Answer {
    try await caller.post(
      "/cds-services/" + id, String(decoding: try Resources.bytes(body), as: UTF8.self))
  }

  private let backPain = Resources.condition("M54.50", onset: "2020-01-01")

  @Test func `discovery names both hooks, and what is prefetched`() async throws {
    let services = try #require(
      try await Caller().get("/cds-services").object["services"] as? [Object])
    #expect(
      services.map { $0["hook"] as? String } == ["patient-view", "encounter-start"])
    for service in services {
      #expect(service["description"] is String && service["title"] is String)
      let queries = try #require(service["prefetch"] as? [String: String])
      #expect(queries["patient"] == "Patient/{{context.patientId}}")
      #expect(queries["observations"]?.contains("http://loinc.org|1988-5") == true)
      #expect(
        (queries["encounter"] != nil) == (service["hook"] as? String == "encounter-start"))
    }
  }

  @Test func `without back pain there is nothing to say`() async throws {
    let caller = try Caller()
    for conditions in [[], [Resources.condition("R63.4")]] {
      let answer = try await post(caller, call(prefetch(conditions)))
      #expect(answer.status == 200)
      #expect(answer.text == "{\"cards\":[]}\n")
    }
  }

  /// Numbness of the saddle is a red flag of the model, and an emergency.
  @Test func `only a red flag of an emergency is critical`() async throws {
    let caller = try Caller { $0.pageURL = "https://clinic.example/dorsal/" }
    let flagged = Resources.own("saddle_anaesthesia", ["valueBoolean": true], at: "2024-05-31")
    for (observations, isCritical) in [([], false), ([flagged], true)] {
      let answer = try await post(caller, call(prefetch([backPain], observations)))
      let card = try #require((answer.object["cards"] as? [Object])?.first)
      let indicator = try #require(card["indicator"] as? String)
      #expect((indicator == "critical") == isCritical)
      #expect(["info", "warning", "critical"].contains(indicator))
      let summary = try #require(card["summary"] as? String)
      #expect(summary.count < 140 && summary.contains("emergency") == isCritical)
      let source = try #require(card["source"] as? Object)
      let version = try Caller.model.get().card.version
      #expect((source["label"] as? String)?.hasSuffix("model back-pain \(version)") == true)
      let detail = try #require(card["detail"] as? String)
      #expect(detail.contains("does not diagnose patients"))
      let link = try #require((card["links"] as? [Object])?.first)
      #expect(link["url"] as? String == "https://clinic.example/dorsal/")
      #expect(UUID(uuidString: try #require(card["uuid"] as? String)) != nil)
    }
  }

  @Test func `the case of a card is the case of its resources`() async throws {
    let caller = try Caller()
    let sent = prefetch([backPain, Resources.condition("C50.9", onset: "2015")])
    let card = try #require(
      (try await post(caller, call(sent)).object["cards"] as? [Object])?.first)
    let all = Resources.bundle([
      try #require(sent["patient"] as? Object), backPain,
      Resources.condition("C50.9", onset: "2015"),
    ])
    let scored = try await caller.post(
      "/fhir/$score", String(decoding: try Resources.bytes(all), as: UTF8.self))
    let first = try #require(
      (((scored.object["parameter"] as? [Object])?.first?["resource"] as? Object)?["prediction"]
        as? [Object])?.first)
    let name = try #require((first["outcome"] as? Object)?["text"] as? String)
    #expect((card["summary"] as? String)?.contains(name) == true)
  }

  @Test func `a prefetch that is missing is 412, and a call that is none 400`() async throws {
    let caller = try Caller()
    var cases: [(Int, Object)] = [(412, call(nil)), (412, call([:]))]
    for name in ["patient", "conditions", "observations"] {
      var sent = prefetch([backPain])
      sent[name] = nil
      cases.append((412, call(sent)))
      sent[name] = ["resourceType": "OperationOutcome", "issue": []] as Object
      cases.append((412, call(sent)))
    }
    for name in ["hook", "hookInstance", "context"] {
      var body = call(prefetch([backPain]))
      body[name] = nil
      cases.append((400, body))
    }
    cases.append((400, call(hook: "encounter-start", prefetch([backPain]))))
    cases.append((400, [:]))
    cases.append((412, call(prefetch([backPain]), context: ["patientId": "another"])))
    cases.append((422, call(prefetch([backPain, Resources.patient(id: "q")]))))
    for (status, body) in cases {
      let answer = try await post(caller, body)
      #expect(answer.status == status, "\(body)")
      #expect(answer.object["resourceType"] as? String == "OperationOutcome")
    }
    let start = call(hook: "encounter-start", prefetch([backPain]), context: ["encounterId": "e"])
    #expect(try await post(caller, start, to: "dorsal-encounter-start").status == 412)
    var sent = prefetch([backPain])
    sent["encounter"] = [
      "resourceType": "Encounter", "id": "e", "status": "arrived",
      "class": [
        "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "EMER",
      ], "period": ["start": "2024-05-31T10:00:00Z"],
    ]
    let whole = call(hook: "encounter-start", sent, context: ["encounterId": "e"])
    #expect(try await post(caller, whole, to: "dorsal-encounter-start").status == 200)
  }

  @Test func `feedback is counted and not kept`() async throws {
    let caller = try Caller()
    func item(_ outcome: String) -> Object {
      [
        "card": "secret-card", "outcome": outcome, "outcomeTimestamp": "2024-05-31T10:00:00Z",
        "overrideReason": ["userComment": "secret"],
      ]
    }
    let body: Object = ["feedback": [item("accepted"), item("overridden"), item("overridden")]]
    let answer = try await post(caller, body, to: "dorsal-patient-view/feedback")
    #expect(answer.status == 200)
    let metrics = try await caller.get("/metrics").text
    #expect(metrics.contains("dorsal_card_feedback_total{outcome=\"overridden\"} 2"))
    #expect(metrics.contains("dorsal_card_feedback_total{outcome=\"accepted\"} 1"))
    #expect(!caller.log.text.contains("secret"))
    for wrong: Object in [[:], ["feedback": []], ["feedback": [item("lost")]]] {
      let answer = try await post(caller, wrong, to: "dorsal-patient-view/feedback")
      #expect(answer.status == 400)
    }
  }
}
