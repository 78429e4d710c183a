import Dorsal
import DorsalService
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import Synchronization

/// A service in this process, and a caller of it.
struct Caller: Sendable {
  /// What came back.
  struct Answer {
    let status: Int
    let headers: HTTPFields
    let bytes: [UInt8]

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The JSON of the answer, by a reader that shares no code with the service.
    var json: Any? { try? JSONSerialization.jsonObject(with: Data(bytes)) }
    var object: [String: Any] { json as? [String: Any] ?? [:] }
    var list: [Any] { json as? [Any] ?? [] }
    var faults: [[String: Any]] { object["faults"] as? [[String: Any]] ?? [] }
  }

  /// The root of the repository.
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
  /// The shipped model, loaded once.
  static let model = Result { try Model(folder: root + "/Models/back-pain") }

  let log = LogMemory()
  let ending: Ending
  private let responder: any HTTPResponder<BasicRequestContext>

  init(_ change: (inout ServiceOptions) throws -> Void = { _ in }) throws {
    var options = ServiceOptions()
    try change(&options)
    let log = log
    var logger = Logger(label: "test", factory: { _ in log.handler })
    logger.logLevel = .trace
    let service = try CaseService(
      model: try Self.model.get(), options: options,
      assets: try Assets(folder: Self.root + "/Service"), logger: logger)
    responder = service.responder()
    ending = service.ending
    self.logger = logger
  }

  private let logger: Logger

  /// Sends a request.
  ///
  /// - Parameter parts: The body, as it arrives.
  func send(
    _ method: HTTPRequest.Method, _ path: String, _ headers: HTTPFields = [:],
    parts: [[UInt8]] = []
  ) async throws -> Answer {
    let request = Request(
      head: HTTPRequest(
        method: method, scheme: "http", authority: "localhost", path: path, headerFields: headers),
      body: RequestBody(
        asyncSequence: AsyncStream { stream in
          for part in parts { stream.yield(ByteBuffer(bytes: part)) }
          stream.finish()
        }))
    let context = BasicRequestContext(
      source: ApplicationRequestContextSource(channel: NIOAsyncTestingChannel(), logger: logger))
    let response = try await responder.respond(to: request, context: context)
    let written = Written()
    try await response.body.write(written)
    return Answer(
      status: response.status.code, headers: response.headers, bytes: written.bytes)
  }

  /// Sends JSON.
  func post(
    _ path: String, _ body: String, type: String = "application/json", _ headers: HTTPFields = [:]
  ) async throws -> Answer {
    var headers = headers
    headers[.contentType] = type
    return try await send(.post, path, headers, parts: [Array(body.utf8)])
  }

  func get(_ path: String, _ headers: HTTPFields = [:]) async throws -> Answer {
    try await send(.get, path, headers)
  }

  private final class Written: ResponseBodyWriter, Sendable {
    private let all = Mutex<[UInt8]>([])
    var bytes: [UInt8] { all.withLock { $0 } }

    func write(_ buffer: ByteBuffer) async throws {
      all.withLock { $0.append(contentsOf: buffer.readableBytesView) }
    }

    func finish(_ trailers: HTTPFields?) async throws {}
  }
}

/// Keeps what is logged, at every level.
final class LogMemory: Sendable {
  private let lines = Mutex<[String]>([])

  /// All that was logged.
  var text: String { lines.withLock { $0.joined(separator: "\n") } }

  var handler: any LogHandler { Handler(memory: self) }

  private struct Handler: LogHandler {
    let memory: LogMemory
    var logLevel = Logger.Level.trace
    var metadata: Logger.Metadata = [:]

    init(memory: LogMemory) { self.memory = memory }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      memory.lines.withLock {
        $0.append("\(event.level) \(event.message) \(metadata) \(event.metadata ?? [:])")
      }
    }
  }
}
