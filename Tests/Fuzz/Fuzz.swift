import Dorsal
import DorsalCore
import DorsalReport
import FoundationEssentials

/// What libFuzzer calls: one reader, chosen when the target is built.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  Target.read(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}

/// The small model that inputs are read with.
enum Small {
  static let folder =
    ProcessInfo.processInfo.environment["FUZZ_MODEL"] ?? "Tests/Torture/corpus/model"
  static let tables = ModelTables(folder: folder)
  static let model = load()

  private static func load() -> Model {
    do {
      return try Model(tables: tables)
    } catch {
      preconditionFailure("\(error)")
    }
  }
}

/// A law that does not hold ends the target, which keeps the input.
func require(_ condition: Bool, _ law: String) {
  if !condition { preconditionFailure(law) }
}
