import Dorsal
import Hummingbird

/// `/v1/explain`: why a case has its ranking, as JSON, as a page or as text.
struct ExplainRoutes: Sendable {
  let engine: Engine
  let work: Work

  private enum Form {
    case json, page, text
  }

  func add(to routes: inout Routes) {
    routes.post("/v1/explain") { request, _ in
      let query = try Query(request, ["top", "interval"])
      let level = try query.level(hasCalibration: engine.calibration != nil)
      let top = try query.top(default: 3)
      _ = try work.bodies.kind(of: request, takesLines: false)
      let form = form(request.headers[.accept] ?? "")
      let body = try await work.bodies.whole(request)
      return try await work.run {
        let batch = try CaseReading.one(json: body.bytes, by: engine.explainedReader)
        let terms = engine.explainer(level: level).explain(0, of: batch)
        work.count(read: 1)
        return response(CaseExplanation(terms, model: engine.model), form, top: top)
      }
    }
  }

  private func response(_ why: CaseExplanation, _ form: Form, top: Int) -> Response {
    switch form {
    case .json: return .json(Array(why.json(top: top).utf8))
    case .text: return .bytes(Array(why.text(top: top).utf8), type: "text/plain; charset=utf-8")
    case .page:
      var response = Response.bytes(
        Array(why.html(top: top).utf8), type: "text/html; charset=utf-8")
      response.headers[.contentSecurityPolicy] =
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
        + "form-action 'none'; frame-ancestors 'none'"
      return response
    }
  }

  /// The first form that a caller names; JSON where it names none.
  private func form(_ accept: String) -> Form {
    for part in accept.lowercased().split(separator: ",") {
      switch part.split(separator: ";").first?.trimmed ?? "" {
      case "application/json", "application/*", "*/*": return .json
      case "text/html": return .page
      case "text/plain", "text/*": return .text
      default: continue
      }
    }
    return .json
  }
}
