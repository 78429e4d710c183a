import Dorsal
import FoundationEssentials
import Glibc

/// A file, or standard output, that appears whole or not at all.
///
/// A file is written beside its place and renamed when it is finished. A place that
/// is no ordinary file, such as a pipe or a device, is written to directly.
final class OutputFile {
  private let file: OpenFile
  private let name: String
  private let target: String?
  private let unfinished: String?
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
    guard let path, path != "-" else {
      file = .standardOutput
      (name, target, unfinished) = ("standard output", nil, nil)
      return
    }
    name = path
    switch FileKind.at(path) {
    case .folder:
      throw Failure(.cannotCreate, "\(path): is a folder; expected a file to write to")
    case .other:
      do {
        file = try OpenFile(writing: path)
      } catch {
        throw Failure(
          .cannotCreate, "\(path): cannot be opened for writing: \(OpenFile.text(of: error))")
      }
      (target, unfinished) = (nil, nil)
      return
    case .nothing, .file: break
    }
    // Beside the file itself, where the path is a link: a rename does not cross disks.
    let place = FilePlace.withoutLinks(path)
    let beside = "\(place).partial-\(ProcessInfo.processInfo.processIdentifier)"
    Interruption.note(beside)
    do {
      file = try OpenFile(creating: beside)
    } catch {
      Interruption.forget(beside)
      throw Failure(
        .cannotCreate,
        error.code == .ENOENT
          ? "\(path): cannot be created; does its folder exist?"
          : "\(path): cannot be created: \(OpenFile.text(of: error))")
    }
    (target, unfinished) = (place, beside)
  }

  /// Writes bytes.
  ///
  /// - Throws: `Failure` with status 74 where they cannot be written.
  func write(_ bytes: [UInt8]) throws {
    do {
      try file.write(bytes)
      written += bytes.count
      if unfinished != nil, written - begun >= Self.stretch {
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
    let kept = unfinished == nil ? "" : "; nothing was kept"
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
    guard let target, let unfinished else {
      isFinished = true
      return
    }
    do {
      try file.store()
    } catch {
      throw failure(error)
    }
    do {
      try OpenFile.rename(unfinished, to: target)
    } catch {
      throw Failure(
        .cannotCreate, "\(name): cannot be put in its place: \(OpenFile.text(of: error))")
    }
    isFinished = true
    Interruption.forget(unfinished)
  }

  deinit {
    guard !isFinished, let unfinished else { return }
    try? FileManager.default.removeItem(atPath: unfinished)
    Interruption.forget(unfinished)
  }
}
