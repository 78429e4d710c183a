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

  @Test func `ids so long that they would fill memory are forgotten by their bytes`() {
    var ids = RecentIDs(window: 100, mostBytes: 10_000)
    // They descend, so that they are hashed.
    for line in 1...150 { #expect(Self.insert([("\(999 - line)", line)], into: &ids).isEmpty) }
    for line in 151...400 {
      let id = "\(999 - line)" + String(repeating: "y", count: 900)
      #expect(Self.insert([(id, line)], into: &ids).isEmpty)
      #expect(ids.byteCount <= 10_000)
      // The one before is remembered all the same.
      #expect(Self.insert([(id, line)], into: &ids) == [[0, line]])
    }
  }

  @Test func `long ids take no more memory than short ones`() {
    var ids = RecentIDs(window: .max)
    func id(_ number: Int) -> String { String(repeating: "y", count: 100_000) + "\(number)" }
    for line in 1...100 { #expect(Self.insert([(id(1000 - line), line)], into: &ids).isEmpty) }
    #expect(ids.byteCount <= 100 * (RecentIDs.longest + 1))
    for line in 1...100 {
      // In one batch with a short one.
      let list = [(id: "\(line)", line: 200 + line), (id: id(1000 - line), line: 200)]
      #expect(Self.insert(list, into: &ids) == [[1, line]])
    }
  }

  @Test func `a digest is the id of nobody`() {
    var ids = RecentIDs(window: .max)
    let long = String(repeating: "z", count: RecentIDs.longest + 1)
    let digest = SHA256.hexadecimalDigest(of: Array(long.utf8))
    #expect(
      Self.insert([(long, 1), (digest, 2), (long, 3), (digest, 4)], into: &ids) == [
        [2, 1], [3, 2],
      ])
    let same = String(repeating: "z", count: RecentIDs.longest)
    #expect(Self.insert([(same, 5), (same, 6)], into: &ids) == [[1, 5]])
  }

  /// Ids whose hashes had one upper half before hashes had a secret, by the inverse of its
  /// steps.
  @Test func `nobody can write ids whose hashes are alike`() {
    let factor: UInt64 = 0x9e37_79b9_7f4a_7c15
    var inverse = factor
    for _ in 0..<6 { inverse = inverse &* (2 &- factor &* inverse) }
    func mixed(_ hash: UInt64, _ word: UInt64) -> UInt64 {
      let product = (hash ^ word) &* factor
      return product ^ product >> 32
    }
    func unmixed(_ hash: UInt64) -> UInt64 { (hash ^ hash >> 32) &* inverse }
    let seed = mixed(0xcbf2_9ce4_8422_2325, 8)
    var bytes: [UInt8] = []
    for low in 0..<UInt64(2000) {
      let word = unmixed(unmixed(0x1234_5678 << 32 | low)) ^ seed
      #expect(mixed(mixed(seed, word), 0) >> 32 == 0x1234_5678)
      for byte in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: word >> (8 * UInt64(byte)))) }
    }
    let ends = (1...2000).map { 8 * $0 }
    let hashes = IDHash.hashes(of: bytes, ends: ends)
    let halves = Set(hashes.map { $0 >> 32 })
    // Of 2,000 random halves of 32 bits hardly two are the same.
    #expect(halves.count > 1990)
    // An id has one hash all through a run.
    #expect(IDHash.hashes(of: bytes, ends: ends) == hashes)
  }
}
