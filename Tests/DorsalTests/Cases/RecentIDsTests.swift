import Dorsal
import Testing

@Suite struct RecentIDsTests {
  /// A batch of cases that have nothing but an id and a line.
  private static func batch(_ ids: [(id: String, line: Int)]) -> CaseBatch {
    var batch = CaseBatch(findingCount: 0)
    for (id, line) in ids { batch.append(id: id.utf8, codes: [], line: line) }
    return batch
  }

  /// Which of some ids were seen before: their place among them, and the line where.
  private static func insert(
    _ list: [(id: String, line: Int)], into ids: inout RecentIDs
  ) -> [[Int]] {
    ids.insert(batch(list)).map { [$0.index, $0.first] }
  }

  @Test func `an id is found again within the window, and ids that differ are not`() {
    var ids = RecentIDs(window: 100)
    for line in 1...10_000 {
      #expect(Self.insert([("id-\(line)", line)], into: &ids).isEmpty)
      let earlier = max(1, line - 99)
      #expect(Self.insert([("id-\(earlier)", line)], into: &ids) == [[0, earlier]])
    }
  }

  @Test func `without a limit every id is remembered`() {
    var ids = RecentIDs(window: .max)
    for line in 1...5000 { _ = Self.insert([("\(line)", line)], into: &ids) }
    for line in 1...5000 { #expect(Self.insert([("\(line)", 0)], into: &ids) == [[0, line]]) }
  }

  /// Against a dictionary; ids of every length up to 40 bytes that differ in one of them.
  @Test func `batches are remembered as their ids are one by one`() {
    var random = SplitMix64(seed: 5)
    var ids = RecentIDs(window: .max)
    var seen: [String: Int] = [:]
    var line = 0
    var repeats = 0
    for _ in 0..<200 {
      let list = (0..<Int.random(in: 0...60, using: &random)).map { _ in
        line += 1
        let length = Int.random(in: 1...40, using: &random)
        var letters = Array(repeating: "x", count: length)
        letters[Int.random(in: 0..<length, using: &random)] =
          "\(Int.random(in: 0...9, using: &random))"
        return (id: letters.joined(), line: line)
      }
      var expected: [[Int]] = []
      for (index, item) in list.enumerated() {
        if let first = seen[item.id] {
          expected.append([index, first])
        } else {
          seen[item.id] = item.line
        }
      }
      #expect(Self.insert(list, into: &ids) == expected)
      repeats += expected.count
    }
    #expect(repeats > 100 && seen.count > 1000)
  }

  @Test func `ids that ascend and then do not are all remembered`() {
    for shuffled in [20, 450, 999] {
      var ids = RecentIDs(window: 1000)
      for start in stride(from: 1, through: 901, by: 100) {
        var list = (start..<start + 100).map { (id: "case-\($0)", line: $0) }
        // One batch holds an id of an earlier one, and itself out of order.
        if (start..<start + 100).contains(shuffled) {
          list.swapAt(3, 50)
          list[70].id = "case-\(start - 1)"
          let expected = start == 1 ? [] : [[70, start - 1]]
          #expect(Self.insert(list, into: &ids) == expected)
        } else {
          #expect(Self.insert(list, into: &ids).isEmpty)
        }
      }
      for number in [1, 99, 100, 500, 1000] where number % 100 != 71 {
        #expect(Self.insert([("case-\(number)", 5000)], into: &ids) == [[0, number]])
      }
    }
  }

  @Test func `ids ascend by length and then by bytes`() {
    let lists: [(ids: [String], ascends: Bool)] = [
      (["a", "b", "aa", "ab", "b0"], true), (["a", "a"], false), (["b", "a"], false),
      (["aa", "b"], false), (["case-9", "case-10", "case-11"], true), ([], true), (["z"], true),
    ]
    for (ids, ascends) in lists {
      let batch = Self.batch(ids.map { ($0, 0) })
      #expect(IDHash.ascend(batch.idBytes, ends: batch.idEnds, behind: []) == ascends, "\(ids)")
    }
    let one = Self.batch([("m", 0)])
    for (last, comes) in [("l", true), ("m", false), ("n", false), ("", true), ("aa", false)] {
      #expect(IDHash.ascend(one.idBytes, ends: one.idEnds, behind: Array(last.utf8)) == comes)
    }
  }

  @Test func `hashes of ids that differ in one byte differ`() {
    var names: [String] = []
    for length in [1, 3, 7, 8, 9, 15, 16, 17, 40] {
      for place in 0..<length {
        for letter in "abcdefgh" {
          var name = Array(String(repeating: "-", count: length))
          name[place] = letter
          names.append(String(name))
        }
      }
    }
    let batch = Self.batch(names.map { ($0, 0) })
    let hashes = IDHash.hashes(of: batch.idBytes, ends: batch.idEnds)
    #expect(Set(hashes).count == names.count)
    #expect(Set(hashes.map { $0 >> 32 }).count == names.count, "the half that slots go by")
  }
}
