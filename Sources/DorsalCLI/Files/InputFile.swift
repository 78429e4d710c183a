import Dorsal
import Foundation

/// A case file, or standard input, as the command line names it.
struct InputFile {
  /// The name for messages.
  let name: String
  /// How many bytes it has, where that is known.
  let size: Int?
  private let handle: FileHandle

  /// Opens an input.
  ///
  /// - Parameter path: A path, or `-` for standard input.
  /// - Throws: `Failure` with status 66 where there is none.
  init(path: String) throws {
    name = path
    if path == "-" {
      (handle, size) = (.standardInput, nil)
      return
    }
    let kind = FileKind.at(path)
    switch kind {
    case .nothing: throw Failure(.noInput, "\(path): no such file")
    case .folder: throw Failure(.noInput, "\(path): is a folder; expected a case file")
    case .file, .other: break
    }
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw Failure(.noInput, "\(path): cannot be read")
    }
    self.handle = handle
    let place = (path as NSString).resolvingSymlinksInPath
    let attributes = try? FileManager.default.attributesOfItem(atPath: place)
    size = kind == .file ? (attributes?[.size] as? NSNumber)?.intValue : nil
  }

  /// The bytes of the file.
  var source: any ByteSource { FileByteSource(handle) }

  /// Begins to read the cases.
  func reader(model: Model, ignoresUnknownColumns: Bool) throws -> CaseFileReader {
    var options = CaseFileReader.Options()
    options.ignoresUnknownColumns = ignoresUnknownColumns
    return try reportingReadErrors {
      try CaseFileReader(
        source: FileByteSource(handle), file: name, model: model, options: options)
    }
  }

  /// All bytes of the file.
  func readAll() throws -> [UInt8] {
    try reportingReadErrors { [UInt8](try handle.readToEnd() ?? Data()) }
  }

  /// Runs something that reads the file; what keeps the bytes from being read
  /// becomes a failure with status 74.
  func reportingReadErrors<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch {
      throw readFailure(error)
    }
  }

  /// The failure that an error while reading means.
  func readFailure(_ error: any Error) -> any Error {
    Failure(error) == nil
      ? Failure(.inputOutput, "\(name): cannot be read: \(ErrorText.describe(error))") : error
  }
}
