import Dorsal

/// What stands at a path, links followed.
enum FileKind {
  case nothing, file, folder, other

  /// Looks at a path. What nobody may look at is taken for a file: whoever opens it is told why
  /// not.
  static func at(_ path: String) -> FileKind {
    do {
      switch try FileStatus.at(path)?.kind {
      case nil: return .nothing
      case .file: return .file
      case .folder: return .folder
      case .characters, .other: return .other
      }
    } catch {
      return .file
    }
  }
}
