import Dorsal
import NIOCore

/// Cuts what arrives of a stream into whole lines.
package struct LineCutter {
  private let longest: Int
  private var rest: [UInt8] = []
  private var line = 1

  package init(longest: Int) { self.longest = longest }

  /// The lines that are whole with what has arrived, and the number of the first.
  ///
  /// - Throws: The problem of a line that is too long.
  package mutating func take(
    _ part: ByteBuffer
  ) throws(Problem) -> (bytes: [UInt8], firstLine: Int)? {
    let view = part.readableBytesView
    guard let last = view.lastIndex(of: UInt8(ascii: "\n")) else {
      rest.append(contentsOf: view)
      try check()
      return nil
    }
    let whole = rest + view[...last]
    let first = line
    line += whole.count { $0 == UInt8(ascii: "\n") }
    rest = Array(view[view.index(after: last)...])
    try check()
    return (whole, first)
  }

  /// What stands behind the last line end.
  package func end() -> (bytes: [UInt8], firstLine: Int)? { rest.isEmpty ? nil : (rest, line) }

  private func check() throws(Problem) {
    guard rest.count > longest else { return }
    let fault = Fault(
      detail: "a line of more than \(longest) bytes",
      position: .init(file: "body", line: line, column: 1))
    throw Problem(.tooLarge, "expected lines of at most \(longest) bytes", faults: [fault])
  }
}
