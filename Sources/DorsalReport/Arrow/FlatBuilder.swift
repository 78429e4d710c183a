/// What a flatbuffer is put together from.
indirect enum FlatNode {
  /// A table: its fields by their numbers.
  case table([(field: Int, value: FlatValue)])
  /// A list of tables.
  case tables([FlatNode])
  /// A list of structures of 8-byte words, one behind the other.
  case words([Int64], count: Int)
  case text(String)
}

/// A field of a table.
enum FlatValue {
  case byte(UInt8)
  case short(Int16)
  case int(Int32)
  case long(Int64)
  case node(FlatNode)

  /// How many bytes it takes in its table, where it stands at a multiple of them.
  var width: Int {
    switch self {
    case .byte: 1
    case .short: 2
    case .int, .node: 4
    case .long: 8
    }
  }
}

/// Writes flatbuffers from front to back: whatever leads somewhere leads forward.
///
/// Source: https://flatbuffers.dev/internals/
struct FlatBuilder {
  private var bytes = [UInt8](repeating: 0, count: 4)

  /// The bytes of a table and all that it leads to, a multiple of 8.
  static func bytes(of root: FlatNode) -> [UInt8] {
    var builder = FlatBuilder()
    let start = builder.place(root)
    builder.set(Int32(start), at: 0)
    builder.fill(to: 8)
    return builder.bytes
  }

  private mutating func append<Word: FixedWidthInteger>(_ word: Word) {
    for place in 0..<MemoryLayout<Word>.size {
      bytes.append(UInt8(truncatingIfNeeded: word >> Word(8 * place)))
    }
  }

  private mutating func set<Word: FixedWidthInteger>(_ word: Word, at start: Int) {
    for place in 0..<MemoryLayout<Word>.size {
      bytes[start + place] = UInt8(truncatingIfNeeded: word >> Word(8 * place))
    }
  }

  /// Adds zeros until so many bytes further a multiple is reached.
  private mutating func fill(to multiple: Int, before count: Int = 0) {
    while (bytes.count + count) % multiple != 0 { bytes.append(0) }
  }

  /// Writes a node.
  ///
  /// - Returns: Where it stands.
  private mutating func place(_ node: FlatNode) -> Int {
    switch node {
    case .text(let text):
      fill(to: 4)
      let start = bytes.count
      append(Int32(text.utf8.count))
      bytes.append(contentsOf: text.utf8)
      bytes.append(0)
      return start
    case .words(let words, let count):
      fill(to: 8, before: 4)
      let start = bytes.count
      append(Int32(count))
      for word in words { append(word) }
      return start
    case .tables(let nodes):
      fill(to: 4)
      let start = bytes.count
      append(Int32(nodes.count))
      bytes.append(contentsOf: [UInt8](repeating: 0, count: 4 * nodes.count))
      for (index, node) in nodes.enumerated() {
        let slot = start + 4 + 4 * index
        let target = place(node)
        set(Int32(target - slot), at: slot)
      }
      return start
    case .table(let fields): return place(fields)
    }
  }

  private mutating func place(_ fields: [(field: Int, value: FlatValue)]) -> Int {
    var size = 4
    var places: [Int] = []
    for (_, value) in fields {
      size = (size + value.width - 1) / value.width * value.width
      places.append(size)
      size += value.width
    }
    let entries = (fields.map(\.field).max() ?? -1) + 1
    let listSize = 4 + 2 * entries
    fill(to: 8, before: listSize)
    let list = bytes.count
    append(Int16(listSize))
    append(Int16(size))
    for entry in 0..<entries {
      let index = fields.firstIndex { $0.field == entry }
      append(Int16(index.map { places[$0] } ?? 0))
    }
    let start = bytes.count
    append(Int32(start - list))
    bytes.append(contentsOf: [UInt8](repeating: 0, count: size - 4))
    for ((_, value), place) in zip(fields, places) {
      let slot = start + place
      switch value {
      case .byte(let byte): bytes[slot] = byte
      case .short(let word): set(word, at: slot)
      case .int(let word): set(word, at: slot)
      case .long(let word): set(word, at: slot)
      case .node(let node):
        let target = self.place(node)
        set(Int32(target - slot), at: slot)
      }
    }
    return start
  }
}
