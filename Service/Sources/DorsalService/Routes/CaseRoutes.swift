import Dorsal
import HTTPTypes
import Hummingbird
import NIOCore

/// `/v1/score`, `/v1/suggest`, `/v1/validate`: cases in, a row a case out.
struct CaseRoutes: Sendable {
  let engine: Engine
  let work: Work

  func add(to routes: inout Routes) {
    routes.post("/v1/score") { request, _ in
      let query = try Query(request, ["top", "interval"])
      let level = try query.level(hasCalibration: engine.calibration != nil)
      let top = try query.top(default: 5)
      return try await answer(request) { engine.rankings(top: top, level: level) }
    }
    routes.post("/v1/suggest") { request, _ in
      let options = try options(of: request)
      return try await answer(request) { engine.suggestions(options) }
    }
    routes.post("/v1/validate") { request, _ in try await validate(request) }
  }

  private func options(of request: Request) throws -> SuggestionWriter.Options {
    let query = try Query(request, ["top", "by", "only", "skip"])
    let model = engine.model
    let asked = model.findings.indices.filter { $0 != model.settingFinding }
    var options = SuggestionWriter.Options.json
    options.top = try query.top(default: 5)
    let orders = Suggestions.Order.allCases.map(\.rawValue)
    options.order =
      try query.one("by", of: orders).flatMap { Suggestions.Order(rawValue: $0) } ?? .dialogue
    options.sections = try query.list(
      "only", of: asked.map { model.findings[$0].section },
      called: "sections of GET /v1/model with commas between them")
    let skipped = try query.list(
      "skip", of: asked.map { model.findings[$0].id },
      called: "findings of GET /v1/findings with commas between them")
    options.skipped = Set((skipped ?? []).compactMap(model.index(ofFinding:)))
    return options
  }

  /// - Parameter prepare: Makes what writes the answers: intervals that nobody has asked for yet
  ///   take their time, which is spent where time is bounded.
  private func answer(
    _ request: Request, _ prepare: @escaping @Sendable () -> any CaseRows
  ) async throws -> Response {
    let most = work.bodies.limits.cases
    let reader = engine.reader
    switch try work.bodies.kind(of: request) {
    case .json:
      let body = try await work.bodies.whole(request)
      return .json(
        try await work.run {
          let answers = CaseAnswers(reader: reader, rows: prepare(), mostCases: most)
          let (bytes, tally) = try answers.answer(json: body.bytes)
          work.count(tally)
          return bytes
        })
    case .lines:
      let pass = try work.openStream()
      let answers = try await work.runPart {
        CaseAnswers(reader: reader, rows: prepare(), mostCases: most)
      }
      return stream(request, answers, pass)
    }
  }

  /// Answers lines while others are sent.
  private func stream(
    _ request: Request, _ answers: CaseAnswers, _ pass: Gate.Pass
  ) -> Response {
    let body = ResponseBody { writer in
      defer { withExtendedLifetime(pass) {} }
      var cutter = LineCutter(longest: work.bodies.limits.lineBytes)
      do {
        for try await part in request.body {
          if let lines = try cutter.take(part) {
            try await write(lines, answers, to: &writer)
          }
        }
        if let lines = cutter.end() { try await write(lines, answers, to: &writer) }
      } catch let problem as Problem {
        try await writer.write(ByteBuffer(string: problem.json.text + "\n"))
      } catch is BodyTooSlow {
        let problem = Problem(.timeout, "expected 64 KB more, or the end, in time")
        try await writer.write(ByteBuffer(string: problem.json.text + "\n"))
      }
      try await writer.finish(nil)
    }
    return Response(
      status: .ok, headers: [.contentType: "application/x-ndjson"], body: body)
  }

  private func write(
    _ lines: (bytes: [UInt8], firstLine: Int), _ answers: CaseAnswers,
    to writer: inout any ResponseBodyWriter
  ) async throws {
    let (bytes, tally) = try await work.runPart {
      answers.answer(lines: lines.bytes, firstLine: lines.firstLine)
    }
    work.count(tally)
    if !bytes.isEmpty { try await writer.write(ByteBuffer(bytes: bytes)) }
  }

  // MARK: validate

  private func validate(_ request: Request) async throws -> Response {
    _ = try Query(request, [])
    var validation = Validation(model: engine.model)
    let reader = engine.explainedReader
    switch try work.bodies.kind(of: request) {
    case .json:
      let body = try await work.bodies.whole(request)
      validation.add(
        try await work.run {
          try CaseReading.read(json: body.bytes, by: reader, most: work.bodies.limits.cases)
        })
    case .lines:
      let pass = try work.openStream()
      defer { withExtendedLifetime(pass) {} }
      var cutter = LineCutter(longest: work.bodies.limits.lineBytes)
      for try await part in request.body {
        guard let lines = try cutter.take(part) else { continue }
        validation.add(
          try await work.runPart { reader.read(lines: lines.bytes, firstLine: lines.firstLine) })
      }
      if let lines = cutter.end() {
        validation.add(
          try await work.runPart { reader.read(lines: lines.bytes, firstLine: lines.firstLine) })
      }
    }
    return .json(Array((validation.json.text + "\n").utf8))
  }
}
