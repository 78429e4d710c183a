import DorsalService
import Foundation
import HTTPTypes
import Testing

/// The same bad bodies for every path that takes one: each is told, and nothing of it is logged.
@Suite struct BadBodyTests {
  /// What every bad body has somewhere.
  private static let word = "Zaphodine"

  /// A body that a path takes, with the word in it.
  private static func good(_ path: String) -> String {
    let bundle =
      #"{"resourceType":"Bundle","id":"\#(word)","type":"collection","entry":[{"resource":"#
      + #"{"resourceType":"Patient","id":"\#(word)"}}]}"#
    let search = #"{"resourceType":"Bundle","type":"searchset"}"#
    switch path {
    case "/fhir/$score": return bundle
    case "/fhir/Questionnaire/$next-question":
      return #"{"resourceType":"QuestionnaireResponse","status":"in-progress","id":"\#(word)","#
        + #""questionnaire":"urn:dorsal:questionnaire:back-pain"}"#
    case _ where path.hasSuffix("/feedback"):
      return #"{"feedback":[{"card":"\#(word)","outcome":"accepted","#
        + #""outcomeTimestamp":"2024-05-31T10:00:00Z"}]}"#
    case _ where path.hasPrefix("/cds-services/dorsal-"):
      let hook = path.dropFirst("/cds-services/dorsal-".count)
      return
        #"{"hook":"\#(hook)","hookInstance":"1","context":{"userId":"u","patientId":"\#(word)","#
        + #""encounterId":"e"},"prefetch":{"patient":{"resourceType":"Patient","id":"\#(word)"},"#
        + #""conditions":\#(search),"observations":\#(search),"#
        + #""encounter":{"resourceType":"Encounter","id":"e","status":"arrived"}}}"#
    default: return #"{"id":"\#(word)","findings":{"age":50}}"#
    }
  }

  private static let paths = [
    "/v1/score", "/v1/explain", "/v1/suggest", "/fhir/$score", "/fhir/Questionnaire/$next-question",
    "/cds-services/dorsal-patient-view", "/cds-services/dorsal-patient-view/feedback",
    "/cds-services/dorsal-encounter-start", "/cds-services/dorsal-encounter-start/feedback",
  ]

  /// Bodies that no path takes, each made of one that it does.
  private static func bad(_ good: String) -> [(name: String, body: [UInt8])] {
    let inner = good.dropFirst()
    let first = good.prefix { $0 != ":" }
    let deep = String(repeating: "[", count: 100_000)
    var cut = Array(good.utf8)
    cut.removeLast()
    return [
      ("nothing", []), ("cut off", cut), ("two texts", Array((good + good).utf8)),
      ("a list", Array("[\(good),\(good)]x".utf8)), ("a text", Array("\"\(word)\"".utf8)),
      ("a key twice", Array("\(first):1,\(inner)".utf8)),
      ("deep", Array("{\"\(word)\":\(deep)".utf8)),
      ("deep inside", Array("{\"\(word)\":\(deep),\(inner)".utf8)),
      ("no UTF-8", Array("{\"\(word)\":\"".utf8) + [0xFF] + Array("\",\(inner)".utf8)),
      ("half a pair", Array("{\"\(word)\":\"\\ud800\",\(inner)".utf8)),
      ("a number without an end", Array("{\"\(word)\":1e,\(inner)".utf8)),
    ]
  }

  private func check(_ answer: Caller.Answer, _ path: String, _ what: String) {
    #expect([400, 412, 422].contains(answer.status), "\(path) \(what): \(answer.text.prefix(200))")
    let isCase = path.hasPrefix("/v1/")
    #expect(
      answer.headers[.contentType]
        == (isCase ? "application/problem+json" : "application/fhir+json"), "\(path) \(what)")
    let told = isCase ? answer.object["type"] is String : answer.object["issue"] is [Any]
    #expect(told, "\(path) \(what)")
    #expect(answer.bytes.count < 100_000)
  }

  @Test(arguments: paths) func `a bad body is told at every path, and not logged`(
    path: String
  ) async throws {
    let caller = try Caller()
    let good = Self.good(path)
    #expect(try await caller.post(path, good).status == 200)
    for (name, body) in Self.bad(good) {
      let answer = try await caller.send(
        .post, path, [.contentType: "application/json"], parts: [body])
      check(answer, path, name)
    }
    _ = try await caller.post(path + "?\(Self.word)=\(Self.word)", good)
    #expect(!caller.log.text.contains(Self.word))
    #expect(caller.log.text.contains(path))
  }

  /// Members of a call, and of feedback, that are of another type.
  @Test func `what is of another type inside a call is told with its place`() async throws {
    let caller = try Caller()
    let path = "/cds-services/dorsal-encounter-start"
    let good = Self.good(path)
    let observation =
      #"{"resourceType":"Bundle","type":"searchset","entry":[{"resource":{"resourceType":"#
      + #""Observation","status":"final","code":{"coding":[{"system":"urn:dorsal:finding","#
      + #""code":"severity"}]},"valueQuantity":{"value":1e999}}}]}"#
    let search = #"{"resourceType":"Bundle","type":"searchset"}"#
    let patient = #"{"resourceType":"Patient","id":"\#(Self.word)"}"#
    let changes: [(old: String, new: String, place: String)] = [
      (patient, "3", "prefetch.patient"), (patient, "[]", "prefetch.patient"),
      (search, "\"\(Self.word)\"", "prefetch.conditions"), (search, "[]", "prefetch.conditions"),
      (search, #"{"resourceType":"Bundle","type":1}"#, "prefetch.conditions.type"),
      (search, #"{"resourceType":"Bundle","type":"searchset","entry":{}}"#, "conditions.entry"),
      (search, observation, "valueQuantity.value"),
      (#""hookInstance":"1""#, #""hookInstance":1"#, "hookInstance"),
      (#""patientId":"\#(Self.word)""#, #""patientId":{}"#, "context.patientId"),
      (#""userId":"u""#, #""userId":null"#, "context"),
    ]
    for (old, new, place) in changes {
      let range = try #require(good.range(of: old))
      let answer = try await caller.post(path, good.replacingCharacters(in: range, with: new))
      check(answer, path, new)
      let issues = answer.object["issue"] as? [[String: Any]] ?? []
      let places = issues.flatMap { $0["expression"] as? [String] ?? [] }
      #expect(places.contains { $0.contains(place) }, "\(new): \(places)")
    }
    let feedback = Self.good(path + "/feedback")
    for (old, new) in [
      (#""\#(Self.word)""#, "7"), (#""accepted""#, "true"), (#""accepted""#, "\"lost\""),
      (#""2024-05-31T10:00:00Z""#, "20240531"), (#"[{"#, #"{"x":{"#),
    ] {
      let body = feedback.replacing(old, with: new)
      check(try await caller.post(path + "/feedback", body), path + "/feedback", new)
    }
    #expect(!caller.log.text.contains(Self.word))
  }
}
