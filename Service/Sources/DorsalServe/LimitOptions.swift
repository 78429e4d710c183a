import ArgumentParser
import DorsalService

/// How much is taken of callers.
struct LimitOptions: ParsableArguments {
  @Option(help: "Bytes of a body that is answered as a whole.")
  var maxBody = ServiceLimits().bodyBytes

  @Option(help: "Cases of such a body.")
  var maxCases = ServiceLimits().cases

  @Option(help: "Requests that are answered at a time; others get 503.")
  var maxRequests = ServiceLimits().requests

  @Option(help: "Seconds that a request may wait until it is worked on; then it gets 503.")
  var wait = ServiceLimits().waitSeconds

  @Option(help: "Streams of NDJSON at a time; others get 503.")
  var maxStreams = ServiceLimits().streams

  @Option(help: "Connections at a time; others wait. Files that may be open bound it too.")
  var maxConnections = ServiceLimits().connections

  @Option(help: "Seconds that a connection may be open without a request.")
  var idle = ServiceLimits().idleSeconds

  @Option(help: "Seconds that 64 KB of a body may take, or of an answer to be taken.")
  var stall = ServiceLimits().stallSeconds

  var limits: ServiceLimits {
    var limits = ServiceLimits()
    (limits.bodyBytes, limits.cases) = (maxBody, maxCases)
    (limits.requests, limits.streams, limits.connections) = (
      maxRequests, maxStreams, maxConnections
    )
    (limits.idleSeconds, limits.stallSeconds, limits.waitSeconds) = (idle, stall, wait)
    limits.bufferedBytes = max(limits.bufferedBytes, maxBody)
    return limits
  }

  func validate() throws {
    let numbers = [
      ("--max-body", maxBody), ("--max-cases", maxCases), ("--max-requests", maxRequests),
      ("--max-streams", maxStreams), ("--max-connections", maxConnections), ("--idle", idle),
      ("--stall", stall), ("--wait", wait),
    ]
    for (name, number) in numbers where !(1...1_000_000_000).contains(number) {
      throw ValidationError("\(name) \(number): expected 1 to 1000000000")
    }
  }
}
