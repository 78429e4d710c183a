import Dorsal
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// A caller took too long for its body.
struct BodyTooSlow: Error {}

/// Ends connections that hold the service up: without a request, with half a head, with a body
/// that trickles, or without taking what they are sent; and tells callers whose head is none.
///
/// An idle timeout alone does not: a byte a second is never idle. Time counts only while the
/// service waits, so that its own slowness is not the caller's.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  /// So many bytes of a body have the time of a stall.
  private static let stretch = 1 << 16
  /// Bytes that are taken of a body that was answered before its end: callers that send first and
  /// read then would else meet a closed connection in place of the problem.
  private static let mostDiscarded = 1 << 25

  private let idle: TimeAmount
  private let stall: TimeAmount
  private var checks: RepeatedTask?

  /// How many requests have no full response yet.
  private var open = 0
  private var idleSince = NIODeadline.now()
  /// Whether a request has begun and not ended.
  private var isReceiving = false
  private var isTold = false
  /// Whether what came was no request, and was told so.
  private var isRefused = false
  private var waitingSince: NIODeadline?
  private var waited = TimeAmount.zero
  private var received = 0
  private var discarded: Int?
  /// Since when the caller has taken less than a stretch of what it is sent, and how much there
  /// was to take then.
  private var unwritable: (since: NIODeadline, bytes: Int)?

  init(_ limits: ServiceLimits) {
    idle = .seconds(Int64(limits.idleSeconds))
    stall = .seconds(Int64(limits.stallSeconds))
  }

  func handlerAdded(context: ChannelHandlerContext) {
    let own = NIOLoopBound((guard: self, context: context), eventLoop: context.eventLoop)
    let pause = TimeAmount.nanoseconds(min(idle, stall).nanoseconds / 4)
    checks = context.eventLoop.scheduleRepeatedTask(initialDelay: pause, delay: pause) { _ in
      own.value.guard.check(own.value.context)
    }
  }

  func handlerRemoved(context: ChannelHandlerContext) { end() }

  func channelInactive(context: ChannelHandlerContext) {
    end()
    context.fireChannelInactive()
  }

  private func end() {
    checks?.cancel()
    checks = nil
  }

  private func check(_ context: ChannelHandlerContext) {
    let now = NIODeadline.now()
    if let before = unwritable {
      let bytes = Self.unsent(context)
      if before.bytes - bytes >= Self.stretch {
        unwritable = (now, bytes)
      } else if now - before.since > stall {
        return context.close(promise: nil)
      }
    }
    if isReceiving {
      let pending = waitingSince.map { now - $0 } ?? .zero
      guard waited + pending > stall else { return }
      // Told once, so that there is a response; who does not take it is cut off.
      if isTold { context.close(promise: nil) } else { context.fireErrorCaught(BodyTooSlow()) }
      isTold = true
    } else if open == 0, now - idleSince > idle {
      context.close(promise: nil)
    }
  }

  func read(context: ChannelHandlerContext) {
    if isReceiving, waitingSince == nil { waitingSince = .now() }
    context.read()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head:
      open += 1
      isReceiving = true
      (waitingSince, waited, received, discarded) = (nil, .zero, 0, nil)
    case .body(let bytes):
      if let since = waitingSince { waited = waited + (NIODeadline.now() - since) }
      waitingSince = nil
      received += bytes.readableBytes
      if received >= Self.stretch { (received, waited) = (0, .zero) }
      if let before = discarded {
        discarded = before + bytes.readableBytes
        if before > Self.mostDiscarded { context.close(promise: nil) }
      }
    case .end: (isReceiving, waitingSince) = (false, nil)
    }
    context.fireChannelRead(data)
  }

  /// Answers what is no request: the server itself would close the connection, and a caller that
  /// sends on would never see why.
  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    if isRefused { return discardMore(of: error, context) }
    guard open == 0, !isReceiving, !(error is IOError), !(error is ChannelError) else {
      return context.fireErrorCaught(error)
    }
    isRefused = true
    (discarded, idleSince) = (0, .now())
    var problem = Problem(.badRequest, "expected a request of HTTP/1.1")
    if case HTTPParserError.headerOverflow = error {
      problem = Problem(.headTooLarge, "expected a shorter head, or fewer fields")
    }
    let body = ByteBuffer(string: problem.json.text + "\n")
    let head = HTTPResponse(
      status: problem.kind.status,
      headerFields: [
        .contentType: "application/problem+json", .contentLength: "\(body.readableBytes)",
        .connection: "close", .cacheControl: "no-store",
      ])
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(body)), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    // What comes in is taken for a while: else the answer would be lost with the connection.
    context.close(mode: .output, promise: nil)
  }

  /// Counts what comes behind what was no request.
  private func discardMore(of error: any Error, _ context: ChannelHandlerContext) {
    guard case ByteToMessageDecoderError.dataReceivedInErrorState(_, let bytes) = error else {
      return context.close(promise: nil)
    }
    let count = (discarded ?? 0) + bytes.readableBytes
    discarded = count
    if count > Self.mostDiscarded { context.close(promise: nil) }
  }

  func write(
    context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?
  ) {
    if case .end = unwrapOutboundIn(data) {
      open -= 1
      idleSince = .now()
      if isReceiving { discarded = 0 }
    }
    context.write(data, promise: promise)
  }

  private static func unsent(_ context: ChannelHandlerContext) -> Int {
    (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    unwritable = context.channel.isWritable ? nil : (.now(), Self.unsent(context))
    context.fireChannelWritabilityChanged()
  }
}

@available(*, unavailable)
extension ConnectionGuard: Sendable {}
