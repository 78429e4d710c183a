import Dorsal
import FoundationEssentials

/// What the system says of an error while files are read or written.
enum ErrorText {
  /// The error in the system's words, or in those of whoever threw it.
  static func describe(_ error: any Error) -> String {
    if let error = error as? POSIXError { return OpenFile.text(of: error) }
    if let error = (error as? CocoaError)?.underlying as? POSIXError {
      return OpenFile.text(of: error)
    }
    return "\(error)"
  }
}
