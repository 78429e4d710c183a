import Foundation
import Testing

/// `dorsal serve` becomes the service, which stands beside the tool.
@Suite struct ServeTests {
  /// A folder with a copy of the tool and, beside it, a program in the service's place.
  private func folder(_ service: String?) throws -> WorkingFolder {
    let folder = try WorkingFolder(model: nil)
    try FileManager.default.copyItem(atPath: Tool.path, toPath: folder.path + "/dorsal")
    if let service {
      try folder.write("#!/bin/bash\n" + service, to: "dorsal-serve")
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o755], ofItemAtPath: folder.path + "/dorsal-serve")
    }
    return folder
  }

  @Test func `options, output and status are the service's own`() async throws {
    let folder = try folder(#"printf '%s\n' "$@"; echo told >&2; exit 7"#)
    let run = try await folder.shell("./dorsal serve --port 0 'a b' --help -- -x")
    #expect(run.lines == ["--port", "0", "a b", "--help", "--", "-x"])
    #expect(run.errors == "told\n")
    #expect(run.status == 7)
  }

  /// Bash shows what it was started with: a signal that was ignored then cannot be trapped.
  @Test func `signals end the service as if it had been started by itself`() async throws {
    let folder = try folder("trap 'exit 21' TERM; kill -TERM $$; sleep 0.1; exit 0")
    #expect(try await folder.shell("./dorsal serve").status == 21)
    let other = try self.folder("kill -INT $$; sleep 0.1; exit 0")
    #expect(try await other.shell("./dorsal serve; echo $?").output == "130\n")
  }

  @Test func `without the service it says how to get it`() async throws {
    let folder = try folder(nil)
    // A program of that name in the working folder, in PATH or below a folder above is none of ours.
    let run = try await folder.shell(
      """
      mkdir -p bin Service/.build/release && mv dorsal bin/ && printf '#!/bin/sh\\necho wrong\\n' > dorsal-serve
      chmod +x dorsal-serve && cp dorsal-serve Service/.build/release/ && PATH=$PWD:$PATH bin/dorsal serve
      """)
    #expect(run.status == 66)
    #expect(run.output.isEmpty)
    #expect(run.errors.contains("make install-service"))
  }
}
