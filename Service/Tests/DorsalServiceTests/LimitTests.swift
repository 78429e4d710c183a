import Dispatch
import DorsalService
import Foundation
import HTTPTypes
import Metrics
import NIOCore
import NIOPosix
import Testing

@Suite struct LimitTests {
  @Test func `a gate holds as many as it may and gives back what is let go`() {
    let gate = Gate(most: 10)
    var first = gate.enter(4)
    let second = gate.enter(6)
    #expect(gate.enter() == nil)
    #expect(second?.add(1) == false)
    #expect(gate.count == 10)
    first = nil
    #expect(gate.count == 6)
    #expect(second?.add(4) == true)
    #expect(first == nil && gate.count == 10)
  }

  /// The one thread is kept busy until the answer to the other request is there.
  @Test func `a request that no thread is free for in time is told to come again`() async throws {
    let threads = NIOThreadPool(numberOfThreads: 1)
    threads.start()
    var limits = ServiceLimits()
    limits.waitSeconds = 0
    let work = Work(limits: limits, metrics: NOOPMetricsHandler.instance, threads: threads)
    let (began, done) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    threads.submit { _ in
      began.signal()
      done.wait()
    }
    await withCheckedContinuation { waiting in
      DispatchQueue.global().async {
        began.wait()
        waiting.resume()
      }
    }
    let problem = await #expect(throws: Problem.self) { try await work.run { true } }
    #expect(problem?.kind == .busy)
    #expect(problem?.headers[.retryAfter] == "1")
    done.signal()
    // Its place is free again, and who waits in time is answered.
    limits.waitSeconds = 600
    limits.requests = 1
    let patient = Work(limits: limits, metrics: NOOPMetricsHandler.instance, threads: threads)
    for _ in 0..<3 { #expect(try await patient.run { true }) }
    try await threads.shutdownGracefully()
  }

  @Test func `who is told to end is not ready`() async throws {
    let caller = try Caller()
    #expect(try await caller.get("/ready").status == 200)
    caller.ending.begin()
    let answer = try await caller.get("/ready")
    #expect(answer.status == 503)
    #expect(answer.headers[.retryAfter] == "1")
    #expect(answer.headers[.contentType] == "application/problem+json")
    // It still answers: callers are told, and go elsewhere.
    #expect(try await caller.get("/health").status == 200)
    #expect(try await caller.post("/v1/score", "{\"id\":\"a\"}").status == 200)
  }

  @Test func `lines are the same however a text is cut`() throws {
    let text = "a\n\nbc\r\n\u{e9}\u{1F600}\n" + String(repeating: "x", count: 50) + "\nlast"
    let bytes = Array(text.utf8)
    for size in 1...bytes.count {
      var cutter = LineCutter(longest: 60)
      var joined: [UInt8] = []
      for start in stride(from: 0, to: bytes.count, by: size) {
        let part = ByteBuffer(bytes: bytes[start..<min(start + size, bytes.count)])
        guard let (whole, first) = try cutter.take(part) else { continue }
        #expect(whole.last == UInt8(ascii: "\n"))
        #expect(first == joined.count { $0 == UInt8(ascii: "\n") } + 1)
        joined += whole
      }
      let rest = try #require(cutter.end())
      #expect(rest.firstLine == 6)
      #expect(joined + rest.bytes == bytes)
    }
  }

  @Test func `what is counted stands on the page`() async throws {
    let caller = try Caller()
    _ = try await caller.post("/v1/score", "[{\"id\":1},{\"id\":2},{\"id\":3,\"x\":1}]")
    _ = try await caller.post("/v1/score", "{")
    _ = try await caller.get("/nothing")
    let page = try await caller.get("/metrics")
    #expect(page.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
    let lines = page.text.split(separator: "\n").map(String.init)
    func value(_ name: String) -> Double? {
      lines.first { $0.hasPrefix(name + " ") }.flatMap { Double($0.dropFirst(name.count + 1)) }
    }
    #expect(value("dorsal_cases_total{outcome=\"read\"}") == 2)
    #expect(value("dorsal_cases_total{outcome=\"rejected\"}") == 1)
    #expect(
      value("dorsal_requests_total{method=\"POST\",path=\"/v1/score\",status=\"200\"}") == 1)
    #expect(
      value("dorsal_requests_total{method=\"POST\",path=\"/v1/score\",status=\"400\"}") == 1)
    #expect(value("dorsal_requests_total{method=\"GET\",path=\"other\",status=\"404\"}") == 1)
    #expect(value("dorsal_request_seconds_count{path=\"/v1/score\"}") == 2)
    #expect(value("dorsal_request_seconds_bucket{path=\"/v1/score\",le=\"+Inf\"}") == 2)
    // Buckets grow, and each name has one type.
    let buckets = lines.filter { $0.hasPrefix("dorsal_request_seconds_bucket{path=\"/v1/score\"") }
      .compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }
    #expect(buckets == buckets.sorted() && buckets.count == 16)
    let types = lines.filter { $0.hasPrefix("# TYPE") }
    #expect(Set(types).count == types.count)
    for line in lines where !line.hasPrefix("#") {
      #expect(line.wholeMatch(of: /[a-z_]+(\{.*\})? -?[0-9.e+-]+/) != nil, "\(line)")
    }
  }

  @Test func `validation says what cannot be read and what cannot be`() async throws {
    let answer = try await Caller().post(
      "/v1/validate",
      """
      [{"id":"a","findings":{"sex":"male","pregnancy":"present"}},
       {"id":"b","findings":{"age":400}}, {"id":"c"}]
      """)
    #expect(answer.status == 200)
    #expect(answer.object["cases"] as? Int == 2)
    #expect(answer.object["rejected_cases"] as? Int == 1)
    let rejected = try #require(answer.object["rejected"] as? [[String: Any]])
    #expect(rejected.map { $0["id"] as? String } == ["b"])
    let warnings = try #require(answer.object["warnings"] as? [[String: Any]])
    #expect(warnings.map { $0["rule"] as? String } == ["pregnant_man"])
    #expect(warnings.map { $0["id"] as? String } == ["a"])
  }
}
