import Dorsal
import DorsalCore
import DorsalReport

/// Symptom diaries, and the cases that are derived from them.
enum Target {
  static func read(_ bytes: [UInt8]) {
    guard let diaries = try? DiaryFile.read(bytes, file: "d") else { return }
    let whole = DiaryCases(diaries, model: Small.model, weekly: false)
    require(whole.items.count == diaries.count, "a diary is a case")
    let weekly = DiaryCases(diaries, model: Small.model, weekly: true)
    require(weekly.items.count >= diaries.count, "a diary has a week")
  }
}
