internal import DorsalNumerics
internal import FoundationEssentials
internal import Glibc

/// The tables of a model as bytes, from wherever they come.
public struct ModelTables: Sendable {
  /// The files of a model, in the order in which they are checked and, but for
  /// `plausibility.csv`, `steps.csv` and the tables of scores, summed up in the checksum.
  public static let fileNames = ["model.json"] + TableSchema.all.map(\.file)
  /// Those of them that are summed up in the checksum. No ranking hangs on the others.
  static let summedFileNames =
    ["model.json"] + TableSchema.all.filter(\.isSummed).map(\.file)
  /// Those of them that a model may do without: no associations means that causes come
  /// together as often as their priors say, no groups and parents that findings are
  /// independent given the cause, no plausibility that any case is taken, no steps that
  /// nothing is said of what comes after a ranking, and no scores that the model has none.
  public static let optionalFileNames = Set(TableSchema.all.filter(\.mayBeMissing).map(\.file))

  /// Files beside them that serve suggestions and the reading of other programs' records: they may
  /// be missing, and change neither answers nor the checksum.
  public static let extraFileNames = [Synonyms.fileName] + CodeTables.fileNames

  /// Where the tables come from, for messages: a folder, or any other name.
  public let origin: String
  /// The bytes of each file by its name.
  public let files: [String: [UInt8]]
  /// Files that are there and could not be read, with the cause.
  let unreadable: [String: Unreadable]
  /// Where files come from that are not from `origin`, by their name.
  private var places: [String: String] = [:]
  /// What files were that others stand in for, by their name: other tables may still name their rows.
  private(set) var stoodFor: [String: [UInt8]] = [:]

  /// Why a file that is there could not be read.
  enum Unreadable: Sendable {
    /// It is a folder, a pipe or a device, which might never end.
    case noOrdinaryFile
    /// What the system said.
    case system(String)

    /// The cause as a message.
    var message: String {
      switch self {
      case .noOrdinaryFile: "is no ordinary file; expected a table"
      case .system(let text): "cannot be read: \(text)"
      }
    }
  }

  /// Tables in memory.
  ///
  /// - Parameters:
  ///   - origin: What to call the place in messages.
  ///   - files: The bytes of each file of `fileNames`; those of `optionalFileNames` may be
  ///     left out.
  public init(origin: String, files: [String: [UInt8]]) {
    self.init(origin: origin, files: files, unreadable: [:])
  }

  private init(
    origin: String, files: [String: [UInt8]], unreadable: [String: Unreadable]
  ) {
    self.origin = origin
    self.files = files
    self.unreadable = unreadable
  }

  /// The same tables but for one, from elsewhere.
  ///
  /// With other red flags, a step no longer hangs on a rule of the own ones that is not among them;
  /// a step that then is for no cause and no rule is left out.
  ///
  /// - Parameters:
  ///   - name: The name of the table, one of `fileNames`.
  ///   - bytes: What stands in for it.
  ///   - file: What to call it in messages.
  public func replacing(_ name: String, with bytes: [UInt8], file: String) -> ModelTables {
    precondition(Self.fileNames.contains(name), "a model has a table of this name")
    var files = files
    files[name] = bytes
    var copy = ModelTables(
      origin: origin, files: files, unreadable: unreadable.filter { $0.key != name })
    copy.places = places
    copy.places[name] = file
    copy.stoodFor = stoodFor.merging([name: self.files[name] ?? []]) { first, _ in first }
    return copy
  }

  /// What to call a file in messages.
  func place(of name: String) -> String { places[name] ?? origin + "/" + name }

  /// What a byte of a table takes in memory: its cell, its row and its numbers.
  private static let roomOfByte = 16

  /// Reads the tables of a folder; one that is missing or cannot be read is left
  /// out here and becomes a fault when the model loads.
  ///
  /// - Parameter folder: The folder's path.
  public init(folder: String) {
    var files: [String: [UInt8]] = [:]
    var unreadable: [String: Unreadable] = [:]
    for name in Self.fileNames + Self.extraFileNames {
      do throws(POSIXError) {
        files[name] = try OpenFile(readingOrdinary: folder + "/" + name)
          .readAll(roomOfByte: Self.roomOfByte)
      } catch {
        switch error.code {
        case .ENOENT: break
        // What `open` says of a socket is ENXIO.
        case .EISDIR, .ESPIPE, .ENXIO: unreadable[name] = .noOrdinaryFile
        default: unreadable[name] = .system(OpenFile.text(of: error))
        }
      }
    }
    self.init(origin: folder, files: files, unreadable: unreadable)
  }

  /// What kept files that are there from being read, if anything.
  var readingError: DorsalError? {
    let faults = (Self.fileNames + Self.extraFileNames).compactMap { name in
      unreadable[name].map { cause in
        TextFault(
          position: SourcePosition(file: origin + "/" + name, line: 1, column: 1),
          message: cause.message)
      }
    }
    guard !faults.isEmpty else { return nil }
    let isOfSystem = unreadable.values.contains { cause in
      if case .system = cause { true } else { false }
    }
    return DorsalError(isOfSystem ? .unreadable : .model, faults: faults)
  }
}
