internal import CKernels

/// Memory that a run needs and the system does not give.
public struct MemoryFault: Error, Sendable, CustomStringConvertible {
  /// How many bytes more were asked for.
  public let byteCount: Int

  /// What is missing, in a few words.
  public var description: String {
    "not enough memory for this run: \(max(byteCount >> 20, 1)) MB more are not to be had"
  }
}

/// Asks whether memory is to be had before it is taken: where an array cannot grow, the Swift
/// runtime ends the program, and nobody can say why or tidy up.
///
/// What takes memory by the size of an input asks here first. Between the question and the use
/// other threads may take what there was, so that what is asked for is more than what is used.
package enum MemoryRoom {
  /// What the small things of a run take between two questions.
  private static let slack = 12 << 20
  /// What the work on one block takes on its thread.
  private static let block = 4 << 20

  /// Up to so many bytes an answer stands for some milliseconds, in which small things do not take
  /// as much as the slack. More is asked for each time: the answer before may have been used up.
  private static let small = 1 << 20

  /// Asks for bytes beside those of small things.
  ///
  /// - Throws: Where the system does not give them.
  /// - Complexity: O(1), some microseconds: no byte is touched.
  package static func require(_ byteCount: Int) throws(MemoryFault) {
    let (sum, isTooMuch) = max(byteCount, 0).addingReportingOverflow(slack)
    guard !isTooMuch, (byteCount > small ? ck_has_room(sum) : ck_had_room(sum)) != 0 else {
      throw MemoryFault(byteCount: byteCount)
    }
  }

  /// Asks for what blocks of a file take on so many threads. Block after block takes the same memory,
  /// so that this answer stands for some milliseconds too.
  package static func requireBlocks(threads: Int) throws(MemoryFault) {
    let byteCount = min(max(threads, 1), 1 << 10) * block
    if ck_had_room(byteCount + slack) == 0 { throw MemoryFault(byteCount: byteCount) }
  }
}

extension Array {
  /// How many bytes the array may ask for when so many elements are added: none where they fit,
  /// else twice as much as there is.
  package func growth(by added: Int) -> Int {
    if count + added <= capacity { return 0 }
    return Swift.max(2 * capacity, count + added) * MemoryLayout<Element>.stride
  }
}
