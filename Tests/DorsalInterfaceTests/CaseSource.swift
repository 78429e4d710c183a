import CDorsal

/// A stream of one batch that a test makes by hand, byte by byte, and may spoil.
final class CaseSource {
  /// A column: its format, its name and its buffers.
  struct Column {
    var format: String
    var name: String
    var count: Int
    var buffers: [[UInt8]?]
    var nullCount: Int64 = 0
    /// How many rows stand in the buffers before the first one.
    var offset = 0
    /// The words whose numbers it holds; one column, or none.
    var words: [Column] = []

    /// Texts with offsets of four bytes.
    static func texts(_ name: String, _ values: [String?]) -> Column {
      var (offsets, bytes, valid): ([UInt8], [UInt8], [UInt8]) = ([0, 0, 0, 0], [], [])
      valid = [UInt8](repeating: 0, count: (values.count + 7) / 8)
      for (row, value) in values.enumerated() {
        bytes += Array((value ?? "").utf8)
        for shift in stride(from: 0, to: 32, by: 8) {
          offsets.append(UInt8(truncatingIfNeeded: bytes.count >> shift))
        }
        if value != nil { valid[row / 8] |= 1 << UInt8(row % 8) }
      }
      return Column(
        format: "u", name: name, count: values.count, buffers: [valid, offsets, bytes],
        nullCount: Int64(values.count { $0 == nil }))
    }

    /// Whole numbers of eight bytes.
    static func numbers(_ name: String, _ values: [Int64]) -> Column {
      let bytes = values.flatMap { value in
        stride(from: 0, to: 64, by: 8).map { UInt8(truncatingIfNeeded: value >> Int64($0)) }
      }
      return Column(format: "l", name: name, count: values.count, buffers: [nil, bytes])
    }
  }

  /// How often each thing has been released.
  private(set) var releases = (stream: 0, schema: 0, batch: 0)
  private let columns: [Column]
  private let spoil: (inout ArrowArray) -> Void
  private let spoilColumn: (inout ArrowArray) -> Void
  private var isRead = false
  // Freed with this object, which outlives every stream of it in these tests.
  private var memory: [UnsafeMutableRawPointer] = []

  /// - Parameters:
  ///   - columns: The columns.
  ///   - spoil: Changes the batch.
  ///   - spoilColumn: Changes the last column of the batch.
  init(
    _ columns: [Column], spoil: @escaping (inout ArrowArray) -> Void = { _ in },
    spoilColumn: @escaping (inout ArrowArray) -> Void = { _ in }
  ) {
    self.columns = columns
    self.spoil = spoil
    self.spoilColumn = spoilColumn
  }

  deinit { for block in memory { block.deallocate() } }

  private func allocate<Element>(_ values: [Element]) -> UnsafeMutablePointer<Element> {
    let block = UnsafeMutableRawPointer.allocate(
      byteCount: max(1, values.count * MemoryLayout<Element>.stride), alignment: 64)
    memory.append(block)
    let pointer = block.bindMemory(to: Element.self, capacity: max(1, values.count))
    for (place, value) in values.enumerated() { (pointer + place).initialize(to: value) }
    return pointer
  }

  private func text(_ text: String) -> UnsafePointer<CChar> {
    UnsafePointer(allocate(text.utf8CString.map { $0 }))
  }

  private func schema() -> ArrowSchema {
    let children = columns.map { column -> UnsafeMutablePointer<ArrowSchema>? in
      var child = ArrowSchema()
      child.format = text(column.format)
      child.name = text(column.name)
      child.release = { $0?.pointee.release = nil }
      if let words = column.words.first {
        var dictionary = ArrowSchema()
        dictionary.format = text(words.format)
        dictionary.name = text("")
        dictionary.release = { $0?.pointee.release = nil }
        child.dictionary = allocate([dictionary])
      }
      return allocate([child])
    }
    var schema = ArrowSchema()
    schema.format = text("+s")
    schema.name = text("")
    schema.n_children = Int64(children.count)
    schema.children = allocate(children)
    schema.private_data = Unmanaged.passUnretained(self).toOpaque()
    schema.release = { schema in
      guard let schema else { return }
      CaseSource.of(schema.pointee.private_data)?.releases.schema += 1
      schema.pointee.release = nil
    }
    return schema
  }

  private func array(_ column: Column) -> ArrowArray {
    var array = ArrowArray()
    array.length = Int64(column.count)
    array.null_count = column.nullCount
    array.offset = Int64(column.offset)
    array.n_buffers = Int64(column.buffers.count)
    array.buffers = allocate(column.buffers.map { $0.map { UnsafeRawPointer(allocate($0)) } })
    array.release = { $0?.pointee.release = nil }
    return array
  }

  private func batch() -> ArrowArray {
    let children = columns.enumerated().map { place, column -> UnsafeMutablePointer<ArrowArray>? in
      var child = array(column)
      if let words = column.words.first { child.dictionary = allocate([array(words)]) }
      if place == columns.count - 1 { spoilColumn(&child) }
      return allocate([child])
    }
    var batch = ArrowArray()
    batch.length = Int64(columns.first?.count ?? 0)
    batch.n_buffers = 1
    batch.buffers = allocate([nil])
    batch.n_children = Int64(children.count)
    batch.children = allocate(children)
    batch.private_data = Unmanaged.passUnretained(self).toOpaque()
    batch.release = { batch in
      guard let batch else { return }
      CaseSource.of(batch.pointee.private_data)?.releases.batch += 1
      batch.pointee.release = nil
    }
    spoil(&batch)
    return batch
  }

  private static func of(_ pointer: UnsafeMutableRawPointer?) -> CaseSource? {
    pointer.map { Unmanaged<CaseSource>.fromOpaque($0).takeUnretainedValue() }
  }

  /// The stream.
  func stream() -> ArrowArrayStream {
    var stream = ArrowArrayStream()
    stream.private_data = Unmanaged.passUnretained(self).toOpaque()
    stream.get_schema = { stream, schema in
      guard let source = CaseSource.of(stream?.pointee.private_data) else { return 22 }
      schema?.initialize(to: source.schema())
      return 0
    }
    stream.get_next = { stream, batch in
      guard let source = CaseSource.of(stream?.pointee.private_data) else { return 22 }
      batch?.initialize(to: source.isRead ? ArrowArray() : source.batch())
      source.isRead = true
      return 0
    }
    stream.get_last_error = { _ in nil }
    stream.release = { stream in
      guard let stream else { return }
      CaseSource.of(stream.pointee.private_data)?.releases.stream += 1
      stream.pointee.release = nil
    }
    return stream
  }
}
