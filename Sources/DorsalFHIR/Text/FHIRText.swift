import DorsalCore

/// Resources as a text that is JSON: nodes as ranges of bytes, so that what is not asked for costs
/// nothing. Keys that stand twice anywhere are a fault.
final class FHIRText {
  let bytes: [UInt8]
  let nodes: [JSONNode]
  let file: String
  private lazy var lineStarts: [Int] = {
    [0] + bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
  }()

  /// The most keys and values of a text.
  static let mostNodes = 1 << 20

  /// Reads a text.
  ///
  /// - Parameter line: The line that it begins on, where it is one of many.
  init(_ bytes: [UInt8], file: String, line: Int = 1) throws(FHIRFailure) {
    (self.bytes, self.file, firstLine) = (bytes, file, line)
    var nodes: [JSONNode] = []
    let span = bytes.span
    var fault = TextEncoding.firstFault(in: span, range: 0..<bytes.count).map {
      (offset: $0.offset, message: $0.message)
    }
    if fault == nil {
      do throws(JSONSyntaxFault) {
        try JSONScanner.scan(span, range: 0..<bytes.count, into: &nodes, most: Self.mostNodes)
      } catch {
        fault = (error.offset, error.message)
      }
    }
    if let fault {
      self.nodes = []
      throw FHIRFailure([
        FHIRIssue(
          .error, "structure", fault.message,
          position: Self.position(
            of: min(fault.offset, bytes.count), in: bytes, file: file, line: line))
      ])
    }
    self.nodes = nodes
    if let issue = repeatedKey() { throw FHIRFailure([issue]) }
  }

  private let firstLine: Int

  private static func position(
    of offset: Int, in bytes: [UInt8], file: String, line: Int
  ) -> SourcePosition {
    var lines = LineCounter(file: file, line: line)
    lines.advance(to: offset, in: bytes.span)
    return lines.position
  }

  var root: FHIRElement { FHIRElement(text: self, node: 0) }

  /// The text of a string or key.
  func string(_ node: Int) -> String {
    // A span of a member would outlive the access to it.
    let bytes = bytes
    return JSONText.text(of: nodes[node], in: bytes.span)
  }

  /// Whether a key is a name.
  func isKey(_ node: Int, _ name: String) -> Bool {
    let key = nodes[node]
    if key.hasEscape { return string(node) == name }
    return key.end - key.start == name.utf8.count
      && bytes[key.start..<key.end].elementsEqual(name.utf8)
  }

  /// The line and column of a node.
  func position(of node: Int) -> SourcePosition {
    let offset = nodes[node].start - (nodes[node].kind == .string ? 1 : 0)
    var (low, high) = (0, lineStarts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return SourcePosition(file: file, line: firstLine + low, column: offset - lineStarts[low] + 1)
  }

  /// The path from the root to a node: `Bundle.entry[2].resource.code`.
  func expression(of target: Int) -> String {
    var path = root.resourceType ?? ""
    var node = 0
    while node != target {
      var child = node + 1
      var index = 0
      let isObject = nodes[node].kind == .object
      while child < nodes[node].next {
        let value = isObject ? child + 1 : child
        if value <= target, target < nodes[value].next {
          if isObject {
            path += (path.isEmpty ? "" : ".") + string(child)
          } else {
            path += "[\(index)]"
          }
          node = value
          break
        }
        child = nodes[value].next
        index += 1
      }
      // A key, which stands in no value.
      if child >= nodes[node].next, node != target { return path }
    }
    return path
  }

  /// The first key that stands twice in an object.
  private func repeatedKey() -> FHIRIssue? {
    var keys: [Int] = []
    for node in nodes.indices where nodes[node].kind == .object {
      keys.removeAll(keepingCapacity: true)
      var key = node + 1
      while key < nodes[node].next {
        keys.append(key)
        key = nodes[key + 1].next
      }
      guard let repeated = firstRepeated(keys) else { continue }
      return FHIRIssue(
        .error, "structure", "the key \"\(string(repeated))\" stands twice",
        at: expression(of: node), position: position(of: repeated))
    }
    return nil
  }

  private func firstRepeated(_ keys: [Int]) -> Int? {
    if keys.count > 16 || keys.contains(where: { nodes[$0].hasEscape }) {
      var names: Set<String> = []
      return keys.first { !names.insert(string($0)).inserted }
    }
    for (place, key) in keys.enumerated() {
      for earlier in keys[..<place] where isSame(nodes[earlier], nodes[key]) { return key }
    }
    return nil
  }

  private func isSame(_ left: JSONNode, _ right: JSONNode) -> Bool {
    left.end - left.start == right.end - right.start
      && bytes[left.start..<left.end].elementsEqual(bytes[right.start..<right.end])
  }
}
