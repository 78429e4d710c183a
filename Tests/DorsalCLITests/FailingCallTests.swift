import Foundation
import Testing

/// What is told where the system fails, and where memory ends.
@Suite struct FailingCallTests {
  /// A library that goes before the system's: reads of files whose path ends with SHIM_READ fail
  /// with an input error, and with SHIM_WRITE files take no byte and say nothing of it.
  private static let shim = """
    #define _GNU_SOURCE
    #include <dlfcn.h>
    #include <errno.h>
    #include <stdio.h>
    #include <stdlib.h>
    #include <string.h>
    #include <unistd.h>
    static int is_wanted(int descriptor) {
      const char *end = getenv("SHIM_READ");
      char link[64], path[4096];
      snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
      ssize_t size = readlink(link, path, sizeof path);
      if (!end || size < (ssize_t)strlen(end)) return 0;
      return !memcmp(path + size - strlen(end), end, strlen(end));
    }
    ssize_t read(int descriptor, void *bytes, size_t count) {
      ssize_t (*real)(int, void *, size_t) = dlsym(RTLD_NEXT, "read");
      if (is_wanted(descriptor)) return errno = EIO, -1;
      return real(descriptor, bytes, count);
    }
    ssize_t write(int descriptor, const void *bytes, size_t count) {
      ssize_t (*real)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
      if (descriptor > 2 && getenv("SHIM_WRITE")) return 0;
      return real(descriptor, bytes, count);
    }

    """

  /// A compiler of C, which comes with Swift.
  private static let compiler: String? = {
    let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
    return folders.flatMap { ["\($0)/clang", "\($0)/cc"] }
      .first(where: FileManager.default.isExecutableFile)
  }()

  private static func folder() async throws -> WorkingFolder {
    let folder = try WorkingFolder([
      "shim.c": shim, "cases.csv": "id,sign\na,present\n", "out.csv": "old\n",
    ])
    let compiler = try #require(compiler)
    let built = try await folder.shell("\(compiler) -shared -fPIC -o shim.so shim.c -ldl")
    try #require(built.status == 0, "\(built.errors)")
    return folder
  }

  @Test(.enabled(if: compiler != nil))
  func `a disk that takes no byte ends the run`() async throws {
    let folder = try await Self.folder()
    let outcome = try await folder.shell(
      "ulimit -t 60; SHIM_WRITE=1 LD_PRELOAD=./shim.so \"$DORSAL\" score cases.csv --output out.csv"
    )
    #expect(outcome.status == 74)
    #expect(outcome.errors.contains("out.csv: cannot be written: Input/output error"))
    #expect(try folder.read("out.csv") == "old\n")
    #expect(try folder.names() == ["cases.csv", "out.csv", "shim.c", "shim.so"])
  }

  @Test(.enabled(if: compiler != nil), arguments: SmallModel.fileNames)
  func `a table that the system cannot read is told with the cause`(name: String) async throws {
    let folder = try await Self.folder()
    let outcome = try await folder.shell(
      "SHIM_READ=/\(name) LD_PRELOAD=./shim.so \"$DORSAL\" score cases.csv --output out.csv")
    #expect(outcome.status == 74)
    #expect(
      outcome.errors.contains(
        "\(SmallModel.folder)/\(name):1:1: cannot be read: Input/output error"))
    #expect(!outcome.errors.contains("is missing"))
    #expect(try folder.read("out.csv") == "old\n")
  }

  @Test(arguments: SmallModel.fileNames, ["mkfifo", "ln -s /dev/zero", "mkdir"])
  func `a table that is no ordinary file is told and not waited for`(
    name: String, make: String
  ) async throws {
    let folder = try WorkingFolder()
    let path = "\(SmallModel.folder)/\(name)"
    let outcome = try await folder.shell(
      "rm \(path); \(make) \(path); timeout 60 \"$DORSAL\" model check")
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("\(path):1:1: is no ordinary file"))
  }

  /// Zeros without end fill any memory.
  @Test func `the end of memory is told`() async throws {
    let folder = try WorkingFolder()
    let outcome = try await folder.shell(
      "ulimit -v 3000000; SWIFT_BACKTRACE=enable=no \"$DORSAL\" fit /dev/zero --output m")
    #expect(outcome.status == 70)
    #expect(outcome.errors.contains("dorsal: not enough memory"))
    #expect(try folder.names().isEmpty)
  }
}
