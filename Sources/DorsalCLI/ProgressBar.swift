import Dispatch
import Dorsal

/// Shows on a terminal how far a long run is: a bar, cases a second, the time left.
final class ProgressBar {
  private let isShown: Bool
  private let size: Int?
  private let start = DispatchTime.now()
  private var lastShown = DispatchTime.now()
  private var hasShown = false

  /// - Parameters:
  ///   - size: The bytes of the file, where known.
  ///   - isQuiet: Whether the user asked for silence.
  init(size: Int?, isQuiet: Bool) {
    self.size = size
    isShown = !isQuiet && StandardError.isTerminal
  }

  /// Shows the state, at most ten times a second.
  func update(_ progress: ReadingProgress) {
    show(
      cases: progress.rowsIn,
      share: size.map { Double(progress.bytesRead) / Double(max($0, 1)) })
  }

  /// Shows the state of work whose number of cases is known.
  func update(cases: Int, of count: Int) {
    show(cases: cases, share: Double(cases) / Double(count))
  }

  private func show(cases: Int, share: Double?) {
    let now = DispatchTime.now()
    guard isShown, now.uptimeNanoseconds - lastShown.uptimeNanoseconds > 100_000_000 else {
      return
    }
    lastShown = now
    hasShown = true
    StandardError.writeControls("\r" + line(cases: cases, share: share, at: now) + "\u{1B}[K")
  }

  private func line(cases: Int, share: Double?, at now: DispatchTime) -> String {
    let seconds = Double(now.uptimeNanoseconds - start.uptimeNanoseconds) / 1e9
    let rate = "\(cases) cases, \(Int(Double(cases) / seconds)) cases/s"
    guard let share = share.map({ min(1, $0) }), share > 0 else { return rate }
    let width = 30
    let filled = Int(share * Double(width))
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
    let left = Int((seconds / share - seconds).rounded(.up))
    return "[\(bar)] \(Int(share * 100))%  \(rate), \(left) s left"
  }

  /// Takes the bar away.
  func clear() {
    if hasShown { StandardError.writeControls("\r\u{1B}[K") }
  }
}
