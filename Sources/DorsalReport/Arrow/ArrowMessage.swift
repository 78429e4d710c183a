internal import DorsalCore
internal import DorsalNumerics

/// Puts columns into messages of Arrow.
///
/// Source: Message.fbs, Schema.fbs and File.fbs of Arrow,
/// https://arrow.apache.org/docs/format/Columnar.html#serialization-and-interprocess-communication-ipc
struct ArrowMessage {
  /// What a file begins with; its last six bytes are the first six of these.
  static let magic = Array("ARROW1".utf8) + [0, 0]
  /// What a stream ends with.
  static let end: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0]
  private static let version = FlatValue.short(4)

  /// How buffers are packed, if they are.
  let packing: PackedBuffer.Format?

  /// The message that says what columns there are.
  ///
  /// - Parameters:
  ///   - columns: Columns of these names and types.
  ///   - notes: What else the file says of itself, by names.
  static func schema(_ columns: [AnswerColumn], notes: [(String, String)]) -> [UInt8] {
    message(kind: 1, header: schemaNode(columns, notes: notes), bodyLength: 0)
  }

  private static func schemaNode(
    _ columns: [AnswerColumn], notes: [(String, String)]
  ) -> FlatNode {
    .table([
      (1, .node(.tables(columns.map { field($0) }))),
      (
        2,
        .node(
          .tables(notes.map { .table([(0, .node(.text($0.0))), (1, .node(.text($0.1)))]) }))
      ),
    ])
  }

  private static func field(_ column: AnswerColumn) -> FlatNode {
    let (code, type): (UInt8, FlatNode) =
      switch column.values {
      case .texts, .words: (5, .table([]))
      case .floats: (3, .table([(0, .short(1))]))
      case .doubles: (3, .table([(0, .short(2))]))
      case .integers: (2, .table([(0, .int(32)), (1, .byte(1))]))
      case .lists: (12, .table([]))
      }
    var children: [FlatNode] = []
    if case .lists = column.values {
      children = [field(AnswerColumn(name: "item", values: .texts(AnswerColumn.Texts())))]
    }
    return .table([
      (0, .node(.text(column.name))), (1, .byte(column.name == "id" ? 0 : 1)), (2, .byte(code)),
      (3, .node(type)), (5, .node(.tables(children))),
    ])
  }

  /// A header between its mark and its body.
  private static func message(kind: UInt8, header: FlatNode, bodyLength: Int) -> [UInt8] {
    let bytes = FlatBuilder.bytes(
      of: .table([
        (3, .long(Int64(bodyLength))), (0, version), (1, .byte(kind)), (2, .node(header)),
      ]))
    return [0xFF, 0xFF, 0xFF, 0xFF] + littleEndian([Int32(bytes.count)]) + bytes
  }

  /// The message of a batch of rows.
  ///
  /// - Parameter columns: Its columns, of one length.
  func batch(_ columns: [AnswerColumn]) -> [UInt8] {
    var body: [UInt8] = []
    var nodes: [Int64] = []
    var buffers: [Int64] = []
    func append(_ bytes: [UInt8]) {
      let stored = bytes.isEmpty ? [] : packed(bytes)
      buffers += [Int64(body.count), Int64(stored.count)]
      body += stored
      body += [UInt8](repeating: 0, count: (64 - body.count % 64) % 64)
    }
    func appendTexts(_ texts: AnswerColumn.Texts) {
      append(Self.littleEndian([0] + texts.ends))
      append(texts.bytes)
    }
    for column in columns {
      nodes += [Int64(column.count), Int64(column.nulls.count { $0 })]
      append(Self.validity(column.nulls))
      switch column.values {
      case .texts(let texts): appendTexts(texts)
      case .floats(let numbers): append(Self.littleEndian(numbers.map(\.bitPattern)))
      case .doubles(let numbers): append(Self.littleEndian(numbers.map(\.bitPattern)))
      case .integers(let numbers): append(Self.littleEndian(numbers))
      case .words(let numbers, let words): appendTexts(words.taken(numbers))
      case .lists(let ends, let texts):
        append(Self.littleEndian([0] + ends))
        nodes += [Int64(texts.ends.count), 0]
        append([])
        appendTexts(texts)
      }
    }
    var fields: [(field: Int, value: FlatValue)] = [
      (0, .long(Int64(columns.first?.count ?? 0))),
      (1, .node(.words(nodes, count: nodes.count / 2))),
      (2, .node(.words(buffers, count: buffers.count / 2))),
    ]
    if let packing {
      fields.append((3, .node(.table([(0, .byte(packing == .lz4 ? 0 : 1)), (1, .byte(0))]))))
    }
    return Self.message(kind: 3, header: .table(fields), bodyLength: body.count) + body
  }

  /// A buffer as it stands in the body: where it is packed, its length comes first, or -1 where
  /// packing does not make it shorter.
  private func packed(_ bytes: [UInt8]) -> [UInt8] {
    guard let packing else { return bytes }
    if let packed = PackedBuffer.pack(bytes, format: packing), packed.count < bytes.count {
      return Self.littleEndian([Int64(bytes.count)]) + packed
    }
    return Self.littleEndian([Int64(-1)]) + bytes
  }

  private static func validity(_ nulls: [Bool]) -> [UInt8] {
    guard nulls.contains(true) else { return [] }
    var bits = [UInt8](repeating: 0, count: (nulls.count + 7) / 8)
    for (row, isNull) in nulls.enumerated() where !isNull { bits[row >> 3] |= 1 << UInt8(row & 7) }
    return bits
  }

  private static func littleEndian<Word: FixedWidthInteger>(_ words: [Word]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(words.count * MemoryLayout<Word>.size)
    for word in words {
      for place in 0..<MemoryLayout<Word>.size {
        bytes.append(UInt8(truncatingIfNeeded: word >> Word(8 * place)))
      }
    }
    return bytes
  }

  /// What a file ends with: the schema again, where each batch stands, and the length of that.
  ///
  /// - Parameters:
  ///   - columns: Columns of these names and types.
  ///   - notes: As in the schema.
  ///   - start: Where the first batch stands in the file.
  ///   - lengths: How many bytes each batch has.
  func footer(
    _ columns: [AnswerColumn], notes: [(String, String)], start: Int, lengths: [Int]
  ) -> [UInt8] {
    // The header of a batch is as long as that of every other one with the same columns.
    let empty = batch(columns)
    let headerLength = 8 + Int(empty[4]) + Int(empty[5]) << 8 + Int(empty[6]) << 16
    var words: [Int64] = []
    var place = start
    for length in lengths {
      words += [Int64(place), Int64(headerLength), Int64(length - headerLength)]
      place += length
    }
    let bytes = FlatBuilder.bytes(
      of: .table([
        (0, Self.version), (1, .node(Self.schemaNode(columns, notes: notes))),
        (2, .node(.words([], count: 0))), (3, .node(.words(words, count: lengths.count))),
      ]))
    return Self.end + bytes + Self.littleEndian([Int32(bytes.count)]) + Self.magic.prefix(6)
  }
}
