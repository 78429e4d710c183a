import Synchronization

/// `a = b + s * c` over arrays far larger than the caches (J. McCalpin's triad), on one
/// thread: what memory gives at best.
///
/// Sixteen bytes move for each element: `b` and `c` are read, and a line of `a` is read
/// before it is written, since the stores go through the cache.
final class MemoryTriad: Limit {
  let name = "memory"
  let summary: String
  let unit = "GB/s"
  private let count: Int
  private let b: [Float]
  private let c: [Float]
  private let a: Mutex<[Float]>

  /// - Parameter count: Elements of each array.
  init(count: Int) {
    self.count = count
    summary = "triad of 3 x \(count * 4 / 1_000_000) MB, one thread"
    b = [Float](repeating: 1, count: count)
    c = [Float](repeating: 2, count: count)
    a = Mutex([Float](repeating: 0, count: count))
  }

  var amount: Double { 16 * Double(count) }

  func check() throws {
    run()
    let isRight = a.withLock { a in a.allSatisfy { $0 == 7 } }
    if !isRight { throw WrongAnswer("an element is not 1 + 3 x 2") }
  }

  func run() { a.withLock { Self.triad(&$0, b, c) } }

  private static func triad(_ a: inout [Float], _ b: [Float], _ c: [Float]) {
    precondition(a.count == b.count && b.count == c.count, "the arrays are alike")
    let (left, right) = (b.span, c.span)
    var sum = a.mutableSpan
    for index in 0..<sum.count { sum[index] = left[index] + 3 * right[index] }
  }
}
