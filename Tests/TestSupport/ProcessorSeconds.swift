import Foundation

/// Seconds of processor time that this thread spends in `work`, which runs on it to its end.
///
/// What grows with the square of its input is told by this, and not by a clock on a wall, which
/// also counts whatever else the machine does.
public func processorSeconds<Result>(_ work: () throws -> Result) rethrows -> (Result, Double) {
  let start = threadSeconds()
  let result = try work()
  return (result, threadSeconds() - start)
}

private func threadSeconds() -> Double {
  var time = timespec()
  unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
