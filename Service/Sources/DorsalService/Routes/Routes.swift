import HTTPTypes
import Hummingbird
import NIOCore

/// What handlers know of a request besides itself.
package typealias Context = BasicRequestContext

/// The paths of the service. Whoever adds a part of it adds its paths here.
package struct Routes {
  /// Answers a request.
  package typealias Handler = @Sendable (Request, Context) async throws -> Response

  /// The paths and their methods, in the order in which they were added.
  package private(set) var list: [(method: HTTPRequest.Method, path: String, handler: Handler)] = []
  /// The paths that need no token.
  package private(set) var openPaths: Set<String> = []

  /// Adds a path that is read.
  package mutating func get(_ path: String, isOpen: Bool = false, _ handler: @escaping Handler) {
    list.append((.get, path, handler))
    if isOpen { openPaths.insert(path) }
  }

  /// Adds a path that takes a body.
  package mutating func post(_ path: String, _ handler: @escaping Handler) {
    list.append((.post, path, handler))
  }

  /// The methods by path.
  var methods: [String: [HTTPRequest.Method]] {
    var methods: [String: [HTTPRequest.Method]] = [:]
    for route in list {
      methods[route.path, default: []] += route.method == .get ? [.get, .head] : [route.method]
    }
    return methods
  }
}

extension Response {
  /// An answer of bytes.
  package static func bytes(_ bytes: [UInt8], type: String) -> Response {
    Response(
      status: .ok, headers: [.contentType: type],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }

  /// An answer of JSON.
  package static func json(_ bytes: [UInt8]) -> Response { .bytes(bytes, type: "application/json") }
}
