import FoundationEssentials
import Hummingbird
import NIOCore

/// The files that are served as they are: the page at `/`, and the interface at `/openapi.json`.
/// They are read once, at the start; no path of a caller ever reaches a disk.
public struct Assets: Sendable {
  /// A fault of the folder.
  public struct Fault: Error, CustomStringConvertible {
    /// What is wrong, in words.
    public let description: String
  }

  /// What a page may do: load from here, call here, and nothing else.
  static let policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

  private static let types = [
    "html": "text/html; charset=utf-8", "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8", "json": "application/json",
    "svg": "image/svg+xml", "png": "image/png", "ico": "image/x-icon",
    "txt": "text/plain; charset=utf-8", "webmanifest": "application/manifest+json",
  ]

  private var files: [(path: String, type: String, bytes: [UInt8])] = []

  /// No files.
  public init() {}

  /// The files of a folder: `openapi.json`, and those of `Page`.
  ///
  /// - Throws: `Fault` for a file of an unknown type, or a name with other than letters, digits,
  ///   points, hyphens and lines; and what the system says.
  public init(folder: String) throws {
    try add(folder + "/openapi.json", at: "/openapi.json")
    let page = folder + "/Page"
    guard FileManager.default.fileExists(atPath: page) else { return }
    for name in try FileManager.default.subpathsOfDirectory(atPath: page).sorted() {
      var isFolder = false
      guard FileManager.default.fileExists(atPath: page + "/" + name, isDirectory: &isFolder),
        !isFolder
      else { continue }
      try add(page + "/" + name, at: name == "index.html" ? "/" : "/" + name)
    }
  }

  private mutating func add(_ file: String, at path: String) throws {
    let plain = path.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
        UInt8(ascii: "_"), UInt8(ascii: "/"):
        true
      default: false
      }
    }
    let ending = path == "/" ? "html" : path.split(separator: ".").last.map(String.init) ?? ""
    guard plain, let type = Self.types[ending] else {
      throw Fault(
        description: "\(file): expected a plain name that ends in "
          + Self.types.keys.sorted().joined(separator: ", "))
    }
    guard let data = FileManager.default.contents(atPath: file) else {
      throw Fault(description: "\(file): cannot be read")
    }
    files.append((path, type, Array(data)))
  }

  func add(to routes: inout Routes) {
    for file in files {
      routes.get(file.path, isOpen: true) { _, _ in
        var response = Response.bytes(file.bytes, type: file.type)
        response.headers[.contentSecurityPolicy] = Self.policy
        response.headers[.cacheControl] = "no-cache"
        return response
      }
    }
  }
}
