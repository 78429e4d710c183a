import HTTPTypes
import Hummingbird
import Logging
import Metrics

/// Counts and logs requests: path, method, status and time. Nothing of a query, a header or a
/// body is looked at, and a path is the service's own or none.
struct ObservingMiddleware<Context: RequestContext>: RouterMiddleware {
  let metrics: any MetricsFactory

  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    let start = ContinuousClock.now
    let response = try await next(request, context)
    let path = context.endpointPath ?? "other"
    let entry = Entry(
      path: path == "NotFound" ? "other" : path, method: Self.name(of: request.method),
      status: response.status.code, metrics: metrics, logger: context.logger)
    guard response.body.contentLength == nil else {
      entry.end(start)
      return response
    }
    // A stream is at its end when it is written.
    var streamed = response
    let body = response.body
    streamed.body = ResponseBody { writer in
      defer { entry.end(start) }
      try await body.write(writer)
    }
    return streamed
  }

  private static func name(of method: HTTPRequest.Method) -> String {
    [.get, .head, .post, .options].contains(method) ? method.rawValue : "other"
  }

  private struct Entry: Sendable {
    let path: String
    let method: String
    let status: Int
    let metrics: any MetricsFactory
    let logger: Logger

    func end(_ start: ContinuousClock.Instant) {
      let taken = ContinuousClock.now - start
      Counter(
        label: "dorsal_requests_total",
        dimensions: [("path", path), ("method", method), ("status", "\(status)")],
        factory: metrics
      ).increment()
      let nanoseconds =
        taken.components.seconds * 1_000_000_000
        + taken.components.attoseconds / 1_000_000_000
      Timer(
        label: "dorsal_request_seconds", dimensions: [("path", path)], factory: metrics
      ).recordNanoseconds(nanoseconds)
      logger.info(
        "request",
        metadata: [
          "path": "\(path)", "method": "\(method)", "status": "\(status)",
          "ms": "\(nanoseconds / 1_000_000)",
        ])
    }
  }
}
