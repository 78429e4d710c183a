import ArgumentParser
import Dorsal

/// `dorsal serve`: the service, a program of its own, which this one becomes.
struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Answers cases by HTTP and in FHIR, and has a page.",
    discussion: """
      All options are those of dorsal-serve, which stands beside this tool or where \
      "make serve" builds it; "dorsal serve --help" lists them.
      """)

  @Argument(parsing: .captureForPassthrough, help: "Options of dorsal-serve.")
  var options: [String] = []

  private static let name = "dorsal-serve"

  func run() throws {
    guard let program = Self.places().first(where: { FileKind.at($0) == .file }) else {
      throw Failure(
        .noInput,
        "\(Self.name) is not beside this tool; expected it there, from \"make install-service\", "
          + "or in Service/.build/release, from \"make serve\"")
    }
    throw Failure(
      .inputOutput, "\(program): " + ErrorText.describe(OtherProgram.become(program, options)))
  }

  /// Where the service may be: beside the tool, and in the repository that the tool was built in. Never
  /// where a working folder, `PATH` or any folder above says, which others may write.
  private static func places() -> [String] {
    let folder = FilePlace.folder(of: FilePlace.tool)
    let beside = folder + "/" + name
    guard let build = folder.firstRange(of: "/.build/") else { return [beside] }
    return [beside, folder[..<build.lowerBound] + "/Service/.build/release/" + name]
  }
}
