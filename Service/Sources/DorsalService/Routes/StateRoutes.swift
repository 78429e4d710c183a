import Dorsal
import FoundationEssentials
import Hummingbird
import Metrics

/// `/health`, `/ready` and `/metrics`.
struct StateRoutes: Sendable {
  let metrics: PrometheusMetrics
  let ending: Ending

  func add(to routes: inout Routes) {
    routes.get("/health", isOpen: true) { _, _ in .json(Array("{\"status\":\"ok\"}\n".utf8)) }
    // Whatever answers has its model.
    routes.get("/ready", isOpen: true) { _, _ in
      if ending.hasBegun { throw Problem.busy("the service is ending") }
      return .json(Array("{\"status\":\"ready\"}\n".utf8))
    }
    routes.get("/metrics") { _, _ in
      if let bytes = Self.residentBytes {
        Meter(label: "process_resident_memory_bytes", factory: metrics).set(bytes)
      }
      return .bytes(Array(metrics.page.utf8), type: "text/plain; version=0.0.4; charset=utf-8")
    }
  }

  /// Memory of the process, as Linux tells it, in pages of 4 KB.
  private static var residentBytes: Int? {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else {
      return nil
    }
    let parts = text.split(separator: " ")
    return parts.count > 1 ? Int(parts[1]).map { $0 * 4096 } : nil
  }
}
