internal import DorsalNumerics

/// Takes the columns that are wanted out of a batch.
struct ArrowBatchReader {
  /// Where the batch stands in the file, and its body.
  let offset: Int
  let bodyOffset: Int
  let body: [UInt8]
  let header: FlatTable
  let packing: PackedBuffer.Format?
  /// How many rows it has.
  let rows: Int

  /// The most rows of a batch: more would only overflow sums.
  private static let mostRows = Int64(1) << 31

  /// Checks what a batch says of itself.
  init(_ message: ArrowMessages.Message, header: FlatTable, body: [UInt8], end: Int)
    throws(ArrowFault)
  {
    offset = message.offset
    bodyOffset = end - body.count
    self.body = body
    self.header = header
    let rows = try header.number(0, usual: Int64(0))
    guard rows >= 0, rows <= Self.mostRows else {
      throw ArrowFault(offset, "a batch of \(rows) rows; expected 0 to \(Self.mostRows)")
    }
    self.rows = Int(rows)
    guard let compression = try header.table(3) else {
      packing = nil
      return
    }
    guard try compression.number(1, usual: Int8(0)) == 0 else {
      throw ArrowFault(offset, "a batch packed in an unknown way; expected buffer by buffer")
    }
    switch try compression.number(0, usual: Int8(0)) {
    case 0: packing = .lz4
    case 1: packing = .zstd
    case let codec:
      throw ArrowFault(offset, "a batch packed by codec \(codec); expected 0 (LZ4) or 1 (zstd)")
    }
  }

  /// The columns that are wanted, in their order.
  ///
  /// - Parameters:
  ///   - fields: All columns of the schema, with what each has in a batch.
  ///   - wanted: Which of them, ascending; their type is that of what stands in the buffers.
  func columns(
    _ fields: [(name: String, parts: ArrowField.Parts)], wanted: [(place: Int, type: ArrowType)]
  ) throws -> [ArrowColumn] {
    let arrays = try header.vector(1, width: 16)
    let buffers = try header.vector(2, width: 16)
    let views = try header.vector(4, width: 8)
    let (arrayCount, viewCount) = (
      fields.reduce(0) { $0 + $1.parts.arrays }, fields.reduce(0) { $0 + $1.parts.views }
    )
    guard (arrays?.count ?? 0) == arrayCount else {
      throw ArrowFault(
        offset, "a batch of \(arrays?.count ?? 0) columns; expected \(arrayCount), as in the schema"
      )
    }
    guard (views?.count ?? 0) >= viewCount else {
      throw ArrowFault(
        offset, "\(views?.count ?? 0) counts of buffers of views; expected \(viewCount)")
    }
    var result: [ArrowColumn] = []
    var (array, buffer, view) = (0, 0, 0)
    var room = ArrowMessages.longestBody
    var next = wanted.makeIterator()
    var coming = next.next()
    let bufferCount = buffers?.count ?? 0
    for (place, field) in fields.enumerated() {
      var count = field.parts.buffers
      for _ in 0..<field.parts.views {
        guard let views else { break }
        let further = try header.number(views, at: 8 * view)
        guard further >= 0, further <= bufferCount else {
          throw ArrowFault(offset, "\(further) buffers of views; the batch has \(bufferCount)")
        }
        count += Int(further)
        view += 1
      }
      guard buffer + count <= bufferCount else {
        throw ArrowFault(
          offset, "a batch of \(bufferCount) buffers; expected more, as in the schema")
      }
      if let arrays, let wantedNow = coming, wantedNow.place == place {
        let length = try header.number(arrays, at: 16 * array)
        let nulls = try header.number(arrays, at: 16 * array + 8)
        guard length == Int64(rows), nulls >= 0, nulls <= length else {
          throw ArrowFault(
            offset,
            "column \"\(field.name)\": \(length) rows of which \(nulls) are null; expected \(rows), "
              + "as the batch has")
        }
        var own: [ArrowColumn.Buffer] = []
        if let buffers {
          for index in buffer..<buffer + count {
            own.append(try unpacked(buffers, index, &room, name: field.name))
          }
        }
        result.append(
          try ArrowColumn(
            wantedNow.type, count: rows, nullCount: Int(nulls), buffers: own, offset: offset,
            name: field.name))
        coming = next.next()
      }
      array += field.parts.arrays
      buffer += count
    }
    guard buffer == bufferCount else {
      throw ArrowFault(
        offset, "a batch of \(bufferCount) buffers; expected \(buffer), as in the schema")
    }
    return result
  }

  /// A buffer of the batch, unpacked where it is packed.
  private func unpacked(
    _ buffers: FlatTable.Vector, _ index: Int, _ room: inout Int, name: String
  ) throws -> ArrowColumn.Buffer {
    let start = try header.number(buffers, at: 16 * index)
    let length = try header.number(buffers, at: 16 * index + 8)
    func fault(_ message: String) -> ArrowFault {
      ArrowFault(
        (0...Int64(body.count)).contains(start) ? bodyOffset + Int(start) : offset, message)
    }
    guard start >= 0, length >= 0, start <= Int64(body.count),
      length <= Int64(body.count) - start
    else {
      throw fault(
        "column \"\(name)\": \(length) bytes from byte \(start) of a batch that has \(body.count)")
    }
    guard start % 8 == 0 else {
      throw fault(
        "column \"\(name)\": a buffer at byte \(start) of its batch; expected 8 to part it")
    }
    let range = Int(start)..<Int(start + length)
    guard let packing, !range.isEmpty else {
      return ArrowColumn.Buffer(bytes: body, range: range)
    }
    guard range.count >= 8 else {
      throw fault("column \"\(name)\": a packed buffer of \(range.count) bytes; expected 8 or more")
    }
    let size = TypedBytes.integers(
      body, from: range.lowerBound, rows: 0..<1, width: 8, isSigned: true)[0]
    let packed = range.lowerBound + 8..<range.upperBound
    // Where packing would not have made it shorter it stands as it is.
    if size == -1 { return ArrowColumn.Buffer(bytes: body, range: packed) }
    guard size >= 0, size <= Int64(room) else {
      throw fault(
        "column \"\(name)\": a buffer of \(size) bytes unpacked; a batch may have "
          + "\(ArrowMessages.longestBody)")
    }
    room -= Int(size)
    try MemoryRoom.require(Int(size))
    do throws(PackedBuffer.Fault) {
      let bytes = try PackedBuffer.unpack(body, packed, format: packing, count: Int(size))
      return ArrowColumn.Buffer(bytes: bytes, range: 0..<bytes.count)
    } catch {
      throw fault("column \"\(name)\": \(error.message)")
    }
  }
}
