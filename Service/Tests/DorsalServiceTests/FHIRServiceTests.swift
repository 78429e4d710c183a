import Dorsal
import DorsalFHIR
import DorsalService
import Foundation
import HTTPTypes
import Testing

@Suite struct FHIRServiceTests {
  private typealias Object = [String: Any]
  private static let type = "application/fhir+json"

  private func score(
    _ caller: Caller, _ resource: Object, _ query: String = ""
  ) async throws -> Caller.Answer {
    try await caller.post(
      "/fhir/$score" + query, String(decoding: try Resources.bytes(resource), as: UTF8.self),
      type: Self.type)
  }

  /// The resource of a parameter of an answer.
  private func part(_ name: String, of answer: Caller.Answer) throws -> Object {
    let parameters = try #require(answer.object["parameter"] as? [Object])
    return try #require(parameters.first { $0["name"] as? String == name }?["resource"] as? Object)
  }

  private func code(of concept: Any?) -> String? {
    ((concept as? Object)?["coding"] as? [Object])?.first?["code"] as? String
  }

  @Test func `a RiskAssessment has the ranking of the case in percent`() async throws {
    let caller = try Caller()
    for example in try Resources.examples() {
      let answer = try await score(caller, try Resources.response(example.findings))
      #expect(answer.status == 200)
      #expect(answer.headers[.contentType] == Self.type)
      let risk = try part("riskAssessment", of: answer)
      #expect(risk["resourceType"] as? String == "RiskAssessment")
      #expect(risk["status"] as? String == "preliminary")
      let predictions = try #require(risk["prediction"] as? [Object])
      let ranked = try await caller.post("/v1/score?top=1000", example.line)
      let expected = try #require(ranked.object["ranking"] as? [Object])
      #expect(
        predictions.map { code(of: $0["outcome"]) } == expected.map { $0["cause"] as? String })
      var sum = Decimal(0)
      for (prediction, own) in zip(predictions, expected) {
        let percent = try #require(prediction["probabilityDecimal"] as? NSNumber)
        let probability = try #require(own["probability"] as? Double)
        // Both have six significant digits; the one is rounded down, and they are made to sum to
        // one before.
        #expect(abs(percent.doubleValue - 100 * probability) <= 2.1e-5 * 100 * probability)
        sum += percent.decimalValue
      }
      #expect(sum <= 100)
      #expect(sum > Decimal(99.99))
      let urgency = (risk["extension"] as? [Object])?.first?["valueCode"] as? String
      #expect(urgency == ranked.object["urgency"] as? String)
      #expect(!answer.text.contains("\"Condition\""))
      #expect(answer.text.contains("does not diagnose patients"))
    }
  }

  @Test func `an interval stands beside its point and holds it`() async throws {
    let caller = try Caller()
    let example = try Resources.examples()[0]
    let answer = try await score(
      caller, try Resources.response(example.findings), "?top=7&interval=0.9")
    let risk = try part("riskAssessment", of: answer)
    let predictions = try #require(risk["prediction"] as? [Object])
    #expect(predictions.count == 7)
    for prediction in predictions {
      #expect(prediction["probabilityRange"] == nil)
      let parts = try #require(
        (prediction["extension"] as? [Object])?.first?["extension"] as? [Object])
      #expect(parts[0]["valueDecimal"] as? Double == 0.9)
      let range = try #require(parts[1]["valueRange"] as? Object)
      func end(_ name: String) -> Double? { (range[name] as? Object)?["value"] as? Double }
      let (low, high) = (try #require(end("low")), try #require(end("high")))
      let point = try #require(prediction["probabilityDecimal"] as? Double)
      #expect(low <= point && point <= high && high <= 100 && low < high)
    }
  }

  @Test func `what was used is the basis, and what was not is told`() async throws {
    let caller = try Caller()
    var condition = Resources.condition("R63.4")
    condition["id"] = "c"
    var stranger = Resources.condition("Q99.9")
    stranger["id"] = "d"
    let bundle = Resources.bundle([
      Resources.patient("1950-01-01", gender: "male"), condition, stranger,
      ["resourceType": "Immunization", "id": "i"],
    ])
    let answer = try await score(caller, bundle, "?date=2024-05-31")
    let risk = try part("riskAssessment", of: answer)
    #expect((risk["basis"] as? [Object])?.map { $0["reference"] as? String } == ["Condition/c"])
    #expect((risk["subject"] as? Object)?["reference"] as? String == "Patient/p")
    let issues = try #require(try part("issues", of: answer)["issue"] as? [Object])
    let texts = issues.compactMap { $0["diagnostics"] as? String }
    #expect(texts[0].hasPrefix("2 of 4 resources"))
    #expect(texts.contains { $0.contains("Q99.9: no rule for the code") })
    #expect(texts.contains { $0.contains("Immunization: resources of this type are not read") })
    #expect(
      issues.dropFirst().flatMap { $0["expression"] as? [String] ?? [] }
        == ["Bundle.entry[2].resource", "Bundle.entry[3].resource"])
    let guidance = try part("guidance", of: answer)
    #expect(guidance["status"] as? String == "data-requested")
    let needed = try #require(guidance["dataRequirement"] as? [Object])
    #expect(needed.count == 5)
  }

  @Test func `Parameters may hold the resource and the day`() async throws {
    let caller = try Caller()
    let bundle = Resources.bundle([Resources.patient("1949-06-01")])
    let parameters: Object = [
      "resourceType": "Parameters",
      "parameter": [
        ["name": "case", "resource": bundle], ["name": "date", "valueDate": "2024-06-01"],
      ],
    ]
    let answer = try await score(caller, parameters)
    #expect(answer.text == (try await score(caller, bundle, "?date=2024-06-01")).text)
    #expect(answer.text.contains("the day of the case is 2024-06-01"))
  }

  @Test func `top and interval stand in the query or in Parameters, and mean the same`()
    async throws
  {
    let caller = try Caller()
    let bundle = Resources.bundle([Resources.patient("1949-06-01")])
    func parameters(_ more: [Object]) -> Object {
      ["resourceType": "Parameters", "parameter": [["name": "case", "resource": bundle]] + more]
    }
    let top: Object = ["name": "top", "valuePositiveInt": 3]
    let interval: Object = ["name": "interval", "valueDecimal": 0.9]
    let date: Object = ["name": "date", "valueDate": "2024-06-01"]
    let answer = try await score(caller, parameters([top, interval, date]))
    let expected = try await score(caller, bundle, "?top=3&interval=0.9&date=2024-06-01")
    #expect(answer.status == 200)
    #expect(answer.text == expected.text)
    for (more, query) in [
      ([top], "?top=3"), ([interval], "?interval=0.9"), ([top, top], ""),
      ([["name": "top", "valuePositiveInt": 0]], ""), ([["name": "top", "valueDecimal": 2.5]], ""),
      ([["name": "top", "valueString": "3"]], ""),
      ([["name": "interval", "valueDecimal": 0.42]], ""),
      ([["name": "interval", "valueString": "0.9"]], ""),
    ] as [([Object], String)] {
      let refused = try await score(caller, parameters(more), query)
      #expect([400, 422].contains(refused.status), "\(more)")
      #expect(refused.object["resourceType"] as? String == "OperationOutcome")
    }
  }

  @Test func `who accepts no JSON is told so, and the definition of the operation is there`()
    async throws
  {
    let caller = try Caller()
    for (accept, status) in [
      ("application/fhir+xml", 406), ("text/turtle, application/xml;q=0.9", 406), ("*/*", 200),
      ("application/fhir+json;fhirVersion=4.0", 200), ("text/html, application/json;q=0.1", 200),
    ] {
      let answer = try await caller.get("/fhir/metadata", [.accept: accept])
      #expect(answer.status == status, "\(accept)")
      #expect(answer.headers[.contentType] == Self.type)
    }
    let wish = try await caller.get("/fhir/metadata?_format=json", [.accept: "text/turtle"])
    #expect(wish.status == 200)
    let definition = try await caller.get("/fhir/OperationDefinition/dorsal-score")
    let rest = (try await caller.get("/fhir/metadata").object["rest"] as? [Object])?.first
    let named = (rest?["operation"] as? [Object])?.first?["definition"] as? String
    #expect(definition.object["url"] as? String == named)
    let names = (definition.object["parameter"] as? [Object] ?? []).compactMap {
      $0["name"] as? String
    }
    #expect(
      names == ["case", "date", "top", "interval", "riskAssessment", "guidance", "issues"])
  }

  @Test func `errors are OperationOutcomes`() async throws {
    let caller = try Caller { $0.token = BearerToken("0123456789abcdef") }
    let headers: HTTPFields = [.authorization: "Bearer 0123456789abcdef"]
    let bundle = String(
      decoding: try Resources.bytes(
        Resources.bundle([Resources.patient(), Resources.patient(id: "q")])), as: UTF8.self)
    var answers: [(Int, Caller.Answer)] = []
    func post(
      _ status: Int, _ path: String, _ body: String, type: String = "application/fhir+json"
    ) async throws {
      answers.append((status, try await caller.post(path, body, type: type, headers)))
    }
    try await post(422, "/fhir/$score", bundle)
    try await post(400, "/fhir/$score", "{")
    try await post(400, "/fhir/$score", "{\"resourceType\":\"Patient\"}")
    try await post(400, "/fhir/$score?toop=3", bundle)
    try await post(400, "/fhir/$score?date=2024", bundle)
    try await post(400, "/fhir/$score?_format=xml", bundle)
    try await post(415, "/fhir/$score", bundle, type: "application/fhir+xml")
    try await post(415, "/fhir/$score", bundle, type: "application/x-ndjson")
    try await post(413, "/fhir/$score", String(repeating: " ", count: 5 << 20))
    try await post(400, "/fhir/Questionnaire/$next-question", "[]")
    try await post(404, "/fhir/Patient", bundle)
    try await post(405, "/fhir/metadata", bundle)
    answers.append((405, try await caller.get("/fhir/$score", headers)))
    answers.append((401, try await caller.get("/fhir/Questionnaire/dorsal")))
    for (status, answer) in answers {
      #expect(answer.status == status, "\(answer.text)")
      #expect(answer.headers[.contentType] == Self.type)
      #expect(answer.object["resourceType"] as? String == "OperationOutcome")
      let issues = try #require(answer.object["issue"] as? [Object])
      #expect(issues.first?["severity"] as? String == "error")
    }
    #expect(try await caller.get("/fhir/metadata").status == 200)
  }

  @Test func `nothing of a resource is logged`() async throws {
    let caller = try Caller()
    var condition = Resources.condition("Q99.9", system: "urn:secret-system")
    condition["id"] = "secret-id"
    _ = try await score(
      caller, Resources.bundle([Resources.patient("1951-02-03", id: "secret-patient"), condition]))
    _ = try await score(caller, Resources.bundle([Resources.patient("secret-date")]))
    _ = try await caller.get("/fhir/Patient/secret-path")
    #expect(!caller.log.text.contains("secret"))
    #expect(!caller.log.text.contains("Q99.9"))
    #expect(caller.log.text.contains("/fhir/$score"))
  }

  // MARK: the questionnaire

  private static let adaptive =
    "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-questionnaireAdaptive"

  private func next(_ caller: Caller, _ response: Object) async throws -> Object {
    let answer = try await caller.post(
      "/fhir/Questionnaire/$next-question",
      String(decoding: try Resources.bytes(response), as: UTF8.self), type: Self.type)
    #expect(answer.status == 200, "\(answer.text)")
    return answer.object
  }

  /// The profiles `sdc-questionnaireresponse-adapt` and `sdc-questionnaire-adapt` of SDC 4.0: how
  /// often each member is there.
  private func checkProfiles(_ response: Object) throws {
    #expect(response["subject"] is Object)
    #expect(response["authored"] is String)
    #expect(response["status"] is String)
    let contained = try #require(response["contained"] as? [Object])
    let name = try #require(response["questionnaire"] as? String)
    let questions = try #require(
      contained.first { "#" + ($0["id"] as? String ?? "") == name })
    let extensions = questions["extension"] as? [Object] ?? []
    #expect(extensions.count { $0["url"] as? String == Self.adaptive } == 1)
    #expect(extensions.first?["valueBoolean"] as? Bool == true)
    #expect(questions["url"] == nil)
    #expect((questions["title"] as? String)?.isEmpty == false)
    #expect((questions["derivedFrom"] as? [String])?.count == 1)
    #expect(questions["status"] is String)
    for item in questions["item"] as? [Object] ?? [] {
      #expect(item["linkId"] is String && item["type"] is String)
      #expect((item["text"] as? String)?.isEmpty == false)
    }
  }

  @Test func `the next question is as the profiles of SDC have it`() async throws {
    let caller = try Caller()
    // As SDC begins: a contained questionnaire without items; and the least that R4 allows.
    let base = try await caller.get("/fhir/Questionnaire/dorsal-adaptive")
    let url = try #require(base.object["url"] as? String)
    let start: Object = [
      "resourceType": "QuestionnaireResponse", "status": "in-progress", "questionnaire": "#q",
      "subject": ["reference": "Patient/p"], "authored": "2024-05-31",
      "contained": [
        [
          "resourceType": "Questionnaire", "id": "q", "status": "active", "derivedFrom": [url],
          "title": "Back pain",
          "extension": [["url": Self.adaptive, "valueBoolean": true]],
        ]
      ],
    ]
    let least: Object = [
      "resourceType": "QuestionnaireResponse", "status": "in-progress",
      "questionnaire": "urn:dorsal:questionnaire:back-pain",
    ]
    for first in [start, least] {
      var response = first
      for _ in 0..<3 {
        response = try await next(caller, response)
        try checkProfiles(response)
      }
      let questions = try #require((response["contained"] as? [Object])?.first)
      #expect((questions["item"] as? [Object])?.count == 3)
      #expect(questions["derivedFrom"] as? [String] == [url])
      if let authored = first["authored"] as? String {
        #expect(response["authored"] as? String == authored)
        #expect((response["subject"] as? Object)?["reference"] as? String == "Patient/p")
      }
    }
  }

  /// A form with all its items is none whose items come one after the other.
  @Test func `the whole questionnaire is not adaptive, and the adaptive one has no items`()
    async throws
  {
    let caller = try Caller()
    for (id, isAdaptive) in [("dorsal", false), ("dorsal-adaptive", true)] {
      let form = try await caller.get("/fhir/Questionnaire/" + id).object
      let urls = (form["extension"] as? [Object] ?? []).map { $0["url"] as? String }
      #expect(urls == (isAdaptive ? [Self.adaptive] : []))
      #expect((form["item"] == nil) == isAdaptive)
      #expect(form["id"] as? String == id)
      #expect(form["title"] is String)
    }
  }

  @Test func `the questionnaire asks for every finding and offers each state`() async throws {
    let model = try Caller.model.get()
    let answer = try await Caller().get("/fhir/Questionnaire/dorsal?_format=json")
    #expect(answer.object["url"] as? String == "urn:dorsal:questionnaire:back-pain")
    let sections = try #require(answer.object["item"] as? [Object])
    let items = sections.flatMap { $0["item"] as? [Object] ?? [] }
    #expect(
      items.compactMap { $0["linkId"] as? String }.sorted() == model.findings.map(\.id).sorted())
    for item in items {
      let finding = try #require(
        model.findings.first { $0.id == item["linkId"] as? String })
      switch finding.kind {
      case .binary: #expect(item["type"] as? String == "boolean")
      case .number: #expect(item["type"] as? String == "decimal")
      case .category:
        let options = try #require(item["answerOption"] as? [Object])
        #expect(
          options.map { ($0["valueCoding"] as? Object)?["code"] as? String } == finding.states)
      }
    }
  }

  /// Answers as a client does, until the service says that it is done.
  @Test func `an adaptive dialogue asks each question once and ends`() async throws {
    let caller = try Caller()
    let example = try Resources.examples()[0]
    var response = try Resources.response([:])
    response.merge(["status": "in-progress", "subject": ["reference": "Patient/p"]]) { $1 }
    response["item"] = nil
    var asked: [String] = []
    while asked.count < 200 {
      let answer = try await caller.post(
        "/fhir/Questionnaire/$next-question",
        String(decoding: try Resources.bytes(response), as: UTF8.self), type: Self.type)
      #expect(answer.status == 200, "\(answer.text)")
      let items = response["item"] as? [Object] ?? []
      response = answer.object
      #expect((response["subject"] as? Object)?["reference"] as? String == "Patient/p")
      #expect((response["item"] as? [Object] ?? []).count == items.count)
      let questions = try #require((response["contained"] as? [Object])?.first)
      let links = (questions["item"] as? [Object] ?? []).compactMap { $0["linkId"] as? String }
      if response["status"] as? String == "completed" {
        #expect(links == asked)
        break
      }
      #expect(links.dropLast() == asked[...])
      let next = try #require(links.last)
      #expect(!asked.contains(next))
      asked.append(next)
      // What the example does not know is left without an answer.
      guard let value = example.findings[next] else { continue }
      let given = try Resources.response([next: value])
      response["item"] = items + (try #require(given["item"] as? [Object]))
    }
    #expect((5..<200).contains(asked.count))
  }

  @Test func `the CapabilityStatement names what there is`() async throws {
    let caller = try Caller()
    let answer = try await caller.get("/fhir/metadata")
    #expect(answer.object["fhirVersion"] as? String == "4.0.1")
    let rest = try #require((answer.object["rest"] as? [Object])?.first)
    for operation in try #require(rest["operation"] as? [Object]) {
      let name = try #require(operation["name"] as? String)
      let called = try await caller.post("/fhir/$" + name, "{}", type: Self.type)
      #expect(called.status == 400)
    }
    for resource in try #require(rest["resource"] as? [Object]) {
      let type = try #require(resource["type"] as? String)
      #expect(try await caller.get("/fhir/\(type)/dorsal").status == 200)
      for operation in resource["operation"] as? [Object] ?? [] {
        let name = try #require(operation["name"] as? String)
        let called = try await caller.post("/fhir/\(type)/$\(name)", "{}", type: Self.type)
        #expect(called.status == 400)
      }
    }
  }
}
