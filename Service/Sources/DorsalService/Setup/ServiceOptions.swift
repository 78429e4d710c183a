import Dorsal

/// What a service is told when it starts.
public struct ServiceOptions: Sendable {
  /// The address to listen on; without another only this machine reaches it.
  public var host = "127.0.0.1"
  /// The port; 0 for any that is free.
  public var port = 8080
  /// What callers have to bring, or nothing.
  public var token: BearerToken?
  /// The origins whose pages may call, such as `https://clinic.example`; none without.
  public var allowedOrigins: [String] = []
  /// Where callers reach the page, such as `https://clinic.example/dorsal/`, for links on cards.
  public var pageURL: String?
  /// Seconds between the signal to end and the end of the listening: `/ready` says so meanwhile,
  /// and who sends requests here can send them elsewhere.
  public var drainSeconds = 0
  /// What to correct posteriors with, or nothing.
  public var calibration: Calibration?
  /// How much is taken.
  public var limits = ServiceLimits()

  /// For this machine alone.
  public init() {}
}

/// How much a service takes, of one caller and of all. Each has a bound, so that no caller keeps
/// others from being served.
public struct ServiceLimits: Sendable {
  /// Bytes of a body that is answered as a whole.
  public var bodyBytes = 4 << 20
  /// Bytes of bodies that are being received, of all callers together.
  public var bufferedBytes = 256 << 20
  /// Cases of a body that is answered as a whole.
  public var cases = 1000
  /// Bytes of a line of a stream.
  public var lineBytes = 1 << 20
  /// Bytes of the lines of a head, all together.
  public var headBytes = 16 << 10
  /// Requests that are being answered; others are told to come again.
  public var requests = 64
  /// Seconds that a request may wait until it is worked on; it is told to come again then.
  public var waitSeconds = 5
  /// Streams that are open.
  public var streams = 16
  /// Connections; others wait until one is free.
  public var connections = 16384
  /// Seconds that a connection may be open without a request, half a head included.
  public var idleSeconds = 60
  /// Seconds that a caller may take for 64 KB of a body, or to take what it is sent.
  public var stallSeconds = 30

  /// The usual ones.
  public init() {}
}
