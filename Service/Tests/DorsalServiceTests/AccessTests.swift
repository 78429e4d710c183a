import DorsalService
import Foundation
import HTTPTypes
import Testing

@Suite struct AccessTests {
  private static let secret = "correct-horse-battery"

  @Test func `with a token nothing of the model is answered without it`() async throws {
    let caller = try Caller { $0.token = BearerToken(Self.secret) }
    func status(_ header: String?, _ path: String = "/v1/model") async throws -> Int {
      var headers: HTTPFields = [:]
      headers[.authorization] = header
      return try await caller.get(path, headers).status
    }
    #expect(try await status("Bearer " + Self.secret) == 200)
    #expect(try await status("bearer " + Self.secret) == 200)
    for wrong in [
      nil, "", "Bearer", "Bearer ", Self.secret, "Basic " + Self.secret,
      "Bearer " + Self.secret.dropLast(), "Bearer " + Self.secret + "x",
      "Bearer " + Self.secret.uppercased(),
    ] {
      #expect(try await status(wrong) == 401, "\(wrong ?? "none")")
    }
    for path in ["/v1/findings", "/metrics", "/nothing"] {
      #expect(try await status(nil, path) == 401)
    }
    for path in ["/health", "/ready", "/openapi.json"] {
      #expect(try await status(nil, path) == 200)
    }
    let refused = try await caller.post("/v1/score", "{\"id\":\"a\"}")
    #expect(refused.status == 401)
    #expect(refused.headers[.wwwAuthenticate] == "Bearer")
    #expect(refused.object["type"] as? String == "urn:dorsal:problem:unauthorized")
  }

  @Test func `a token is one word that cannot be guessed`() {
    for bad in ["", "short", "   ", "two words that are long enough", "fifteen-letters"] {
      #expect(BearerToken(bad) == nil)
    }
    #expect(BearerToken("  sixteen-letters!\n")?.isGranted(by: "Bearer sixteen-letters!") == true)
  }

  @Test func `pages of other origins may call only where they are named`() async throws {
    let origin = "https://clinic.example"
    let named = try Caller { $0.allowedOrigins = [origin] }
    let none = try Caller()
    let headers: HTTPFields = [.origin: origin, .accessControlRequestMethod: "POST"]
    let own = HTTPField.Name.accessControlAllowOrigin
    #expect(try await named.get("/v1/model", headers).headers[own] == origin)
    #expect(try await none.get("/v1/model", headers).headers[own] == nil)
    let other: HTTPFields = [
      .origin: "https://clinic.example.evil", .accessControlRequestMethod: "POST",
    ]
    #expect(try await named.get("/v1/model", other).headers[own] == nil)
    let preflight = try await named.send(.options, "/v1/score", headers)
    #expect(preflight.status == 204)
    #expect(preflight.headers[.accessControlAllowHeaders]?.contains("content-type") == true)
    #expect(try await named.send(.options, "/v1/score", other).status == 405)
    #expect(try await none.send(.options, "/v1/score", headers).status == 405)
    // A problem can be read by the page as well.
    #expect(try await named.post("/v1/score", "x", [.origin: origin]).headers[own] == origin)
  }

  @Test func `every answer says that it is kept by nobody and is what it says`() async throws {
    let caller = try Caller()
    for answer in [
      try await caller.post("/v1/score", "{\"id\":\"a\"}"), try await caller.get("/nothing"),
      try await caller.post("/v1/score", "x"),
    ] {
      #expect(answer.headers[.cacheControl] == "no-store")
      #expect(answer.headers[.xContentTypeOptions] == "nosniff")
    }
  }

  /// Words that stand in cases alone, wherever a case or a slip may have them.
  @Test func `nothing of a case is logged, at any level`() async throws {
    let caller = try Caller()
    let word = "Zaphodine"
    let bodies = [
      "{\"id\":\"\(word)\",\"findings\":{\"age\":41}}",
      "{\"id\":\"a\",\"findings\":{\"\(word)\":true}}",
      "{\"id\":\"a\",\"findings\":{\"sex\":\"\(word)\"}}", "{\"id\":\"a\",\"\(word)\":1}",
      "{\"\(word)", "[{\"id\":\"\(word)\"},{\"id\":\"\(word)\"}]",
    ]
    for path in ["/v1/score", "/v1/explain", "/v1/suggest", "/v1/validate"] {
      for body in bodies {
        for type in ["application/json", "application/x-ndjson", word] {
          _ = try await caller.post(
            path, body, type: type, [.userAgent: word, .authorization: "Bearer " + word])
        }
      }
      _ = try await caller.post(path + "?\(word)=\(word)", bodies[0])
      _ = try await caller.get(path + "/" + word)
      _ = try await caller.get("/" + word)
    }
    let log = caller.log.text
    #expect(log.contains("/v1/score"))
    #expect(!log.lowercased().contains(word.lowercased()))
    let metrics = try await caller.get("/metrics").text
    #expect(!metrics.lowercased().contains(word.lowercased()))
  }
}
