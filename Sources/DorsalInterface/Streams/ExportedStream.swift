import CDorsal
import Glibc

/// What gives batches of rows, one after the other.
protocol BatchSource: AnyObject {
  /// The schema of every batch; the caller releases it.
  func schema() throws(InterfaceFault) -> ArrowSchema

  /// The next batch, which the caller releases, or nothing at the end.
  func next() throws(InterfaceFault) -> ArrowArray?
}

/// A source of batches as a stream that a caller reads.
final class ExportedStream {
  private let source: any BatchSource
  /// The last error, in memory that lives as long as this or until the next one.
  private var lastError: UnsafeMutablePointer<CChar>?
  /// Whether the end or an error has come: a stream is not asked again after it.
  private var isOver = false

  private init(_ source: any BatchSource) { self.source = source }

  deinit { lastError?.deallocate() }

  /// The stream in C's words; it owns the source until it is released.
  static func make(_ source: any BatchSource) -> ArrowArrayStream {
    var stream = ArrowArrayStream()
    stream.private_data = Unmanaged.passRetained(ExportedStream(source)).toOpaque()
    stream.get_schema = { stream, schema in
      guard let own = ExportedStream.of(stream), let schema = schema else {
        return EINVAL
      }
      return own.write { () throws(InterfaceFault) in
        schema.initialize(to: try own.source.schema())
      }
    }
    stream.get_next = { stream, array in
      guard let own = ExportedStream.of(stream), let array = array else {
        return EINVAL
      }
      return own.writeNext(to: array)
    }
    stream.get_last_error = { stream in
      guard let own = ExportedStream.of(stream), let text = own.lastError else {
        return nil
      }
      return UnsafePointer(text)
    }
    stream.release = { stream in
      guard let stream = stream, let held = stream.pointee.private_data else {
        return
      }
      stream.pointee.private_data = nil
      stream.pointee.release = nil
      Unmanaged<ExportedStream>.fromOpaque(held).release()
    }
    return stream
  }

  private static func of(_ stream: UnsafeMutablePointer<ArrowArrayStream>?) -> ExportedStream? {
    guard let held = stream?.pointee.private_data else { return nil }
    return Unmanaged<ExportedStream>.fromOpaque(held).takeUnretainedValue()
  }

  private func write(_ work: () throws(InterfaceFault) -> Void) -> CInt {
    do throws(InterfaceFault) {
      try work()
      return 0
    } catch {
      lastError?.deallocate()
      lastError = CText.copy(error.text)
      return EINVAL
    }
  }

  private func writeNext(to array: UnsafeMutablePointer<ArrowArray>) -> CInt {
    if isOver {
      // The error that ended it stays its error.
      guard lastError == nil else { return EINVAL }
      array.initialize(to: ArrowArray())
      return 0
    }
    let status = write { () throws(InterfaceFault) in
      let batch = try source.next()
      if batch == nil { isOver = true }
      // A released array says that the stream has ended.
      array.initialize(to: batch ?? ArrowArray())
    }
    if status != 0 { isOver = true }
    return status
  }
}
