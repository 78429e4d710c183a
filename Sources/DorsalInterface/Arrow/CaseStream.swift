import CDorsal
import Dorsal
import DorsalCore
import DorsalNumerics

/// A caller's stream of batches, read as cases. It owns the stream and releases it.
final class CaseStream {
  private var stream: ArrowArrayStream
  let decoding: CaseDecoding
  private let threads: Int

  /// How many rows are decoded and scored together: so many that a call costs nothing beside
  /// them, and so few that what is made of them stays small.
  private static let rowsTogether = 4096

  /// Takes a stream over, if its schema can be read; otherwise it stays the caller's.
  init(_ pointer: UnsafeMutablePointer<ArrowArrayStream>, for handle: ScorerHandle)
    throws(InterfaceFault)
  {
    guard pointer.pointee.release != nil else {
      throw InterfaceFault(.argument, "cases: the stream has been released")
    }
    guard let getSchema = pointer.pointee.get_schema,
      pointer.pointee.get_next != nil
    else { throw InterfaceFault(.argument, "cases: a stream without functions") }
    var schema = ArrowSchema()
    let status = getSchema(pointer, &schema)
    guard status == 0 else {
      throw InterfaceFault(
        .data, "cases: no schema: " + (Self.lastError(of: pointer) ?? "error \(status)"))
    }
    defer { if let release = schema.release { release(&schema) } }
    decoding = CaseDecoding(
      schema: try CaseSchema(schema, names: handle.names, idColumn: handle.idColumn),
      model: handle.scorer.model, names: handle.names, dialect: handle.dialect)
    threads = handle.threads
    stream = pointer.pointee
    // The stream has moved; this is how its owner is told.
    pointer.pointee.release = nil
  }

  deinit {
    if let release = stream.release { release(&stream) }
  }

  private static func lastError(of pointer: UnsafeMutablePointer<ArrowArrayStream>) -> String? {
    guard let ask = pointer.pointee.get_last_error, let text = ask(pointer) else {
      return nil
    }
    return String(cString: text)
  }

  /// Reads the next batch and makes something of its rows, part by part and in order.
  ///
  /// - Parameter transform: What to make of some rows; called on as many threads as there are.
  /// - Returns: What was made, or nothing at the end of the stream.
  func next<Output: Sendable>(
    _ transform: @Sendable (DecodedRows) -> Output
  ) throws(InterfaceFault) -> [Output]? {
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
      let rows = try check(batch)
      let shared = SharedBatch(batch: batch)
      let size = Self.rowsTogether
      let parts = max(1, (rows + size - 1) / size)
      let decoding = decoding
      let outputs = ParallelMap.run(parts, threads: threads) { part -> Result<Output, ArrowFault> in
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
    } catch {
      throw InterfaceFault(.data, "cases: \(error.text)")
    }
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
