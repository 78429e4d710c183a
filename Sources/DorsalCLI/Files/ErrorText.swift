import Foundation

/// What the system says of an error of Foundation.
enum ErrorText {
  /// The number of the system's error, where there is one behind it.
  static func code(of error: any Error) -> Int {
    let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
    return (underlying ?? error as NSError).code
  }

  /// The error in the system's words, or in Foundation's where it has none.
  static func describe(_ error: any Error) -> String {
    if let error = error as? POSIXError { return error.localizedDescription }
    let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
    guard let underlying, let code = POSIXErrorCode(rawValue: Int32(underlying.code)) else {
      return error.localizedDescription
    }
    return POSIXError(code).localizedDescription
  }
}
