internal import CLz4
internal import CZstd

/// Packs and unpacks stretches of bytes whose unpacked length stands beside them, as in Arrow files.
package enum PackedBuffer {
  /// How a stretch is packed.
  package enum Format: String, Sendable, CaseIterable {
    /// Frames of LZ4.
    case lz4
    /// Frames of zstd.
    case zstd
  }

  /// Why bytes cannot be unpacked, in words.
  package struct Fault: Error, Sendable {
    package let message: String
  }

  /// Unpacks a stretch.
  ///
  /// - Parameters:
  ///   - bytes: What holds it.
  ///   - range: Where it stands in them.
  ///   - format: How it is packed.
  ///   - count: How many bytes it has to give; whoever calls has asked for the room.
  /// - Throws: `Fault` where the bytes are damaged, or give more or less than that.
  package static func unpack(
    _ bytes: [UInt8], _ range: Range<Int>, format: Format, count: Int
  ) throws(Fault) -> [UInt8] {
    precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count && count >= 0)
    var fault: Fault?
    let unpacked = unsafe [UInt8](unsafeUninitializedCapacity: max(count, 1)) { output, written in
      unsafe bytes.withUnsafeBufferPointer { input in
        guard let from = input.baseAddress, let to = output.baseAddress else { return }
        let result =
          unsafe format == .lz4
          ? unpackLZ4(from + range.lowerBound, range.count, to, count)
          : unpackZstd(from + range.lowerBound, range.count, to, count)
        switch result {
        case .success(let got): written = got
        case .failure(let found): fault = found
        }
      }
    }
    if let fault { throw fault }
    guard unpacked.count == count else {
      throw Fault(message: "\(unpacked.count) bytes are unpacked; expected \(count)")
    }
    return unpacked
  }

  private static func unpackZstd(
    _ from: UnsafePointer<UInt8>, _ count: Int, _ to: UnsafeMutablePointer<UInt8>, _ room: Int
  ) -> Result<Int, Fault> {
    let status = unsafe ZSTD_decompress(to, room, from, count)
    if ZSTD_isError(status) != 0 {
      let text = unsafe String(cString: ZSTD_getErrorName(status))
      return .failure(Fault(message: "the zstd data are damaged: \(text)"))
    }
    return .success(status)
  }

  private static func unpackLZ4(
    _ from: UnsafePointer<UInt8>, _ count: Int, _ to: UnsafeMutablePointer<UInt8>, _ room: Int
  ) -> Result<Int, Fault> {
    var context: OpaquePointer?
    guard unsafe LZ4F_isError(LZ4F_createDecompressionContext(&context, UInt32(LZ4F_VERSION))) == 0
    else { return .failure(Fault(message: "no memory to unpack LZ4")) }
    defer { _ = unsafe LZ4F_freeDecompressionContext(context) }
    var (used, written, hint) = (0, 0, 1)
    while used < count {
      var (taken, made) = (count - used, room - written)
      hint = unsafe LZ4F_decompress(context, to + written, &made, from + used, &taken, nil)
      if LZ4F_isError(hint) != 0 {
        let text = unsafe String(cString: LZ4F_getErrorName(hint))
        return .failure(Fault(message: "the LZ4 data are damaged: \(text)"))
      }
      (used, written) = (used + taken, written + made)
      if hint != 0, taken == 0, made == 0 {
        return .failure(Fault(message: "the LZ4 data give more than \(room) bytes"))
      }
      // One frame is one stretch.
      if hint == 0 { break }
    }
    guard hint == 0, used == count else {
      return .failure(
        Fault(
          message: hint == 0
            ? "\(count - used) bytes stand behind the LZ4 data" : "the LZ4 data end early"))
    }
    return .success(written)
  }

  /// Packs bytes.
  ///
  /// - Returns: The packed bytes, or nothing where the library cannot.
  package static func pack(_ bytes: [UInt8], format: Format) -> [UInt8]? {
    var isWhole = true
    let bound =
      format == .lz4
      ? LZ4F_compressFrameBound(bytes.count, nil) : ZSTD_compressBound(bytes.count)
    let packed = unsafe [UInt8](unsafeUninitializedCapacity: bound) { output, written in
      unsafe bytes.withUnsafeBufferPointer { input in
        let status =
          unsafe format == .lz4
          ? LZ4F_compressFrame(
            output.baseAddress, bound, input.baseAddress, input.count, nil)
          : ZSTD_compress(output.baseAddress, bound, input.baseAddress, input.count, level)
        isWhole = format == .lz4 ? LZ4F_isError(status) == 0 : ZSTD_isError(status) == 0
        if isWhole { written = status }
      }
    }
    return isWhole ? packed : nil
  }

  /// Columns of answers are packed while others wait: the fastest level.
  private static let level: CInt = 1
}
