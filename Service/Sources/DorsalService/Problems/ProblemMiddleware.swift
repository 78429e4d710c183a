import HTTPTypes
import Hummingbird
import Logging
import NIOHTTP1

/// Makes every error a problem, and no other: a caller never meets an empty answer, and no text of
/// an error reaches a log, since it may quote what was sent.
struct ProblemMiddleware<Context: RequestContext>: RouterMiddleware {
  /// The methods of each path without parameters.
  let methods: [String: [HTTPRequest.Method]]

  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    var response: Response
    do {
      response = try await next(request, context)
    } catch let problem as OutcomeProblem {
      response = problem.response
    } catch {
      let problem = problem(of: error, request, context)
      response =
        OutcomeProblem.isExpected(at: request.uri.path)
        ? OutcomeProblem(problem).response : problem.response
    }
    if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
    response.headers[.xContentTypeOptions] = "nosniff"
    if let name = Self.referrerPolicy { response.headers[name] = "no-referrer" }
    return response
  }

  private func problem(of error: any Error, _ request: Request, _ context: Context) -> Problem {
    switch error {
    case let problem as Problem: return problem
    case let error as HTTPError where error.status == .notFound: return notFound(request)
    case is BodyTooSlow:
      return Problem(.timeout, "expected at least 64 KB of the body, or its end, in time")
    case is HTTPParserError:
      return Problem(.badRequest, "expected a body of HTTP/1.1, such as whole chunks")
    case is CancellationError: return .busy("the service is ending")
    default:
      // What it is, without what it says.
      context.logger.error("fault", metadata: ["type": "\(type(of: error))"])
      return Problem(.internalFault, "nothing was answered; the log has the kind")
    }
  }

  private static var referrerPolicy: HTTPField.Name? { HTTPField.Name("Referrer-Policy") }

  private func notFound(_ request: Request) -> Problem {
    guard let allowed = methods[request.uri.path] else {
      return Problem(.notFound, "see /openapi.json for the paths that there are")
    }
    let list = allowed.map(\.rawValue).joined(separator: ", ")
    return Problem(.method, "expected \(list)", headers: [.allow: list])
  }
}
