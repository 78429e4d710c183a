import Dorsal
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle

/// The service: a model, prepared, behind paths.
public struct CaseService: Service {
  private let options: ServiceOptions
  private let logger: Logger
  private let routes: Routes
  private let metrics: PrometheusMetrics
  /// Whether it was told to end.
  package let ending = Ending()

  /// Prepares a service.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - options: What it is told.
  ///   - assets: The files that it serves.
  ///   - logger: Where it logs.
  /// - Throws: `DorsalError` where the model's tables of codes have faults.
  public init(
    model: Model, options: ServiceOptions, assets: Assets, logger: Logger
  ) throws(DorsalError) {
    self.options = options
    self.logger = logger
    metrics = PrometheusMetrics()
    let engine = try Engine(model: model, calibration: options.calibration)
    let work = Work(limits: options.limits, metrics: metrics)
    var routes = Routes()
    CaseRoutes(engine: engine, work: work).add(to: &routes)
    ExplainRoutes(engine: engine, work: work).add(to: &routes)
    ModelDocuments(engine).add(to: &routes)
    FHIRRoutes(engine: engine, work: work).add(to: &routes)
    HookRoutes(engine: engine, work: work, page: options.pageURL, metrics: metrics)
      .add(to: &routes)
    StateRoutes(metrics: metrics, ending: ending).add(to: &routes)
    assets.add(to: &routes)
    self.routes = routes
  }

  /// What answers requests; the first middleware is the outermost.
  package func responder() -> RouterResponder<Context> {
    let router = Router(context: Context.self, options: [.autoGenerateHeadEndpoints])
    router.add(middleware: ObservingMiddleware(metrics: metrics))
    router.add(middleware: OriginMiddleware(origins: Set(options.allowedOrigins)))
    router.add(middleware: ProblemMiddleware(methods: routes.methods))
    router.add(
      middleware: TokenMiddleware(token: options.token, openPaths: routes.openPaths))
    for route in routes.list {
      router.on(RouterPath(route.path), method: route.method, use: route.handler)
    }
    return router.buildResponder()
  }

  /// Answers until it is told to end, and then ends what it has begun.
  public func run() async throws {
    let limits = options.limits
    var quiet = logger
    // The server below quotes at finer levels what callers sent.
    quiet.logLevel = max(logger.logLevel, .info)
    let logger = quiet
    let application = Application(
      responder: responder(),
      server: .http1(
        configuration: HTTP1Channel.Configuration(
          additionalChannelHandlers: [ConnectionGuard(limits)],
          idleTimeout: .seconds(Int64(limits.idleSeconds)),
          httpDecoderConfiguration: .init(
            maxHeaderFieldSize: limits.headBytes, maxHeaderListSize: limits.headBytes,
            maxHeaderFieldCount: 100))),
      configuration: ApplicationConfiguration(
        address: .hostname(options.host, port: options.port), backlog: 1024,
        availableConnectionsDelegate: .maximum(
          OpenFiles.connections(atMost: limits.connections), logger: logger)),
      onServerRunning: { channel in
        logger.notice("listening", metadata: ["port": "\(channel.localAddress?.port ?? 0)"])
      }, logger: logger)
    try await run(application, logger)
  }

  /// Runs the server until some time after the signal to end, so that `/ready` can say so.
  private func run(_ server: some Service, _ logger: Logger) async throws {
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(services: [server], logger: logger))
    let drain = options.drainSeconds
    // A task of its own does not hear the signal.
    let serving = Task.detached { try await group.run() }
    try await withTaskCancellationHandler {
      try await withGracefulShutdownHandler {
        try await serving.value
      } onGracefulShutdown: {
        ending.begin()
        Task {
          try? await Task.sleep(for: .seconds(drain))
          await group.triggerGracefulShutdown()
        }
      }
    } onCancel: {
      serving.cancel()
    }
  }
}
