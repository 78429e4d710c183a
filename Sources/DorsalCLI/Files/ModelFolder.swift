import Dorsal
import FoundationEssentials

/// Where the shipped model is.
enum ModelFolder {
  private static let shipped = "Models/back-pain"
  /// The environment variable that names the folder where no option does.
  private static let variable = "DORSAL_MODEL"

  /// The folder to load: the one asked for, the one that `DORSAL_MODEL` names, or the shipped
  /// one, looked for in the working folder, then beside the installed tool and in the folders
  /// above it.
  ///
  /// - Throws: `Failure` with status 66 where there is none.
  static func find(_ asked: String?) throws -> String {
    if let asked {
      guard !asked.isEmpty else {
        throw Failure(.noInput, "--model is empty; expected a model folder")
      }
      guard FileKind.at(asked) == .folder else {
        throw Failure(.noInput, "\(asked): no such model folder")
      }
      return asked
    }
    if let named = ProcessInfo.processInfo.environment[variable], !named.isEmpty {
      guard FileKind.at(named) == .folder else {
        throw Failure(.noInput, "\(variable): \(named): no such model folder")
      }
      return named
    }
    for candidate in candidates()
    where FileManager.default.fileExists(atPath: candidate + "/model.json") {
      return candidate
    }
    throw Failure(
      .noInput,
      "no model: \(shipped) is neither in the working folder nor beside the tool; "
        + "name one with --model")
  }

  /// The tables of a folder, to keep outputs from them.
  static func tables(of folder: String) -> [String?] {
    (ModelTables.fileNames + ModelTables.extraFileNames).map { folder + "/" + $0 }
  }

  /// The case file to look at: the one asked for, or the shipped vignettes, which
  /// stand beside the folder of the models.
  static func cases(_ asked: String?, besideModel folder: String) throws -> String {
    if let asked { return asked }
    for candidate in ["Data/vignettes.csv", folder + "/../../Data/vignettes.csv"]
    where FileKind.at(candidate) == .file { return candidate }
    throw Failure(.noInput, "Data/vignettes.csv is not beside the model; name cases with --cases")
  }

  private static func candidates() -> [String] {
    var folder = FilePlace.folder(of: FilePlace.tool)
    var list = [shipped, folder + "/../share/dorsal/" + shipped]
    while folder != "/", !folder.isEmpty {
      list.append(folder + "/" + shipped)
      folder = FilePlace.folder(of: folder)
    }
    return list
  }
}
