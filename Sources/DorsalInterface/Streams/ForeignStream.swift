import CDorsal
import DorsalNumerics

/// A caller's stream of batches. It owns the stream and releases it.
final class ForeignStream {
  private var stream: ArrowArrayStream
  /// How many columns its schema has.
  private let columnCount: Int

  /// A batch of a stream, which is released with this.
  final class Batch {
    let array: ArrowArray

    fileprivate init(_ array: ArrowArray) { self.array = array }

    deinit {
      var array = array
      if let release = array.release { release(&array) }
    }
  }

  /// Takes a stream over, if something can be made of its schema; otherwise it stays the caller's.
  ///
  /// - Parameters:
  ///   - pointer: The stream.
  ///   - read: Makes something of its schema.
  static func take<Schema>(
    _ pointer: UnsafeMutablePointer<ArrowArrayStream>,
    _ read: (ArrowSchema) throws(InterfaceFault) -> (schema: Schema, columnCount: Int)
  ) throws(InterfaceFault) -> (stream: ForeignStream, schema: Schema) {
    guard pointer.pointee.release != nil else {
      throw InterfaceFault(.argument, "cases: the stream has been released")
    }
    guard pointer.pointee.get_schema != nil, pointer.pointee.get_next != nil else {
      throw InterfaceFault(.argument, "cases: a stream without functions")
    }
    var schema = try Self.schema(of: pointer)
    defer { if let release = schema.release { release(&schema) } }
    let (made, columnCount) = try read(schema)
    let stream = ForeignStream(pointer.pointee, columnCount: columnCount)
    // The stream has moved; this is how its owner is told.
    pointer.pointee.release = nil
    return (stream, made)
  }

  private init(_ stream: ArrowArrayStream, columnCount: Int) {
    (self.stream, self.columnCount) = (stream, columnCount)
  }

  deinit {
    if let release = stream.release { release(&stream) }
  }

  /// Asks a stream for its schema, which the caller releases.
  private static func schema(
    of pointer: UnsafeMutablePointer<ArrowArrayStream>
  ) throws(InterfaceFault) -> ArrowSchema {
    var schema = ArrowSchema()
    guard let getSchema = pointer.pointee.get_schema else { return schema }
    let status = getSchema(pointer, &schema)
    guard status == 0 else {
      throw InterfaceFault(
        .data, "cases: no schema: " + (lastError(of: pointer) ?? "error \(status)"))
    }
    return schema
  }

  private static func lastError(of pointer: UnsafeMutablePointer<ArrowArrayStream>) -> String? {
    guard let ask = pointer.pointee.get_last_error, let text = ask(pointer) else {
      return nil
    }
    return String(cString: text)
  }

  /// The schemas of some columns, which the caller releases.
  func schemas(of columns: [(place: Int, name: String)]) throws(InterfaceFault) -> [ArrowSchema] {
    if columns.isEmpty { return [] }
    var schema = try Self.schema(of: &stream)
    defer { if let release = schema.release { release(&schema) } }
    guard schema.release != nil, schema.n_children == Int64(columnCount) else {
      throw InterfaceFault(.data, "cases: a schema that has changed")
    }
    for column in columns where schema.children?[column.place]?.pointee.release == nil {
      throw InterfaceFault(.data, "cases: column \"\(column.name)\" of the schema is missing")
    }
    return columns.compactMap { column in
      guard let child = schema.children?[column.place] else { return nil }
      let moved = child.pointee
      // It has moved; this is how its parent is told.
      child.pointee.release = nil
      return moved
    }
  }

  /// The next batch, or nothing at the end; it has as many columns as the schema.
  func next() throws(InterfaceFault) -> Batch? {
    guard let getNext = stream.get_next else { return nil }
    var array = ArrowArray()
    let status = getNext(&stream, &array)
    guard status == 0 else {
      throw InterfaceFault(
        .data, "cases: no batch: " + (Self.lastError(of: &stream) ?? "error \(status)"))
    }
    guard array.release != nil else { return nil }
    let batch = Batch(array)
    do throws(ForeignFault) {
      try check(array)
    } catch {
      throw InterfaceFault(.data, "cases: \(error.text)")
    }
    return batch
  }

  /// What a row of answers takes at least.
  private static let leastRoomOfRow = 128

  private func check(_ batch: ArrowArray) throws(ForeignFault) {
    guard batch.length >= 0, batch.length < 1 << 40, batch.offset >= 0 else {
      throw ForeignFault(text: "a batch of \(batch.length) rows at \(batch.offset)")
    }
    guard batch.n_children == Int64(columnCount) else {
      throw ForeignFault(
        text: "a batch of \(batch.n_children) columns; its schema has \(columnCount)")
    }
    if batch.n_buffers > 0, batch.null_count != 0, batch.buffers?[0] != nil {
      throw ForeignFault(text: "rows that are null as a whole; expected null in their columns")
    }
    // Rows of nothing take no memory before they are read.
    do throws(MemoryFault) {
      try MemoryRoom.require(Int(batch.length) * Self.leastRoomOfRow)
    } catch {
      throw ForeignFault(text: "a batch of \(batch.length) rows: \(error)")
    }
  }
}
