import Dorsal
import DorsalFHIR
import FoundationEssentials

/// A case file, or standard input, as the command line names it.
struct InputFile {
  /// The name for messages.
  let name: String
  /// How many bytes it has, where that is known.
  let size: Int?
  private let opened: OpenFile
  /// What was read of it before; nothing where it is read from its place.
  private var kept: [UInt8]?

  /// A file whose bytes have been read.
  init(name: String, bytes: [UInt8]) {
    (self.name, size, opened, kept) = (name, bytes.count, .standardInput, bytes)
  }

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
        .noInput,
        path.isEmpty ? "the case file has an empty name" : "\(path): no such file")
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

  /// All bytes of the file at a path, where `-` has no meaning of its own: a calibration, a mapping, a
  /// table of a model, for which a device without end is no input.
  ///
  /// - Throws: `Failure` with status 66 where it cannot be opened, 74 where it cannot be read, 65 where
  ///   it has more bytes than a table may have.
  static func bytes(at path: String) throws -> [UInt8] {
    let opened: OpenFile
    do {
      opened = try OpenFile(reading: path)
    } catch {
      throw Failure(.noInput, "\(path): cannot be read: \(OpenFile.text(of: error))")
    }
    return try bytes(of: opened, path)
  }

  private static func bytes(of opened: OpenFile, _ name: String) throws -> [UInt8] {
    let bytes: [UInt8]
    do {
      bytes = try opened.readAll(most: ModelLimits.tableBytes)
    } catch {
      throw Failure(.inputOutput, "\(name): cannot be read: \(OpenFile.text(of: error))")
    }
    guard bytes.count <= ModelLimits.tableBytes else {
      throw Failure(
        .badData, "\(name): more than \(ModelLimits.tableBytes) bytes; expected at most so many")
    }
    return bytes
  }

  /// All bytes of a table.
  ///
  /// - Throws: `Failure` with status 74 where it cannot be read, 65 where it has more bytes than a
  ///   table may have.
  func readTable() throws -> [UInt8] { try kept ?? Self.bytes(of: opened, name) }

  /// A mapping of columns, read from a path.
  static func mapping(at path: String) throws -> CaseMapping {
    switch FileKind.at(path) {
    case .nothing:
      throw Failure(.noInput, path.isEmpty ? "--map has an empty name" : "\(path): no such file")
    case .folder: throw Failure(.noInput, "\(path): is a folder; expected a mapping")
    case .file, .other: break
    }
    return try CaseMapping(bytes: bytes(at: path), file: path)
  }

  /// A table of a model, read from a path.
  static func table(at path: String) throws -> [UInt8] {
    switch FileKind.at(path) {
    case .nothing:
      throw Failure(
        .noInput, path.isEmpty ? "a table has an empty name" : "\(path): no such file")
    case .folder: throw Failure(.noInput, "\(path): is a folder; expected a table")
    case .file, .other: return try bytes(at: path)
    }
  }

  /// The bytes of the file.
  var source: any ByteSource { kept.map { MemoryByteSource($0) } ?? FileByteSource(opened) }

  /// Begins to read the cases.
  ///
  /// - Parameters:
  ///   - model: The model whose findings they name.
  ///   - ignoresUnknownColumns: Whether columns that it does not know are passed over; they are
  ///     told on standard error.
  ///   - dialect: In which forms the file may be written; how it is not plain is told on standard
  ///     error.
  ///   - mapping: What its columns mean.
  ///   - countsKnown: Whether it is counted how much is known.
  ///   - source: The bytes, where they are not taken from the file as they stand.
  ///   - otherModels: Models that read the same file.
  ///   - isTold: Whether it is told how the file is read; not where it was before.
  ///   - keptColumns: Columns whose texts are kept beside the cases.
  func reader(
    model: Model, ignoresUnknownColumns: Bool, dialect: Dialect = Dialect(),
    mapping: CaseMapping? = nil, countsKnown: Bool = false, source: (any ByteSource)? = nil,
    otherModels: [Model] = [], isTold: Bool = true, keptColumns: [String] = [],
    lines: FHIRLines? = nil
  ) throws -> CaseFileReader {
    var options = CaseFileReader.Options()
    options.ignoresUnknownColumns = ignoresUnknownColumns
    options.noteIgnored = isTold ? noteIgnored : nil
    options.otherModels = otherModels
    options.keptColumns = keptColumns
    options.dialect = dialect
    options.mapping = mapping
    options.countsKnown = countsKnown
    options.lines = lines
    let reader = try reportingReadErrors {
      try CaseFileReader(
        source: source ?? self.source, file: name, model: model, options: options)
    }
    if isTold { tell(reader.notes) }
    return reader
  }

  /// Tells how the file differs from a plain one.
  func tell(_ notes: [String]) {
    for note in notes { StandardError.write("\(name): \(note)\n") }
  }

  /// Tells which names of the file are passed over, and which of them were probably meant to be
  /// read.
  var noteIgnored: @Sendable ([IgnoredName]) -> Void {
    { [name] names in
      let list = names.map { "\"\($0.name)\"" }.joined(separator: ", ")
      var text = "\(name): passed over: \(list)\n"
      for ignored in names where !ignored.suggestion.isEmpty {
        text += "\(name): warning: \"\(ignored.name)\" is passed over\(ignored.suggestion)\n"
      }
      StandardError.write(text)
    }
  }

  /// All bytes of the file.
  ///
  /// - Parameter roomOfByte: How many bytes of memory each byte takes, with what is made of it.
  func readAll(roomOfByte: Int = 1) throws -> [UInt8] {
    if let kept { return kept }
    return try reportingReadErrors { try opened.readAll(roomOfByte: roomOfByte) }
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
