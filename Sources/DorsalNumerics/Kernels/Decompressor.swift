internal import CZlib
internal import CZstd

/// Unpacks gzip or zstd piece by piece: so much as is asked for at a time, however much a few
/// bytes may become.
@safe
package final class Decompressor {
  /// How bytes are packed.
  package enum Format: String, Sendable, CaseIterable {
    case gzip, zstd

    /// The bytes that packed data begin with.
    package var signature: [UInt8] {
      switch self {
      case .gzip: [0x1F, 0x8B]
      case .zstd: [0x28, 0xB5, 0x2F, 0xFD]
      }
    }
  }

  /// Why bytes cannot be unpacked, in words.
  package struct Fault: Error, Sendable {
    package let message: String
  }

  package let format: Format
  /// Whether all that was begun has come to its end: the data may end here.
  package private(set) var isWhole = true
  /// Whether more may come without more input, as there was no room for it.
  package private(set) var holdsMore = false
  // The libraries keep their states by address.
  private let inflater: UnsafeMutablePointer<z_stream>?
  private let zstd: OpaquePointer?

  /// Begins to unpack.
  ///
  /// - Throws: `Fault` where there is no memory for it.
  package init(_ format: Format) throws(Fault) {
    self.format = format
    switch format {
    case .gzip:
      let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
      unsafe stream.initialize(to: z_stream())
      guard unsafe ck_inflate_gzip(stream) == Z_OK else {
        unsafe stream.deallocate()
        throw Fault(message: "no memory to unpack gzip")
      }
      unsafe (inflater, zstd) = (stream, nil)
    case .zstd:
      guard let stream = unsafe ZSTD_createDStream() else {
        throw Fault(message: "no memory to unpack zstd")
      }
      unsafe (inflater, zstd) = (nil, stream)
    }
  }

  deinit {
    if let inflater = unsafe inflater {
      unsafe inflateEnd(inflater)
      unsafe inflater.deallocate()
    }
    if let zstd = unsafe zstd { _ = unsafe ZSTD_freeDStream(zstd) }
  }

  /// Unpacks until there are as many bytes as asked for, or the input is used up.
  ///
  /// - Parameters:
  ///   - input: Packed bytes.
  ///   - start: Where to begin in them; moved behind what was used.
  ///   - output: Gets the bytes, behind those that it holds.
  ///   - count: The most bytes that it may hold then.
  /// - Throws: `Fault` where the bytes are damaged.
  package func unpack(
    _ input: [UInt8], from start: inout Int, to output: inout [UInt8], upTo count: Int
  ) throws(Fault) {
    precondition(start >= 0 && start <= input.count, "the place is in the input")
    let room = count - output.count
    guard room > 0, start < input.count || holdsMore else { return }
    var fault: Fault?
    var used = start
    let unpacked = unsafe [UInt8](unsafeUninitializedCapacity: room) { bytes, written in
      unsafe input.withUnsafeBufferPointer { input in
        guard let from = input.baseAddress, let to = bytes.baseAddress else { return }
        while used < input.count || holdsMore, written < room, fault == nil {
          let hasInput = used < input.count
          let step =
            unsafe format == .gzip
            ? inflate(from + used, input.count - used, to + written, room - written)
            : decompress(from + used, input.count - used, to + written, room - written)
          used += step.used
          written += step.written
          holdsMore = written == room && !isWhole
          fault = step.fault
          if hasInput, step.used == 0, step.written == 0, fault == nil {
            fault = Fault(message: "the \(format.rawValue) data are damaged")
          }
        }
      }
    }
    start = used
    if output.isEmpty { output = unpacked } else { output += unpacked }
    if let fault { throw fault }
  }

  private typealias Step = (used: Int, written: Int, fault: Fault?)

  private func inflate(
    _ from: UnsafePointer<UInt8>, _ count: Int, _ to: UnsafeMutablePointer<UInt8>, _ room: Int
  ) -> Step {
    guard let inflater = unsafe inflater else { return (count, 0, nil) }
    if isWhole, count > 0, unsafe from[0] == 0 {
      // Tapes and disks fill their last block with zeros.
      var zeros = 0
      while zeros < count, unsafe from[zeros] == 0 { zeros += 1 }
      return (zeros, 0, nil)
    }
    let (given, free) = (min(count, 1 << 30), min(room, 1 << 30))
    unsafe inflater.pointee.next_in = UnsafeMutablePointer(mutating: from)
    unsafe inflater.pointee.avail_in = UInt32(given)
    unsafe inflater.pointee.next_out = to
    unsafe inflater.pointee.avail_out = UInt32(free)
    isWhole = false
    let status = unsafe CZlib.inflate(inflater, Z_NO_FLUSH)
    let used = unsafe given - Int(inflater.pointee.avail_in)
    let written = unsafe free - Int(inflater.pointee.avail_out)
    switch status {
    case Z_STREAM_END:
      // Another file may follow, as `cat a.gz b.gz` writes it.
      isWhole = true
      unsafe inflateReset(inflater)
      return (used, written, nil)
    case Z_OK, Z_BUF_ERROR: return (used, written, nil)
    default:
      let text = unsafe inflater.pointee.msg.map { unsafe String(cString: $0) } ?? "no memory"
      return (used, written, Fault(message: "the gzip data are damaged: \(text)"))
    }
  }

  private func decompress(
    _ from: UnsafePointer<UInt8>, _ count: Int, _ to: UnsafeMutablePointer<UInt8>, _ room: Int
  ) -> Step {
    guard let zstd = unsafe zstd else { return (count, 0, nil) }
    var input = unsafe ZSTD_inBuffer(src: from, size: count, pos: 0)
    var output = unsafe ZSTD_outBuffer(dst: to, size: room, pos: 0)
    let status = unsafe ZSTD_decompressStream(zstd, &output, &input)
    let (used, written) = unsafe (input.pos, output.pos)
    if ZSTD_isError(status) != 0 {
      let text = unsafe String(cString: ZSTD_getErrorName(status))
      return (used, written, Fault(message: "the zstd data are damaged: \(text)"))
    }
    isWhole = status == 0
    return (used, written, nil)
  }
}
