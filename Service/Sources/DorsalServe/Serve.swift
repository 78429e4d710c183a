import ArgumentParser
import Dorsal
import DorsalService
import FoundationEssentials
import Logging
import ServiceLifecycle
import UnixSignals

/// `dorsal-serve`: answers cases by HTTP.
@main
struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dorsal-serve",
    abstract: "Answers cases by HTTP: ranked causes, why, what to ask next.",
    discussion: """
      It listens on this machine alone unless --host names another address. It has no TLS: put a \
      proxy in front of it. It keeps and logs nothing of what it is sent. GET /openapi.json has \
      the interface.

      Exit status: 0 ended as told (SIGTERM, SIGINT); 64 usage; 65 bad data; 66 no input; 69 the \
      address cannot be had.
      """,
    version: Release.version)

  @Option(help: ArgumentHelp("The address to listen on.", valueName: "address"))
  var host = "127.0.0.1"

  @Option(help: "The port; 0 for any that is free.")
  var port = 8080

  @Option(
    help: ArgumentHelp(
      "The model folder. (default: DORSAL_MODEL, or the shipped one)", valueName: "folder"))
  var model: String?

  @Option(
    help: ArgumentHelp(
      "Correct posteriors by a calibration of `dorsal calibrate`.", valueName: "file"))
  var calibration: String?

  @Option(
    help: ArgumentHelp(
      "Ask callers for the token in this file. DORSAL_TOKEN may have it instead.",
      valueName: "file"))
  var tokenFile: String?

  @Option(
    help: ArgumentHelp(
      "Let pages of this origin call, such as https://clinic.example. May stand several times.",
      valueName: "origin"))
  var allowOrigin: [String] = []

  @Option(
    help: ArgumentHelp(
      "Where callers reach the page, for links on cards: such as https://clinic.example/dorsal/.",
      valueName: "url"))
  var pageUrl: String?

  @Option(
    help: ArgumentHelp(
      "The folder of openapi.json and of the page. (default: beside the program)",
      valueName: "folder"))
  var assets: String?

  @Option(
    help: ArgumentHelp(
      "Seconds to go on listening once told to end, while GET /ready says 503.",
      valueName: "seconds"))
  var drain = 0

  @Option(help: "How much is logged, on standard error: info has a line a request, notice none.")
  var logLevel = LogLevel.info

  @OptionGroup(title: "Limits") var limits: LimitOptions

  func validate() throws {
    if !(0...65535).contains(port) { throw ValidationError("--port \(port): expected 0 to 65535") }
    if !(0...3600).contains(drain) { throw ValidationError("--drain \(drain): expected 0 to 3600") }
    for origin in allowOrigin
    where !(origin.hasPrefix("https://") || origin.hasPrefix("http://")) || origin.hasSuffix("/") {
      throw ValidationError("--allow-origin \(origin): expected such as https://clinic.example")
    }
    try checkPage()
  }

  private func checkPage() throws {
    guard let pageUrl else { return }
    if !(pageUrl.hasPrefix("https://") || pageUrl.hasPrefix("http://")) {
      throw ValidationError("--page-url \(pageUrl): expected such as https://clinic.example/")
    }
  }

  func run() async throws {
    var logger = Logger(label: "dorsal", factory: { StreamLogHandler.standardError(label: $0) })
    logger.logLevel = logLevel.level
    let service = try prepare(logger)
    var group = ServiceGroupConfiguration(
      services: [service], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    // Streams of callers who do not end are cut.
    group.maximumGracefulShutdownDuration = .seconds(20 + drain)
    do {
      try await ServiceGroup(configuration: group).run()
    } catch {
      throw Failure(status: 69, "\(host):\(port): \(error)")
    }
  }

  private func prepare(_ logger: Logger) throws -> CaseService {
    var options = ServiceOptions()
    (options.host, options.port, options.allowedOrigins) = (host, port, allowOrigin)
    (options.limits, options.pageURL) = (limits.limits, pageUrl)
    options.drainSeconds = drain
    options.token = try token()
    let model: Model
    do {
      model = try Model(folder: try Places.model(self.model))
      if let calibration {
        guard let data = FileManager.default.contents(atPath: calibration) else {
          throw Failure(status: 66, "\(calibration): cannot be read")
        }
        options.calibration = try Calibration(
          json: Array(data), file: calibration, model: model)
      }
    } catch let error as DorsalError {
      throw Failure(status: 65, error.description)
    }
    let assets = try Places.assets(self.assets)
    do {
      return try CaseService(model: model, options: options, assets: assets, logger: logger)
    } catch {
      throw Failure(status: 65, error.description)
    }
  }

  private func token() throws -> BearerToken? {
    let text: String?
    if let tokenFile {
      guard let read = try? String(contentsOfFile: tokenFile, encoding: .utf8) else {
        throw Failure(status: 66, "\(tokenFile): cannot be read")
      }
      text = read
    } else {
      text = ProcessInfo.processInfo.environment["DORSAL_TOKEN"]
    }
    guard let text else { return nil }
    guard let token = BearerToken(text) else {
      throw Failure(
        status: 65,
        "the token: expected one word of at least \(BearerToken.fewestCharacters) characters")
    }
    return token
  }

  static func main() async {
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch let failure as Failure {
      Logger(label: "dorsal", factory: { StreamLogHandler.standardError(label: $0) })
        .critical("\(failure.message)")
      exit(withError: ExitCode(failure.status))
    } catch {
      exit(withError: error)
    }
  }
}
