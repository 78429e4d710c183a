import Dorsal
import FoundationEssentials

/// A case file, or standard input, as the command line names it.
struct InputFile {
  /// The name for messages.
  let name: String
  /// How many bytes it has, where that is known.
  let size: Int?
  private let opened: OpenFile

  /// Opens an input.
  ///
  /// - Parameter path: A path, or `-` for standard input.
  /// - Throws: `Failure` with status 66 where there is none.
  init(path: String) throws {
    name = path
    if path == "-" {
      (opened, size) = (.standardInput, nil)
      return
    }
    switch FileKind.at(path) {
    case .nothing:
      throw Failure(
        .noInput, path.isEmpty ? "the case file has an empty name" : "\(path): no such file")
    case .folder: throw Failure(.noInput, "\(path): is a folder; expected a case file")
    case .file, .other: break
    }
    do {
      opened = try OpenFile(reading: path)
    } catch {
      throw Failure(.noInput, "\(path): cannot be read: \(OpenFile.text(of: error))")
    }
    size = opened.size
  }

  /// All bytes of the file at a path, where `-` has no meaning of its own.
  ///
  /// - Throws: `Failure` with status 66 where it cannot be opened, 74 where it cannot be read.
  static func bytes(at path: String) throws -> [UInt8] {
    let opened: OpenFile
    do {
      opened = try OpenFile(reading: path)
    } catch {
      throw Failure(.noInput, "\(path): cannot be read: \(OpenFile.text(of: error))")
    }
    do {
      return try opened.readAll()
    } catch {
      throw Failure(.inputOutput, "\(path): cannot be read: \(OpenFile.text(of: error))")
    }
  }

  /// The bytes of the file.
  var source: any ByteSource { FileByteSource(opened) }

  /// Begins to read the cases.
  func reader(model: Model, ignoresUnknownColumns: Bool) throws -> CaseFileReader {
    var options = CaseFileReader.Options()
    options.ignoresUnknownColumns = ignoresUnknownColumns
    return try reportingReadErrors {
      try CaseFileReader(
        source: FileByteSource(opened), file: name, model: model, options: options)
    }
  }

  /// All bytes of the file.
  func readAll() throws -> [UInt8] {
    try reportingReadErrors { try opened.readAll() }
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
