import Metrics
import Synchronization

/// The numbers of one name with its dimensions.
final class MetricSeries: CounterHandler, FloatingPointCounterHandler, MeterHandler,
  RecorderHandler, TimerHandler
{
  /// What the numbers are, as Prometheus calls it.
  enum Kind: String {
    case counter, gauge, histogram
  }

  /// Upper bounds of what a histogram counts apart: seconds, from a quick answer to a long one.
  private static let bounds = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
  ]

  private struct State {
    var sum = 0.0
    var count = 0
    var buckets = [Int](repeating: 0, count: MetricSeries.bounds.count)
  }

  let kind: Kind
  private let state = Mutex(State())

  init(_ kind: Kind) { self.kind = kind }

  func increment(by amount: Int64) { increment(by: Double(amount)) }
  func increment(by amount: Double) { state.withLock { $0.sum += amount } }
  func decrement(by amount: Double) { increment(by: -amount) }
  func set(_ value: Int64) { set(Double(value)) }
  func set(_ value: Double) { state.withLock { $0.sum = value } }
  func reset() { state.withLock { $0 = State() } }
  func record(_ value: Int64) { record(Double(value)) }
  func recordNanoseconds(_ duration: Int64) { record(Double(duration) * 1e-9) }

  func record(_ value: Double) {
    if kind == .gauge { return set(value) }
    state.withLock { state in
      state.sum += value
      state.count += 1
      if let place = Self.bounds.firstIndex(where: { value <= $0 }) { state.buckets[place] += 1 }
    }
  }

  /// The lines of the page.
  func lines(name: String, labels: String) -> [String] {
    let now = state.withLock { $0 }
    let suffix = labels.isEmpty ? "" : "{\(labels)}"
    guard kind == .histogram else { return ["\(name)\(suffix) \(now.sum)"] }
    let before = labels.isEmpty ? "" : labels + ","
    var total = 0
    var lines: [String] = []
    for (bound, count) in zip(Self.bounds, now.buckets) {
      total += count
      lines.append("\(name)_bucket{\(before)le=\"\(bound)\"} \(total)")
    }
    lines.append("\(name)_bucket{\(before)le=\"+Inf\"} \(now.count)")
    return lines + ["\(name)_sum\(suffix) \(now.sum)", "\(name)_count\(suffix) \(now.count)"]
  }
}
