import Dorsal

/// Where rows go that could not be read: to standard error, or as CSV to a file.
final class RejectsFile {
  private let file: OutputFile?
  private(set) var count = 0

  /// - Parameter path: The file, or nothing for standard error.
  init(path: String?) throws {
    file = try path.map { try OutputFile(path: $0) }
    try file?.write(RejectionText.csvHeader)
  }

  /// Takes a row.
  func append(_ rejection: Rejection) throws {
    count += 1
    if let file {
      try file.write(RejectionText.csvRow(rejection))
    } else {
      StandardError.write(rejection.description + "\n")
    }
  }

  /// Makes the file appear at its place.
  func finish() throws { try file?.finish() }
}
