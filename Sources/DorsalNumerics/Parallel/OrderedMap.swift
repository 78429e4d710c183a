/// Work on a stream of inputs in parallel, with the outputs taken in order.
package enum OrderedMap {
  /// Maps inputs to outputs on several threads at once.
  ///
  /// At most `width` inputs are worked on at a time, at most `2 * width` are held and
  /// one is read ahead, so that memory is bounded whatever the length of the stream.
  ///
  /// - Parameters:
  ///   - width: How many inputs to work on at a time, at least 1.
  ///   - next: Gives the next input, or nothing at the end; called in order.
  ///   - transform: The work; called on any thread.
  ///   - consume: Takes each output, in the order of the inputs.
  /// - Throws: What `next` or `consume` throws, or `CancellationError` where the task has been
  ///   cancelled; work under way is then dropped.
  package static func run<Input: Sendable, Output: Sendable>(
    width: Int,
    next: () throws -> Input?,
    transform: @escaping @Sendable (Input) async -> Output,
    consume: (Output) throws -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: (Int, Output).self) { group in
      var started = 0
      var running = 0
      var consumed = 0
      var finished: [Int: Output] = [:]
      // Read ahead, so that a thread that is done has work before its output is taken.
      var ahead = try next()
      func start() {
        guard running < width, started - consumed < 2 * width, let input = ahead else { return }
        let index = started
        group.addTask { (index, await transform(input)) }
        ahead = nil
        started += 1
        running += 1
      }
      var isAtEnd = ahead == nil
      while true {
        try Task.checkCancellation()
        while !isAtEnd {
          start()
          guard ahead == nil else { break }
          ahead = try next()
          isAtEnd = ahead == nil
        }
        guard running > 0, let (index, output) = try await group.next() else { break }
        running -= 1
        finished[index] = output
        start()
        while let output = finished.removeValue(forKey: consumed) {
          try Task.checkCancellation()
          try consume(output)
          consumed += 1
        }
      }
    }
  }
}
