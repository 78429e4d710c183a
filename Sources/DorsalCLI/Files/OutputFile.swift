import Dorsal
import FoundationEssentials
import Glibc

/// A file, or standard output, that appears whole or not at all.
///
/// A file is written out of sight and appears when it is finished, with the mode and owner of
/// what it replaces. Links stay links: the file that they lead to is replaced. A place that is
/// no ordinary file, such as a pipe or a device, is written to directly.
final class OutputFile {
  private let file: OpenFile
  private let name: String
  private let hidden: HiddenFile?
  /// Whether it is a terminal.
  private let isShown: Bool
  private var isFinished = false
  /// How many bytes were written, and how many of them the disk was told of.
  private var (written, begun) = (0, 0)
  /// So many bytes at a time go to the disk while more are computed.
  private static let stretch = 1 << 23

  /// Opens an output.
  ///
  /// - Parameter path: A path, or nothing or `-` for standard output.
  /// - Throws: `Failure` with status 73 where it cannot be created.
  init(path: String?) throws {
    guard let path, !Self.standardOutput.contains(path) else {
      (file, name, hidden) = (.standardOutput, "standard output", nil)
      isShown = file.isTerminal
      return
    }
    name = path
    isShown = false
    guard !path.isEmpty else {
      throw Failure(.cannotCreate, "an output has an empty name; expected a file to write to")
    }
    switch FileKind.at(path) {
    case .nothing where path.hasSuffix("/"), .folder:
      throw Failure(.cannotCreate, "\(path): is a folder; expected a file to write to")
    case .other:
      do {
        file = try OpenFile(writing: path)
      } catch {
        throw Failure(
          .cannotCreate, "\(path): cannot be opened for writing: \(OpenFile.text(of: error))")
      }
      hidden = nil
      return
    case .nothing, .file: break
    }
    do {
      let hidden = try HiddenFile(for: OpenFile.destination(of: path))
      if let path = hidden.temporaryPath { Interruption.note(path) }
      (file, self.hidden) = (hidden.file, hidden)
    } catch {
      throw Failure(
        .cannotCreate,
        error.code == .ENOENT
          ? "\(path): cannot be created; does its folder exist?"
          : "\(path): cannot be created: \(OpenFile.text(of: error))")
    }
  }

  /// The names of standard output, which may be a file that is written to already.
  static let standardOutput: Set<String> = ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"]

  /// Writes bytes; where a person looks at them, control characters that an input brought along are
  /// escaped.
  ///
  /// - Parameter bytes: Whole characters, where they are text.
  /// - Throws: `Failure` with status 74 where they cannot be written.
  func write(_ bytes: [UInt8]) throws {
    do {
      try file.write(
        isShown
          ? Array(TextEncoding.printableLines(String(decoding: bytes, as: UTF8.self)).utf8) : bytes)
      written += bytes.count
      if hidden != nil, written - begun >= Self.stretch {
        file.beginStoring(from: begun, count: written - begun)
        begun = written
      }
    } catch {
      throw failure(error)
    }
  }

  /// Writes a text.
  func write(_ text: String) throws { try write(Array(text.utf8)) }

  private func failure(_ error: POSIXError) -> Failure {
    let kept = hidden == nil ? "" : "; nothing was kept"
    switch error.code {
    case .ENOSPC: return Failure(.inputOutput, "\(name): the disk is full\(kept)")
    case .EPIPE:
      return Failure(.inputOutput, "\(name): was closed before everything was written")
    case .EFBIG: return Failure(.inputOutput, "\(name): the file is larger than allowed\(kept)")
    default:
      return Failure(.inputOutput, "\(name): cannot be written: \(OpenFile.text(of: error))")
    }
  }

  /// Makes the file appear at its place, replacing what was there.
  ///
  /// - Throws: `Failure` where the last bytes cannot be written or the file cannot be
  ///   renamed; what was there before then stays.
  func finish() throws {
    guard let hidden else {
      isFinished = true
      return
    }
    do {
      try hidden.store()
    } catch {
      throw failure(error)
    }
    var named = hidden.temporaryPath
    defer { if let named { Interruption.forget(named) } }
    do {
      try hidden.appear { path in
        named = path
        Interruption.note(path)
      }
    } catch {
      throw Failure(
        .cannotCreate, "\(name): cannot be put in its place: \(OpenFile.text(of: error))")
    }
    isFinished = true
  }

  deinit {
    guard !isFinished, let hidden else { return }
    hidden.remove()
    if let path = hidden.temporaryPath { Interruption.forget(path) }
  }
}
