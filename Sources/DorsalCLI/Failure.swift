import Dorsal

/// Why a command ends without having done its work, with the status it ends with.
struct Failure: Error {
  /// The statuses that the tool ends with: one of its own, and those of `sysexits.h`.
  enum Status: Int32 {
    /// Some rows were rejected; the others were dealt with.
    case rowsRejected = 3
    case badData = 65
    case noInput = 66
    case endOfMemory = 70
    case cannotCreate = 73
    case inputOutput = 74
  }

  let status: Status
  let message: String

  init(_ status: Status, _ message: String) {
    self.status = status
    self.message = message
  }

  /// The failure that an error of the library or of a file means; nothing for errors
  /// of the command line, which the argument parser reports.
  init?(_ error: any Error) {
    switch error {
    case let failure as Failure: self = failure
    case let fault as MemoryFault: self.init(.endOfMemory, fault.description)
    case let error as DorsalError:
      self.init(Self.statuses[error.kind] ?? .badData, error.description)
    case let fault as TextFault: self.init(.badData, fault.description)
    default: return nil
    }
  }

  /// The statuses of kinds of errors that are not bad data.
  private static let statuses: [DorsalError.Kind: Status] = [.unreadable: .inputOutput]
}
