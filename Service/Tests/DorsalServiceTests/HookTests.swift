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
      #expect(
        (link["url"] as? String)?.hasPrefix("https://clinic.example/dorsal/#case?") == true)
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

  // MARK: the encounter of the context

  private func start(
    _ caller: Caller, _ encounter: Object, _ conditions: [Object], _ observations: [Object] = []
  ) async throws -> Object? {
    var sent = prefetch(conditions, observations)
    sent["encounter"] = ["resourceType": "Encounter", "id": "e", "status": "arrived"]
      .merging(encounter) { $1 }
    let body = call(hook: "encounter-start", sent, context: ["encounterId": "e"])
    let answer = try await post(caller, body, to: "dorsal-encounter-start")
    #expect(answer.status == 200, "\(answer.text)")
    return (answer.object["cards"] as? [Object])?.first
  }

  private func kind(_ code: String) -> Object {
    ["class": ["system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": code]]
  }

  /// What `/v1/score` says of a woman who was born at the beginning of 1957.
  private func expected(_ caller: Caller, setting: String?) async throws -> String {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    let age = calendar.component(.year, from: Date()) - 1957
    var body: Object = ["id": "a", "findings": ["age": age, "sex": "female"]]
    body["setting"] = setting
    let answer = try await caller.post(
      "/v1/score?top=1", String(decoding: try Resources.bytes(body), as: UTF8.self))
    let first = try #require((answer.object["ranking"] as? [Object])?.first)
    let model = try Caller.model.get()
    let id = try #require(first["cause"] as? String)
    let cause = try #require(model.index(ofCause: id))
    let percent = 100 * (try #require(first["probability"] as? Double))
    return model.causes[cause].label + String(format: " %.1f%%", percent)
  }

  /// No encounter here says when it was: it is that of the context whatever its days.
  @Test func `the encounter of the context is that of the case, with its class and reasons`()
    async throws
  {
    let caller = try Caller()
    var summaries: Set<String> = []
    for (encounter, setting): (Object, String?) in [
      (kind("EMER"), "emergency"), (kind("AMB"), nil),
      (kind("EMER").merging(["period": ["start": "2019-01-01"]]) { $1 }, "emergency"),
      (kind("EMER").merging(["status": "planned"]) { $1 }, "emergency"),
      (kind("EMER").merging(["status": "cancelled"]) { $1 }, nil),
    ] {
      let card = try #require(try await start(caller, encounter, [backPain]))
      let summary = try #require(card["summary"] as? String)
      let leader = try await expected(caller, setting: setting)
      #expect(summary.contains(leader), "\(encounter)")
      summaries.insert(summary)
    }
    #expect(summaries.count == 2)
    // Back pain is the matter by the reason of the encounter alone.
    #expect(try await start(caller, kind("AMB"), []) == nil)
    let reason = Resources.concept("http://hl7.org/fhir/sid/icd-10-cm", "M54.50")
    let reasons = kind("AMB").merging(["reasonCode": [reason]]) { $1 }
    #expect(try await start(caller, reasons, []) != nil)
  }

  @Test func `a card says what could not be used, and quotes it as text`() async throws {
    var withdrawn = Resources.own("night_pain", ["valueBoolean": true])
    withdrawn["status"] = "entered-in-error"
    let medication: Object = [
      "resourceType": "MedicationStatement", "status": "[x](http://e.vil)",
      "medicationCodeableConcept": Resources.concept("http://www.whocc.no/atc", "B01AF02"),
    ]
    let card = try #require(
      try await start(Caller(), kind("AMB"), [backPain], [withdrawn, medication]))
    let detail = try #require(card["detail"] as? String)
    #expect(detail.contains("Observation: status entered-in-error"))
    #expect(detail.contains("MedicationStatement: status") && !detail.contains("](http"))
    let clean = try #require(try await start(Caller(), kind("AMB"), [backPain]))
    #expect((clean["detail"] as? String)?.contains("Not used") == false)
  }

  // MARK: the card

  @Test func `a summary is under 140 characters whatever flag and cause it names`() throws {
    let model = try Caller.model.get()
    let flags: [String?] =
      model.redFlags.map(\.message) + [nil, String(repeating: "é", count: 200)]
    for cause in model.causes.map(\.label) {
      for flag in flags {
        for urgency in Urgency.allCases {
          let summary = FHIRAnswers.summary(
            urgency: urgency, cause: cause, probability: 0.99999, redFlag: flag)
          #expect(summary.count < 140)
          let words = urgency.rawValue.split(separator: "_").joined(separator: " ")
          #expect(summary.hasPrefix("Back pain: \(words); \(cause)"))
        }
      }
    }
  }

  /// The fields of a fragment, as a browser's `URLSearchParams` reads them.
  private func fields(of card: Object) throws -> [String: String] {
    let link = try #require((card["links"] as? [Object])?.first?["url"] as? String)
    let parts = try #require(link.split(separator: "#case?").last).split(separator: "&")
    return Dictionary(
      uniqueKeysWithValues: try parts.map { part in
        let sides = part.split(separator: "=", omittingEmptySubsequences: false).map {
          String($0).replacing("+", with: " ").removingPercentEncoding
        }
        return (try #require(sides[0]), try #require(sides[1]))
      })
  }

  @Test func `the link opens the page with the findings of the card`() async throws {
    let caller = try Caller { $0.pageURL = "https://clinic.example/dorsal/" }
    let observations = [
      Resources.own("saddle_anaesthesia", ["valueBoolean": true]),
      Resources.own(
        "site", ["valueCodeableConcept": Resources.concept("urn:dorsal:state", "thoracic")]),
      Resources.own("severity", ["valueInteger": 7]),
      Resources.own("duration", ["valueQuantity": Resources.quantity(2, "wk")]),
      // Known as a bound alone: the page has no field for it.
      Resources.own("crp", ["valueQuantity": Resources.quantity(5, "mg/L", comparator: "<")]),
    ]
    let card = try #require(try await start(caller, kind("EMER"), [backPain], observations))
    var sent = try fields(of: card)
    let model = try Caller.model.get()
    #expect(sent.removeValue(forKey: "_model") == "\(model.card.name) \(model.card.version)")
    let age = try #require(sent.removeValue(forKey: "age").flatMap { Int($0) })
    #expect((65...120).contains(age))
    #expect(
      sent == [
        "setting": "emergency", "sex": "female", "saddle_anaesthesia": "present",
        "site": "thoracic", "severity": "7", "duration": "14",
      ])
  }

  // MARK: the words of the specification

  /// The examples of the specification, <https://cds-hooks.hl7.org/2.0/>: a call whose prefetch is
  /// that of another service, contexts of both hooks, and feedback.
  @Test func `the examples of the specification are read`() async throws {
    let caller = try Caller()
    let example = #"""
      {"hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
       "fhirServer": "http://hooks.smarthealthit.org:9080", "hook": "patient-view",
       "fhirAuthorization": {"access_token": "some-opaque-fhir-access-token",
        "token_type": "Bearer", "expires_in": 300,
        "scope": "user/Patient.read user/Observation.read", "subject": "cds-service4"},
       "context": {"userId": "Practitioner/example", "patientId": "1288992",
        "encounterId": "89284"},
       "prefetch": {"patientToGreet": {"resourceType": "Patient", "gender": "male",
        "birthDate": "1925-12-23", "id": "1288992", "active": true}}}
      """#
    let path = "/cds-services/dorsal-patient-view"
    let missing = try await caller.post(path, example)
    #expect(missing.status == 412)
    #expect(missing.text.contains("patient, conditions, observations"))
    // The same with what this service asks for.
    let empty = #"{"resourceType":"Bundle","type":"searchset","total":0}"#
    let whole = example.replacing("patientToGreet", with: "patient").replacing(
      "\"active\": true}}}",
      with: "\"active\": true},\"conditions\":\(empty),\"observations\":\(empty)}}")
    let answer = try await caller.post(path, whole)
    #expect(answer.text == "{\"cards\":[]}\n")
    let start = whole.replacing("\"patient-view\"", with: "\"encounter-start\"")
      .replacing("Practitioner/example", with: "PractitionerRole/A2340113")
      .replacing("89284", with: "456").replacing(
        "\"conditions\":",
        with: #""encounter":{"resourceType":"Encounter","id":"456","status":"in-progress","#
          + #""class":{"code":"IMP"}},"conditions":"#)
    let started = try await caller.post("/cds-services/dorsal-encounter-start", start)
    #expect(started.text == "{\"cards\":[]}\n")
    let feedback = [
      #"{"feedback":[{"card":"4e0a3a1e-3283-4575-ab82-028d55fe2719","outcome":"accepted","#
        + #""acceptedSuggestions":[{"id":"e56e1945-20b3-4393-8503-a1a20fd73152"}],"#
        + #""outcomeTimestamp":"2020-12-11T00:00:00Z"}]}"#,
      #"{"feedback":[{"card":"f6b95768-b1c8-40dc-8385-bf3504b82ffb","outcome":"overridden","#
        + #""outcomeTimestamp":"2020-12-11T00:00:00Z"}]}"#,
      #"{"feedback":[{"card":"9368d37b-283f-44a0-93ea-547cebab93ed","outcome":"overridden","#
        + #""overrideReason":{"reason":{"code":"d7ecf885","system":"#
        + #""https://example.com/cds-hooks/override-reason-system"},"#
        + #""userComment":"clinician entered comment"},"#
        + #""outcomeTimestamp":"2020-12-11T00:00:00Z"}]}"#,
    ]
    for body in feedback {
      #expect(try await caller.post(path + "/feedback", body).status == 200)
    }
    for word in ["some-opaque", "1288992", "clinician entered", "9368d37b"] {
      #expect(!caller.log.text.contains(word))
    }
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
