import Metrics
import Synchronization

/// Keeps what swift-metrics is told and writes it as Prometheus reads it, in the text format
/// 0.0.4. Names and dimensions have to be few and the service's own: each pair is kept for good.
final class PrometheusMetrics: MetricsFactory {
  private let series = Mutex<[SeriesKey: MetricSeries]>([:])

  /// Nothing is counted yet.
  init() {}

  /// The page.
  var page: String {
    let all = series.withLock { $0 }.sorted {
      ($0.key.name, $0.key.labels) < ($1.key.name, $1.key.labels)
    }
    var lines: [String] = []
    var last = ""
    for (key, value) in all {
      if key.name != last { lines.append("# TYPE \(key.name) \(value.kind.rawValue)") }
      last = key.name
      lines += value.lines(name: key.name, labels: key.labels)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func series(
    _ kind: MetricSeries.Kind, _ label: String, _ dimensions: [(String, String)]
  ) -> MetricSeries {
    let key = SeriesKey(label, dimensions)
    return series.withLock { all in
      if let there = all[key] { return there }
      let new = MetricSeries(kind)
      all[key] = new
      return new
    }
  }

  func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    series(.counter, label, dimensions)
  }

  func makeFloatingPointCounter(
    label: String, dimensions: [(String, String)]
  ) -> any FloatingPointCounterHandler {
    series(.counter, label, dimensions)
  }

  func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    series(.gauge, label, dimensions)
  }

  func makeRecorder(
    label: String, dimensions: [(String, String)], aggregate: Bool
  ) -> any RecorderHandler {
    series(aggregate ? .histogram : .gauge, label, dimensions)
  }

  func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    series(.histogram, label, dimensions)
  }

  // Whoever lets go of a counter may count on with another of the same name.
  func destroyCounter(_ handler: any CounterHandler) {}
  func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
  func destroyMeter(_ handler: any MeterHandler) {}
  func destroyRecorder(_ handler: any RecorderHandler) {}
  func destroyTimer(_ handler: any TimerHandler) {}
}

/// A name and its dimensions.
private struct SeriesKey: Hashable {
  let name: String
  let labels: String

  init(_ label: String, _ dimensions: [(String, String)]) {
    name = String(
      String.UnicodeScalarView(
        label.unicodeScalars.map {
          $0.properties.isAlphabetic || ("0"..."9").contains($0) ? $0 : "_"
        }))
    labels = dimensions.sorted { $0.0 < $1.0 }.map { key, value in
      let escaped = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        .replacing("\n", with: "\\n")
      return "\(key)=\"\(escaped)\""
    }.joined(separator: ",")
  }
}
