import HTTPTypes
import Hummingbird
import NIOCore

/// Receives bodies, as far as there is room for them.
package struct BodyReader: Sendable {
  /// What a body of cases is.
  package enum Kind: Sendable {
    /// One text of JSON.
    case json
    /// A case a line.
    case lines
  }

  let limits: ServiceLimits
  private let buffered: Gate

  init(limits: ServiceLimits) {
    self.limits = limits
    buffered = Gate(most: limits.bufferedBytes)
  }

  /// What a request says that its body is.
  ///
  /// - Parameter others: Further types that are JSON, such as `application/fhir+json`.
  package func kind(
    of request: Request, takesLines: Bool = true, others: [String] = []
  ) throws(Problem) -> Kind {
    if let encoding = request.headers[.contentEncoding], encoding.lowercased() != "identity" {
      throw Self.contentType("Content-Encoding", encoding, expected: "identity")
    }
    let given = request.headers[.contentType] ?? ""
    let parts = given.lowercased().split(separator: ";", omittingEmptySubsequences: false)
      .map { $0.trimmed }
    let charset = parts.dropFirst().first { $0.hasPrefix("charset=") }?.dropFirst(8)
    if let charset, !["utf-8", "\"utf-8\""].contains(charset) {
      throw Self.contentType("Content-Type", given, expected: "UTF-8")
    }
    switch parts.first ?? "" {
    case "application/json": return .json
    case "application/x-ndjson" where takesLines: return .lines
    case let other where others.contains(String(other)): return .json
    default:
      throw Self.contentType(
        "Content-Type", given,
        expected: (["application/json"] + (takesLines ? ["application/x-ndjson"] : []) + others)
          .joined(separator: " or "))
    }
  }

  private static func contentType(
    _ header: String, _ value: String, expected: String
  ) -> Problem {
    Problem(
      .contentType, "\(header): expected \(expected)",
      faults: [
        Fault(
          parameter: header, value: Fault.shown(value), expected: expected,
          detail: "expected \(expected)")
      ])
  }

  /// A body as a whole. The pass is held as long as the bytes are.
  package func whole(_ request: Request) async throws -> (bytes: [UInt8], pass: Gate.Pass) {
    let tooLong = Problem(
      .tooLarge, "expected at most \(limits.bodyBytes) bytes; NDJSON may have any number")
    let told = request.headers[.contentLength].flatMap { Int($0) } ?? 0
    if told > limits.bodyBytes { throw tooLong }
    guard let pass = buffered.enter(told) else { throw Self.noRoom }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(told)
    for try await part in request.body {
      let count = bytes.count + part.readableBytes
      if count > limits.bodyBytes { throw tooLong }
      if count > told, !pass.add(count - max(told, bytes.count)) { throw Self.noRoom }
      bytes.append(contentsOf: part.readableBytesView)
    }
    return (bytes, pass)
  }

  private static let noRoom = Problem.busy("no room for another body at the moment")
}

extension Substring {
  /// Without blanks at its ends.
  var trimmed: Substring {
    var text = self
    while text.first == " " || text.first == "\t" { text.removeFirst() }
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return text
  }
}
