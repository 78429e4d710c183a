import ArgumentParser
import Dorsal

/// The tool `dorsal`: arguments in, exit status out; all that is computed, the
/// library computes.
@main
struct DorsalTool: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dorsal",
    abstract: "Ranks the causes of back pain for batches of structured case files.",
    discussion: """
      It supports research and decisions made by clinicians; it does not diagnose patients.

      Exit status: 0 done; 3 done but for rows that were rejected; 64 usage; 65 bad data (a bad \
      header, model, mapping, calibration or diary, no row that can be read, more rejected than \
      --max-rejects, or a fit that is refused); \
      66 no input; 70 memory ended; 73 cannot create; 74 input or output error; \
      130 interrupted.
      """,
    version: Release.version,
    subcommands: [
      Score.self, Explain.self, Suggest.self, Ask.self, Validate.self, MapCommand.self,
      Template.self, Scores.self, Evaluate.self, Compare.self,
      Calibrate.self, Fit.self, Simulate.self, DiaryCommand.self, ModelCommand.self, Serve.self,
    ]
  )

  static func main() async {
    BLAS.endThreads()
    let watching = Interruption.watch()
    defer { withExtendedLifetime(watching) {} }
    do {
      try checkArguments()
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      guard let failure = Failure(error) else {
        guard exitCode(for: error) != .success else { exit(withError: error) }
        // What is wrong with an argument repeats it, and an argument may be any text.
        StandardError.write(fullMessage(for: error) + "\n")
        exit(withError: exitCode(for: error))
      }
      StandardError.write("dorsal: " + failure.message + "\n")
      exit(withError: ExitCode(failure.status.rawValue))
    }
  }

  /// Refuses arguments that are no UTF-8: as texts they would name other files.
  private static func checkArguments() throws {
    guard CommandLine.arguments.contains(where: { $0.unicodeScalars.contains("\u{FFFD}") }),
      let given = try? OpenFile(reading: "/proc/self/cmdline").readAll(),
      String(validating: given, as: UTF8.self) == nil
    else { return }
    throw ValidationError("an argument is no UTF-8; rename the file that it names")
  }
}
