import Dorsal
import HTTPTypes
import Hummingbird
import NIOCore

/// Why a request is not answered: problem details by RFC 9457.
package struct Problem: Error, Sendable {
  /// What kind of problem it is.
  package struct Kind: Sendable, Hashable {
    /// Its name, for programs.
    package let name: String
    /// The status of the response.
    package let status: HTTPResponse.Status
    /// Its name, for people.
    package let title: String

    package static let syntax = Kind(
      name: "syntax", status: .badRequest, title: "The body is no JSON")
    package static let parameter = Kind(
      name: "parameter", status: .badRequest, title: "A parameter cannot be")
    package static let badRequest = Kind(
      name: "bad-request", status: .badRequest, title: "The request cannot be read")
    package static let headTooLarge = Kind(
      name: "head-too-large", status: .requestHeaderFieldsTooLarge, title: "The head is too long")
    package static let unauthorized = Kind(
      name: "unauthorized", status: .unauthorized, title: "A token is asked for")
    package static let notFound = Kind(
      name: "not-found", status: .notFound, title: "There is nothing at this path")
    package static let method = Kind(
      name: "method", status: .methodNotAllowed, title: "The path has other methods")
    package static let notAcceptable = Kind(
      name: "not-acceptable", status: .notAcceptable, title: "Another format is asked for")
    package static let timeout = Kind(
      name: "timeout", status: .requestTimeout, title: "The body came too slowly")
    package static let tooLarge = Kind(
      name: "too-large", status: .contentTooLarge, title: "The body is too long")
    package static let tooManyCases = Kind(
      name: "too-many-cases", status: .contentTooLarge, title: "Too many cases for one answer")
    package static let contentType = Kind(
      name: "content-type", status: .unsupportedMediaType, title: "Another content type")
    package static let case_ = Kind(
      name: "case", status: .unprocessableContent, title: "The case cannot be read")
    package static let busy = Kind(
      name: "busy", status: .serviceUnavailable, title: "Too much is asked for at a time")
    package static let internalFault = Kind(
      name: "internal", status: .internalServerError, title: "The service has a fault")
  }

  package let kind: Kind
  package let detail: String
  package let faults: [Fault]
  package let headers: HTTPFields

  package init(
    _ kind: Kind, _ detail: String, faults: [Fault] = [], headers: HTTPFields = [:]
  ) {
    (self.kind, self.detail, self.faults, self.headers) = (kind, detail, faults, headers)
  }

  /// Nothing is free at the moment.
  package static func busy(_ detail: String) -> Problem {
    Problem(.busy, detail, headers: [.retryAfter: "1"])
  }

  /// A parameter that cannot be.
  package static func parameter(
    _ name: String, _ value: String, expected: String
  ) -> Problem {
    let fault = Fault(
      parameter: name, value: Fault.shown(value), expected: expected,
      detail: "expected \(expected)")
    return Problem(.parameter, "\(name): expected \(expected)", faults: [fault])
  }

  package var json: JSONValue {
    let members: [(key: String, value: JSONValue)] = [
      ("type", .string("urn:dorsal:problem:" + kind.name)), ("title", .string(kind.title)),
      ("status", .integer(kind.status.code)), ("detail", .string(detail)),
    ]
    return .object(
      members + (faults.isEmpty ? [] : [("faults", .array(faults.map(\.json)))]))
  }

  package var response: Response {
    var headers = headers
    headers[.contentType] = "application/problem+json"
    return Response(
      status: kind.status, headers: headers,
      body: ResponseBody(byteBuffer: ByteBuffer(string: json.text + "\n")))
  }
}
