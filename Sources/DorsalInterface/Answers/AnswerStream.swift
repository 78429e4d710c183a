import CDorsal
import Dorsal
import DorsalCore
import Glibc

/// The answers to a stream of cases, as a stream that a caller reads.
final class AnswerStream {
  private let cases: CaseStream
  private let handle: ScorerHandle
  /// The last error, in memory that lives as long as this or until the next one.
  private var lastError: UnsafeMutablePointer<CChar>?

  init(cases: CaseStream, handle: ScorerHandle) {
    self.cases = cases
    self.handle = handle
  }

  deinit { lastError?.deallocate() }

  /// The stream in C's words; it owns this until it is released.
  func exported() -> ArrowArrayStream {
    var stream = ArrowArrayStream()
    stream.private_data = Unmanaged.passRetained(self).toOpaque()
    stream.get_schema = { stream, schema in
      guard let own = AnswerStream.of(stream), let schema = schema else {
        return EINVAL
      }
      schema.initialize(
        to: ArrowExport.schema(format: "+s", children: own.handle.content.noRows.map(\.schema)))
      return 0
    }
    stream.get_next = { stream, array in
      guard let own = AnswerStream.of(stream), let array = array else {
        return EINVAL
      }
      return own.writeNext(to: array)
    }
    stream.get_last_error = { stream in
      guard let own = AnswerStream.of(stream), let text = own.lastError else {
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
      Unmanaged<AnswerStream>.fromOpaque(held).release()
    }
    return stream
  }

  private static func of(_ stream: UnsafeMutablePointer<ArrowArrayStream>?) -> AnswerStream? {
    guard let held = stream?.pointee.private_data else { return nil }
    return Unmanaged<AnswerStream>.fromOpaque(held).takeUnretainedValue()
  }

  private func writeNext(to array: UnsafeMutablePointer<ArrowArray>) -> CInt {
    do throws(InterfaceFault) {
      let content = handle.content
      guard let parts = try cases.next({ content.columns(of: $0) }) else {
        // A released array says that the stream has ended.
        array.initialize(to: ArrowArray())
        return 0
      }
      var columns = parts[0]
      for part in parts.dropFirst() {
        for place in columns.indices { columns[place].append(part[place]) }
      }
      if columns.contains(where: \.isTooLong) {
        throw InterfaceFault(
          .data, "cases: a batch whose texts have more than 2 GB; expected smaller batches")
      }
      let count = columns.first?.count ?? 0
      array.initialize(
        to: ArrowExport.array(count: count, buffers: [nil], children: columns.map(\.array)))
      return 0
    } catch {
      lastError?.deallocate()
      lastError = CText.copy(error.text)
      return EINVAL
    }
  }
}
