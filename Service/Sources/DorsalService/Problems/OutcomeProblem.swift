import Dorsal
import DorsalFHIR
import HTTPTypes
import Hummingbird
import NIOCore

/// Why a request in FHIR is not answered: an OperationOutcome.
struct OutcomeProblem: Error, Sendable {
  let status: HTTPResponse.Status
  let outcome: JSONValue
  let headers: HTTPFields

  /// What is wrong with resources: 400 where they are none, else 422.
  init(_ failure: FHIRFailure, status: HTTPResponse.Status? = nil) {
    let isSyntax = failure.issues.first?.code == "structure"
    self.status = status ?? (isSyntax ? .badRequest : .unprocessableContent)
    (outcome, headers) = (failure.outcome, [:])
  }

  /// What is wrong with a call of a hook.
  init(_ failure: HookFailure) {
    switch failure {
    case .request(let failure): self.init(failure, status: .badRequest)
    case .prefetch(let failure): self.init(failure, status: .preconditionFailed)
    case .resources(let failure): self.init(failure)
    }
  }

  /// A problem that any path may have.
  init(_ problem: Problem) {
    (status, headers) = (problem.kind.status, problem.headers)
    let text = problem.kind.title + ": " + problem.detail
    outcome = FHIRIssue.outcome([FHIRIssue(.error, Self.code(of: problem.kind), text)])
  }

  private static func code(of kind: Problem.Kind) -> String {
    switch kind {
    case .syntax: "structure"
    case .unauthorized: "login"
    case .notFound: "not-found"
    case .method, .contentType, .notAcceptable: "not-supported"
    case .timeout: "timeout"
    case .tooLarge, .tooManyCases: "too-long"
    case .busy: "throttled"
    case .internalFault: "exception"
    default: "invalid"
    }
  }

  /// Whether callers of a path expect an OperationOutcome.
  static func isExpected(at path: String) -> Bool {
    path == "/fhir" || path.hasPrefix("/fhir/") || path == "/cds-services"
      || path.hasPrefix("/cds-services/")
  }

  var response: Response {
    var headers = headers
    headers[.contentType] = FHIRRoutes.type
    return Response(
      status: status, headers: headers,
      body: ResponseBody(byteBuffer: ByteBuffer(string: outcome.text + "\n")))
  }
}
