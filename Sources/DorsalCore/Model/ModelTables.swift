internal import DorsalNumerics
internal import FoundationEssentials

/// The tables of a model as bytes, from wherever they come.
public struct ModelTables: Sendable {
  /// The files of a model, in the order in which they are checked and summed up
  /// in the checksum.
  public static let fileNames = [
    "model.json", "findings.csv", "causes.csv", "priors.csv", "likelihoods.csv", "red_flags.csv",
    "losses.csv", "associations.csv", "sources.csv",
  ]
  /// Those of them that a model may do without: no associations means that causes come
  /// together as often as their priors say.
  public static let optionalFileNames: Set<String> = ["associations.csv"]

  /// Where the tables come from, for messages: a folder, or any other name.
  public let origin: String
  /// The bytes of each file by its name.
  public let files: [String: [UInt8]]
  /// Files that are there and could not be read.
  let unreadable: Set<String>

  /// Tables in memory.
  ///
  /// - Parameters:
  ///   - origin: What to call the place in messages.
  ///   - files: The bytes of each file of `fileNames`; those of `optionalFileNames` may be
  ///     left out.
  public init(origin: String, files: [String: [UInt8]]) {
    self.init(origin: origin, files: files, unreadable: [])
  }

  private init(origin: String, files: [String: [UInt8]], unreadable: Set<String>) {
    self.origin = origin
    self.files = files
    self.unreadable = unreadable
  }

  /// Reads the tables of a folder; one that is missing or cannot be read is left
  /// out here and becomes a fault when the model loads.
  ///
  /// - Parameter folder: The folder's path.
  public init(folder: String) {
    let files = Self.fileNames.compactMap { name in
      (try? OpenFile(reading: folder + "/" + name).readAll()).map { (name, $0) }
    }
    let found = Dictionary(files) { first, _ in first }
    self.init(
      origin: folder, files: found,
      unreadable: Self.optionalFileNames.filter {
        found[$0] == nil && FileManager.default.fileExists(atPath: folder + "/" + $0)
      })
  }
}

/// Everything that is wrong with a model, found in one pass.
public struct ModelError: Error, Sendable, CustomStringConvertible {
  /// The faults, in the order of the files and their lines; at least one.
  public let faults: [TextFault]

  /// One fault a line.
  public var description: String { faults.map(\.description).joined(separator: "\n") }
}
