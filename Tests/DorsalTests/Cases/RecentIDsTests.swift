import Dorsal
import Testing

@Suite struct RecentIDsTests {
  @Test func `an id is found again within the window, and ids that differ are not`() {
    var ids = RecentIDs(window: 100)
    for line in 1...10_000 {
      let name = Array("id-\(line)".utf8)
      #expect(ids.insert(name[...], line: line) == nil)
      let earlier = max(1, line - 99)
      #expect(ids.insert(Array("id-\(earlier)".utf8)[...], line: line) == earlier)
    }
  }

  @Test func `without a limit every id is remembered`() {
    var ids = RecentIDs(window: .max)
    for line in 1...5000 { _ = ids.insert(Array("\(line)".utf8)[...], line: line) }
    for line in 1...5000 {
      #expect(ids.insert(Array("\(line)".utf8)[...], line: 0) == line)
    }
  }
}
