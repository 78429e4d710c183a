import CDorsal
import Dorsal
import DorsalCore
import DorsalNumerics
import Synchronization

/// A caller's stream of batches, read as cases. It owns the stream and releases it.
final class ForeignCases {
  private let source: ForeignStream
  private let decoding: CaseDecoding
  private let threads: Int

  /// How many rows are decoded and scored together: so many that a call costs nothing beside
  /// them, and so few that what is made of them stays small.
  static let rowsTogether = 2048

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
    let (stream, schema) = try ForeignStream.take(pointer) {
      schema throws(InterfaceFault) -> (schema: CaseSchema, columnCount: Int) in
      let read = try CaseSchema(schema, reading: reading, answers: answers)
      return (read, read.columnCount)
    }
    source = stream
    decoding = CaseDecoding(schema: schema, reading: reading)
    threads = reading.threads
  }

  /// No row: what is made of it has the names and types of all.
  var noRows: DecodedRows { decoding.noRows }

  /// What is told of the columns that are read.
  var notes: ColumnNotes { decoding.schema.notes }

  /// The schemas of the columns that pass through, which the caller releases.
  func passedSchemas() throws(InterfaceFault) -> [ArrowSchema] {
    try source.schemas(of: decoding.schema.passed)
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
    guard let batch = try source.next() else { return nil }
    do throws(ForeignFault) {
      let parts = try parts(of: batch.array, transform)
      // Only now, since the parts were made of the columns that move.
      var passed: [PassedColumn] = []
      for column in decoding.schema.passed {
        passed.append(try PassedColumn(column.place, of: batch.array, name: column.name))
      }
      return Batch(parts: parts, passed: passed)
    } catch {
      throw InterfaceFault(.data, "cases: \(error.text)")
    }
  }

  private func parts<Output: Sendable>(
    of batch: ArrowArray, _ transform: @Sendable (DecodedRows) -> Output
  ) throws(ForeignFault) -> [Output] {
    let rows = Int(batch.length)
    // As a whole before it is cut: a batch may say that it has more rows than its columns.
    try decoding.check(batch)
    let shared = SharedBatch(batch: batch)
    let size = Self.rowsTogether
    let count = max(1, (rows + size - 1) / size)
    let decoding = decoding
    let texts = TextRoom()
    let outputs = ParallelMap.run(count, threads: threads) { part -> Result<Output, ForeignFault> in
      let range = part * size..<min((part + 1) * size, rows)
      do throws(ForeignFault) {
        try texts.take(0)
        let decoded = try decoding.decode(shared.batch, rows: range)
        try texts.take(decoded.textByteCount)
        return .success(transform(decoded))
      } catch {
        return .failure(error)
      }
    }
    var made: [Output] = []
    for output in outputs { made.append(try output.get()) }
    return made
  }
}

/// How many bytes the texts of a batch's answers may have, which no offset of 32 bits can pass.
///
/// A batch of some megabytes may have more: each row can name one long word of a dictionary. What is
/// too much is told before it is made.
private final class TextRoom: Sendable {
  private let taken = Mutex(0)

  /// Takes some bytes of what is left.
  func take(_ byteCount: Int) throws(ForeignFault) {
    let sum = taken.withLock { taken in
      taken += byteCount
      return taken
    }
    if sum > Int(Int32.max) {
      throw ForeignFault(text: "a batch whose texts have more than 2 GB; expected smaller batches")
    }
    // Few are worth a question to the system.
    guard sum > 1 << 26 else { return }
    do throws(MemoryFault) {
      try MemoryRoom.require(2 * sum)
    } catch {
      throw ForeignFault(text: error.description)
    }
  }
}

/// A batch that several threads read, and none writes.
private struct SharedBatch: @unchecked Sendable {
  let batch: ArrowArray
}
