/// Sums over many cases in parallel, the same bit for bit on any count of threads: parts
/// are of a fixed size, and are added in order.
package enum OrderedSum {
  /// Cases of a part.
  package static let partSize = 4096

  /// Sums parts over a range of cases.
  ///
  /// - Parameters:
  ///   - count: How many cases there are.
  ///   - threads: How many parts to work on at a time, at least 1.
  ///   - part: The part of a range of cases; called on any thread.
  ///   - add: Takes the parts, in the order of the cases.
  package static func run<Part: Sendable>(
    over count: Int, threads: Int, part: @escaping @Sendable (Range<Int>) -> Part,
    add: (Part) -> Void
  ) async {
    var start = 0
    // Neither closure throws, so nothing is left to catch.
    try? await OrderedMap.run(width: max(threads, 1)) { () -> Range<Int>? in
      guard start < count else { return nil }
      let range = start..<min(start + partSize, count)
      start = range.upperBound
      return range
    } transform: { range in
      part(range)
    } consume: { part in
      add(part)
    }
  }
}
