import DorsalService
import FoundationEssentials

/// Why the program ends without having served.
struct Failure: Error {
  let status: Int32
  let message: String

  init(status: Int32, _ message: String) { (self.status, self.message) = (status, message) }
}

/// Where the model and the files of the service are.
enum Places {
  /// The model folder: the one asked for, that of `DORSAL_MODEL`, or the shipped one.
  static func model(_ asked: String?) throws -> String {
    let named = asked ?? ProcessInfo.processInfo.environment["DORSAL_MODEL"]
    guard
      let folder = named
        ?? find("Models/back-pain", having: "model.json", installed: "Models/back-pain")
    else { throw Failure(status: 66, "no model; name one with --model") }
    guard FileManager.default.fileExists(atPath: folder + "/model.json") else {
      throw Failure(status: 66, "\(folder): no such model folder")
    }
    return folder
  }

  /// The files: those of the folder asked for, or those beside the program.
  static func assets(_ asked: String?) throws -> Assets {
    guard let folder = asked ?? find("Service", having: "openapi.json", installed: "service") else {
      throw Failure(status: 66, "no openapi.json; name its folder with --assets")
    }
    do {
      return try Assets(folder: folder)
    } catch {
      throw Failure(status: 66, "\(error)")
    }
  }

  /// A folder that has a file: in the working folder, where it is installed, or in the folders
  /// above the program.
  private static func find(_ name: String, having file: String, installed: String) -> String? {
    let program =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      ?? CommandLine.arguments.first ?? ""
    var folder = parent(of: program)
    var candidates = [name, folder + "/../share/dorsal/" + installed]
    while folder != "/", !folder.isEmpty {
      candidates.append(folder + "/" + name)
      folder = parent(of: folder)
    }
    return candidates.first { FileManager.default.fileExists(atPath: $0 + "/" + file) }
  }

  private static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
