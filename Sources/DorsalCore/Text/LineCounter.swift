/// Turns offsets into lines and columns, for offsets that only grow.
package struct LineCounter {
  private let file: String
  private var line: Int
  private var lineStart: Int
  private var offset: Int

  /// Starts to count at byte `offset`, which is the first of line `line`.
  package init(file: String, line: Int = 1, offset: Int = 0) {
    self.file = file
    self.line = line
    self.lineStart = offset
    self.offset = offset
  }

  /// Moves on to a byte that is not before the last one.
  package mutating func advance(to target: Int, in bytes: Span<UInt8>) {
    while offset < target {
      if bytes[offset] == UInt8(ascii: "\n") {
        line += 1
        lineStart = offset + 1
      }
      offset += 1
    }
  }

  /// Moves on to a byte in front of which there is one line end and no other.
  mutating func beginLine(at target: Int) {
    line += 1
    lineStart = target
    offset = target
  }

  /// Where the counter stands.
  package var position: SourcePosition {
    SourcePosition(file: file, line: line, column: offset - lineStart + 1)
  }
}
