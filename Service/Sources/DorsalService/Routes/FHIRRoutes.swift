import Dorsal
import DorsalFHIR
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore

/// `/fhir`: cases as FHIR R4 resources, answers as a RiskAssessment, and what to ask next by SDC.
struct FHIRRoutes: Sendable {
  let engine: Engine
  let work: Work

  static let type = "application/fhir+json"

  func add(to routes: inout Routes) {
    let fhir = engine.fhir
    document("/fhir/metadata", fhir.capability(since: .today), isOpen: true, to: &routes)
    document(
      "/fhir/Questionnaire/" + FHIRAnswers.questionnaireID, fhir.questionnaire, to: &routes)
    document(
      "/fhir/Questionnaire/" + FHIRAnswers.adaptiveID, fhir.adaptiveQuestionnaire, to: &routes)
    document(
      "/fhir/OperationDefinition/" + FHIRAnswers.operationID, fhir.scoreOperation, to: &routes)
    routes.post("/fhir/$score") { request, _ in
      let query = try query(request, ["top", "interval", "date"])
      let level = try query.level(hasCalibration: engine.calibration != nil)
      let top = try query["top"] == nil ? nil : query.top(default: 1)
      let date = try day(query)
      return try await answer(request) { body in
        let found = try fhir.reader.read(body, on: date, today: .today)
        for (name, isTwice) in [
          ("top", top != nil && found.top != nil), ("interval", level != nil && found.level != nil),
        ] where isTwice {
          throw Problem.parameter(
            name, query[name] ?? "", expected: "it in the query or in Parameters, not in both")
        }
        let level =
          try level
          ?? found.level.flatMap {
            try Query.level("\($0)", hasCalibration: engine.calibration != nil)
          }
        let top = top ?? found.top
        let intervals = level.map {
          FHIRAnswers.Intervals(engine.intervals(level: $0), level: $0)
        }
        return Array((fhir.score(found, top: top, intervals: intervals).text + "\n").utf8)
      }
    }
    routes.post("/fhir/Questionnaire/$next-question") { request, _ in
      _ = try query(request, [])
      return try await answer(request) { try fhir.nextQuestion($0, today: .today) }
    }
  }

  /// A resource that is always the same.
  private func document(
    _ path: String, _ resource: JSONValue, isOpen: Bool = false, to routes: inout Routes
  ) {
    let bytes = Array((resource.text + "\n").utf8)
    routes.get(path, isOpen: isOpen) { request, _ in
      _ = try query(request, [])
      return .bytes(bytes, type: Self.type)
    }
  }

  private static let accepted = [
    FHIRRoutes.type, "application/json", "text/json", "application/*", "text/*", "*/*",
  ]

  /// The parameters of a request; JSON is all that may be asked for.
  private func query(_ request: Request, _ names: [String]) throws(Problem) -> Query {
    let query = try Query(request, names + ["_format"])
    if let format = query["_format"], !["json", "application/json", Self.type].contains(format) {
      throw Problem.parameter("_format", format, expected: "json")
    }
    // What a parameter says goes before the header.
    let accept = query["_format"] == nil ? request.headers[.accept] ?? "" : ""
    let types = accept.lowercased().split(separator: ",").map {
      $0.split(separator: ";").first?.trimmed ?? ""
    }
    guard types.isEmpty || types.contains(where: { Self.accepted.contains(String($0)) }) else {
      throw Problem(.notAcceptable, "Accept: expected \(Self.type)")
    }
    return query
  }

  private func day(_ query: Query) throws(Problem) -> CivilDate? {
    guard let text = query["date"] else { return nil }
    guard let day = CivilDate(text) else {
      throw Problem.parameter("date", text, expected: "a day such as 2024-05-31")
    }
    return day
  }

  private func answer(
    _ request: Request, _ make: @escaping @Sendable ([UInt8]) throws -> [UInt8]
  ) async throws -> Response {
    _ = try work.bodies.kind(of: request, takesLines: false, others: [Self.type])
    let body = try await work.bodies.whole(request)
    return .bytes(
      try await work.run {
        do {
          let bytes = try make(body.bytes)
          work.count(read: 1)
          return bytes
        } catch let failure as FHIRFailure {
          work.count(CaseTally(rejected: 1))
          throw OutcomeProblem(failure)
        }
      }, type: Self.type)
  }
}

extension CivilDate {
  /// The day in Greenwich.
  static var today: CivilDate {
    CivilDate(dayNumber: Int((Date().timeIntervalSince1970 / 86_400).rounded(.down)))
  }
}

extension CaseTally {
  /// Cases that could not be read.
  init(rejected: Int) { self.rejected = rejected }
}
