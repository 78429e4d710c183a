internal import CKernels
package import Foundation

/// Bytes between open files and arrays, without a copy between.
package enum FileBytes {
  /// Reads until there are as many bytes as asked for, or no more.
  ///
  /// - Parameters:
  ///   - descriptor: The open file, pipe or terminal.
  ///   - count: The most bytes to read.
  ///   - rest: What stands before them in the answer.
  /// - Returns: `rest` and the bytes read; `rest` alone at the end.
  /// - Throws: What the system says.
  package static func read(
    _ descriptor: Int32, upTo count: Int, behind rest: [UInt8]
  ) throws(POSIXError) -> [UInt8] {
    var fault: POSIXErrorCode?
    let bytes = unsafe [UInt8](
      unsafeUninitializedCapacity: rest.count + max(count, 0)
    ) { bytes, filled in
      filled = rest.count
      for index in 0..<filled { unsafe bytes[index] = rest[index] }
      while let base = bytes.baseAddress, filled < bytes.count {
        let got = unsafe Foundation.read(descriptor, base + filled, bytes.count - filled)
        if got > 0 {
          filled += got
        } else if got == 0 {
          break
        } else if errno != EINTR {
          fault = POSIXErrorCode(rawValue: errno) ?? .EIO
          break
        }
      }
    }
    if let fault { throw POSIXError(fault) }
    return bytes
  }

  /// Writes all bytes.
  ///
  /// - Throws: What the system says; some of the bytes may have been written.
  package static func write(_ bytes: [UInt8], to descriptor: Int32) throws(POSIXError) {
    var fault: POSIXErrorCode?
    unsafe bytes.withUnsafeBytes { bytes in
      var written = 0
      while let base = bytes.baseAddress, written < bytes.count, fault == nil {
        let put = unsafe Foundation.write(descriptor, base + written, bytes.count - written)
        if put >= 0 {
          written += put
        } else if errno != EINTR {
          fault = POSIXErrorCode(rawValue: errno) ?? .EIO
        }
      }
    }
    if let fault { throw POSIXError(fault) }
  }

  /// Lets the system begin to store a stretch of a file on its disk and returns at once, so that
  /// a later wait for all of it is short. Where the system has no such call nothing happens.
  ///
  /// - Parameters:
  ///   - descriptor: An open file.
  ///   - start: The first byte of the stretch.
  ///   - count: How many bytes it has.
  package static func beginStoring(_ descriptor: Int32, from start: Int, count: Int) {
    ck_begin_storing(descriptor, Int64(start), Int64(count))
  }
}
