import FoundationEssentials
import Glibc

/// Another program in place of this one.
enum OtherProgram {
  /// Becomes a program, which has the same number, files and terminal as this one.
  ///
  /// - Parameters:
  ///   - path: The program.
  ///   - arguments: What it is given.
  /// - Throws: Where it cannot be started; this program goes on then.
  static func become(_ path: String, _ arguments: [String]) throws -> Never {
    // What this program ignores or holds back, the next one would as well.
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGXFSZ] {
      signal(number, SIG_DFL)
      sigaddset(&signals, number)
    }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    let texts = ([path] + arguments).map { strdup($0) }
    defer { for text in texts { free(text) } }
    execv(path, texts + [nil])
    throw Failure(
      .inputOutput,
      "\(path): " + ErrorText.describe(POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)))
  }
}
