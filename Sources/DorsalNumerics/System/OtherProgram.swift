internal import CKernels
package import FoundationEssentials
internal import Glibc

/// Another program in place of this one.
package enum OtherProgram {
  /// Becomes a program, which has the same number, open files and terminal as this one, and in which
  /// signals do what they do by default.
  ///
  /// - Parameters:
  ///   - path: The program.
  ///   - arguments: What it is given.
  /// - Returns: Why it cannot be started; this program goes on then.
  package static func become(_ path: String, _ arguments: [String]) -> POSIXError {
    var texts: [UInt8] = []
    for text in [path] + arguments { texts += Array(text.utf8) + [0] }
    let number = unsafe texts.withUnsafeBytes { bytes in
      unsafe bytes.baseAddress.map {
        unsafe ck_become($0.assumingMemoryBound(to: CChar.self), arguments.count + 1)
      } ?? 0
    }
    return POSIXError(POSIXErrorCode(rawValue: number) ?? .EIO)
  }
}
