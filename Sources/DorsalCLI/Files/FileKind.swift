import FoundationEssentials

/// What stands at a path, links followed.
enum FileKind {
  case nothing, file, folder, other

  /// Looks at a path.
  static func at(_ path: String) -> FileKind {
    let place = FilePlace.withoutLinks(path)
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: place) else {
      return .nothing
    }
    switch attributes[.type] as? FileAttributeType {
    case .typeRegular?: return .file
    case .typeDirectory?: return .folder
    default: return .other
    }
  }
}
