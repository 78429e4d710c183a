import Dorsal
import DorsalFHIR
import HTTPTypes
import Hummingbird
import Metrics

/// `/cds-services`: CDS Hooks 2.0.
struct HookRoutes: Sendable {
  let engine: Engine
  let work: Work
  /// Where callers reach the page, for links; or nothing.
  let page: String?
  private let accepted: Counter
  private let overridden: Counter

  init(engine: Engine, work: Work, page: String?, metrics: any MetricsFactory) {
    (self.engine, self.work, self.page) = (engine, work, page)
    func counter(_ outcome: String) -> Counter {
      Counter(
        label: "dorsal_card_feedback_total", dimensions: [("outcome", outcome)], factory: metrics)
    }
    (accepted, overridden) = (counter("accepted"), counter("overridden"))
  }

  func add(to routes: inout Routes) {
    let services = Array((engine.fhir.hookServices.text + "\n").utf8)
    routes.get("/cds-services", isOpen: true) { request, _ in
      _ = try Query(request, [])
      return .json(services)
    }
    for hook in Hook.allCases {
      routes.post("/cds-services/" + hook.serviceID) { request, _ in
        try await cards(request, hook)
      }
      routes.post("/cds-services/" + hook.serviceID + "/feedback") { request, _ in
        try await takeFeedback(request)
      }
    }
  }

  private func cards(_ request: Request, _ hook: Hook) async throws -> Response {
    _ = try Query(request, [])
    _ = try work.bodies.kind(of: request, takesLines: false)
    let body = try await work.bodies.whole(request)
    return .json(
      try await work.run {
        do throws(HookFailure) {
          let cards = try engine.fhir.cards(body.bytes, hook, today: .today, page: page)
          work.count(read: 1)
          return Array((cards.text + "\n").utf8)
        } catch {
          work.count(CaseTally(rejected: 1))
          throw OutcomeProblem(error)
        }
      })
  }

  /// Counts what became of cards; nothing else of it is kept.
  private func takeFeedback(_ request: Request) async throws -> Response {
    _ = try Query(request, [])
    _ = try work.bodies.kind(of: request, takesLines: false)
    let body = try await work.bodies.whole(request)
    let feedback = try await work.run {
      do throws(FHIRFailure) {
        return try HookFeedback(body.bytes)
      } catch {
        throw OutcomeProblem(error, status: .badRequest)
      }
    }
    accepted.increment(by: feedback.accepted)
    overridden.increment(by: feedback.overridden)
    return .json(Array("{}\n".utf8))
  }
}
