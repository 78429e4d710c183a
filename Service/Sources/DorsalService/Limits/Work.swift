import Metrics
import NIOCore
import NIOPosix

/// What all requests share: room for bodies, for answers at a time and for streams.
package struct Work: Sendable {
  package let bodies: BodyReader
  private let threads: NIOThreadPool
  private let waiting: WaitingList
  private let requests: Gate
  private let streams: Gate
  private let readCases: Counter
  private let rejectedCases: Counter

  package init(
    limits: ServiceLimits, metrics: any MetricsFactory, threads: NIOThreadPool = .singleton
  ) {
    self.threads = threads
    bodies = BodyReader(limits: limits)
    waiting = WaitingList(longest: .seconds(Int64(limits.waitSeconds)))
    requests = Gate(most: limits.requests)
    streams = Gate(most: limits.streams)
    readCases = Counter(
      label: "dorsal_cases_total", dimensions: [("outcome", "read")], factory: metrics)
    rejectedCases = Counter(
      label: "dorsal_cases_total", dimensions: [("outcome", "rejected")], factory: metrics)
  }

  /// Works an answer out, where not too many are being worked out, and where a thread is free
  /// for it soon enough. It is done on threads of their own, so that those that receive and send
  /// are free whatever is worked out.
  package func run<Answer: Sendable>(
    _ answer: @escaping @Sendable () throws -> Answer
  ) async throws -> Answer {
    guard let pass = requests.enter() else {
      throw Problem.busy("\(requests.count) requests are being answered")
    }
    defer { withExtendedLifetime(pass) {} }
    return try await withCheckedThrowingContinuation { turn in
      let place = waiting.enter {
        turn.resume(throwing: Problem.busy("no thread was free for it in time"))
      }
      threads.submit { state in
        guard waiting.leave(place) else { return }
        switch state {
        case .active: turn.resume(with: Result { try answer() })
        case .cancelled: turn.resume(throwing: CancellationError())
        }
      }
    }
  }

  /// The same for a part of a stream, which has its place already.
  package func runPart<Answer: Sendable>(
    _ answer: @escaping @Sendable () throws -> Answer
  ) async throws -> Answer {
    try await threads.runIfActive(answer)
  }

  /// A pass for a stream, to be held until its end.
  package func openStream() throws(Problem) -> Gate.Pass {
    guard let pass = streams.enter() else {
      throw Problem.busy("\(streams.count) streams are open")
    }
    return pass
  }

  /// Counts cases.
  package func count(_ tally: CaseTally) {
    if tally.read > 0 { readCases.increment(by: tally.read) }
    if tally.rejected > 0 { rejectedCases.increment(by: tally.rejected) }
  }

  /// Counts cases that were read.
  package func count(read: Int) { readCases.increment(by: read) }
}
