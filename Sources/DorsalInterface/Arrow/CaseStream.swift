import CDorsal
import Dorsal
import DorsalCore
import DorsalNumerics

/// A caller's stream of batches, read as cases. It owns the stream and releases it.
final class CaseStream {
  private var stream: ArrowArrayStream
  private let decoding: CaseDecoding
  private let threads: Int

  /// How many rows are decoded and scored together: so many that a call costs nothing beside
  /// them, and so few that what is made of them stays small.
  private static let rowsTogether = 4096

  /// Takes a stream over, if its schema can be read; otherwise it stays the caller's.
  ///
  /// - Parameters:
  ///   - pointer: The stream.
  ///   - reading: How its columns are read.
  ///   - answers: The names that answers have, where columns pass into them.
  init(
    _ pointer: UnsafeMutablePointer<ArrowArrayStream>, reading: CaseReading,
    answers: Set<String>? = nil
  ) throws(InterfaceFault) {
    guard pointer.pointee.release != nil else {
      throw InterfaceFault(.argument, "cases: the stream has been released")
    }
    guard pointer.pointee.get_schema != nil, pointer.pointee.get_next != nil
    else { throw InterfaceFault(.argument, "cases: a stream without functions") }
    var schema = try Self.schema(of: pointer)
    defer { Self.release(&schema) }
    decoding = CaseDecoding(
      schema: try CaseSchema(schema, reading: reading, answers: answers), reading: reading)
    threads = reading.threads
    stream = pointer.pointee
    // The stream has moved; this is how its owner is told.
    pointer.pointee.release = nil
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
        .data, "cases: no schema: " + (Self.lastError(of: pointer) ?? "error \(status)"))
    }
    return schema
  }

  private static func release(_ schema: inout ArrowSchema) {
    if let release = schema.release { release(&schema) }
  }

  /// No row: what is made of it has the names and types of all.
  var noRows: DecodedRows { decoding.noRows }

  /// The schemas of the columns that pass through, which the caller releases.
  func passedSchemas() throws(InterfaceFault) -> [ArrowSchema] {
    let passed = decoding.schema.passed
    if passed.isEmpty { return [] }
    var schema = try Self.schema(of: &stream)
    defer { Self.release(&schema) }
    guard schema.release != nil, schema.n_children == Int64(decoding.schema.columnCount) else {
      throw InterfaceFault(.data, "cases: a schema that has changed")
    }
    for column in passed where schema.children?[column.place]?.pointee.release == nil {
      throw InterfaceFault(.data, "cases: column \"\(column.name)\" of the schema is missing")
    }
    return passed.compactMap { column in
      guard let child = schema.children?[column.place] else { return nil }
      let moved = child.pointee
      // It has moved; this is how its parent is told.
      child.pointee.release = nil
      return moved
    }
  }

  private static func lastError(of pointer: UnsafeMutablePointer<ArrowArrayStream>) -> String? {
    guard let ask = pointer.pointee.get_last_error, let text = ask(pointer) else {
      return nil
    }
    return String(cString: text)
  }

  /// What was made of a batch, part by part, and the columns of it that pass through.
  struct Batch<Output> {
    let parts: [Output]
    let passed: [PassedColumn]
  }

  /// Reads the next batch and makes something of its rows, part by part and in order.
  ///
  /// - Parameter transform: What to make of some rows; called on as many threads as there are.
  /// - Returns: What was made, or nothing at the end of the stream.
  func next<Output: Sendable>(
    _ transform: @Sendable (DecodedRows) -> Output
  ) throws(InterfaceFault) -> [Output]? {
    try nextBatch(transform)?.parts
  }

  /// The same with the columns that pass through.
  func nextBatch<Output: Sendable>(
    _ transform: @Sendable (DecodedRows) -> Output
  ) throws(InterfaceFault) -> Batch<Output>? {
    guard let getNext = stream.get_next else { return nil }
    var batch = ArrowArray()
    let status = getNext(&stream, &batch)
    guard status == 0 else {
      throw InterfaceFault(
        .data, "cases: no batch: " + (Self.lastError(of: &stream) ?? "error \(status)"))
    }
    guard let release = batch.release else { return nil }
    defer { release(&batch) }
    do throws(ArrowFault) {
      let parts = try parts(of: batch, transform)
      // Only now, since the parts were made of the columns that move.
      var passed: [PassedColumn] = []
      for column in decoding.schema.passed {
        passed.append(try PassedColumn(column.place, of: batch, name: column.name))
      }
      return Batch(parts: parts, passed: passed)
    } catch {
      throw InterfaceFault(.data, "cases: \(error.text)")
    }
  }

  private func parts<Output: Sendable>(
    of batch: ArrowArray, _ transform: @Sendable (DecodedRows) -> Output
  ) throws(ArrowFault) -> [Output] {
    let rows = try check(batch)
    let shared = SharedBatch(batch: batch)
    let size = Self.rowsTogether
    let count = max(1, (rows + size - 1) / size)
    let decoding = decoding
    let outputs = ParallelMap.run(count, threads: threads) { part -> Result<Output, ArrowFault> in
      let range = part * size..<min((part + 1) * size, rows)
      do throws(ArrowFault) {
        return .success(transform(try decoding.decode(shared.batch, rows: range)))
      } catch {
        return .failure(error)
      }
    }
    var made: [Output] = []
    for output in outputs { made.append(try output.get()) }
    return made
  }

  /// How many rows a batch has, if it can be one of the schema.
  private func check(_ batch: ArrowArray) throws(ArrowFault) -> Int {
    guard batch.length >= 0, batch.length < 1 << 40, batch.offset >= 0 else {
      throw ArrowFault(text: "a batch of \(batch.length) rows at \(batch.offset)")
    }
    guard batch.n_children == Int64(decoding.schema.columnCount) else {
      throw ArrowFault(
        text: "a batch of \(batch.n_children) columns; its schema has "
          + "\(decoding.schema.columnCount)")
    }
    if batch.n_buffers > 0, batch.null_count != 0, batch.buffers?[0] != nil {
      throw ArrowFault(text: "rows that are null as a whole; expected null in their columns")
    }
    return Int(batch.length)
  }
}

/// A batch that several threads read, and none writes.
private struct SharedBatch: @unchecked Sendable {
  let batch: ArrowArray
}
