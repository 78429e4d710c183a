/// Perfect hashes of short names: each name of a list has a slot of its own, found by one
/// multiplication of its bytes.
///
/// Names that no slot is found for, because their keys are alike or because there are very many
/// names, stand in no table. The inner loops then do not know them and leave them, like names
/// that are too long, to the reader of single records.
struct NameSlots: Sendable {
  /// Four words a slot: the bytes of its name, zero behind them.
  private(set) var words: [UInt64] = []
  /// The code of each slot: 0 for the empty name, `noName` for free ones; one more stands
  /// behind the last, since codes are read in pairs.
  private(set) var codes: [UInt16] = [noName]
  private var known: [[String]: [(codes: [UInt16], table: Table)]] = [:]

  /// The code of a slot that has no name.
  static let noName = UInt16.max
  /// Longer names have no slot.
  static let longestName = 32

  /// Where the names of a list are, and how they are hashed.
  struct Table: Sendable {
    /// The first slot.
    let first: Int
    /// The greatest length in bytes that is looked at: 8, 16 or 32.
    let width: Int
    let multiplier: UInt64
    /// The slot is the product of key and multiplier, shifted down by so much.
    let shift: Int
  }

  /// The slots of a list of names, which may be shared with a list that is the same.
  ///
  /// - Parameter names: Different names, each with a code that is not 0. Those of more than
  ///   `longestName` bytes are passed over, and so are those that find no slot.
  mutating func table(of names: [(name: String, code: UInt16)]) -> Table {
    let short = names.filter { $0.name.utf8.count <= Self.longestName && !$0.name.isEmpty }
    let texts = short.map(\.name)
    if let same = known[texts]?.first(where: { $0.codes == short.map(\.code) }) {
      return same.table
    }
    let longest = short.map { $0.name.utf8.count }.max() ?? 0
    let width = longest <= 8 ? 8 : longest <= 16 ? 16 : 32
    let cells = short.map { Self.words(of: $0.name) }
    let (slots, multiplier, shift) = Self.hash(cells.map { Self.key($0) })
    let first = codes.count - 1
    let size = 1 << (64 - shift)
    words += [UInt64](repeating: 0, count: 4 * size)
    codes += [UInt16](repeating: Self.noName, count: size)
    codes[first] = 0
    for (index, slot) in slots.enumerated() {
      guard let slot else { continue }
      codes[first + slot] = short[index].code
      for word in 0..<4 { words[4 * (first + slot) + word] = cells[index][word] }
    }
    let table = Table(first: first, width: width, multiplier: multiplier, shift: shift)
    known[texts, default: []].append((short.map(\.code), table))
    return table
  }

  /// The bytes of a name as four words, the first byte lowest, zero behind the end.
  private static func words(of name: String) -> [UInt64] {
    var words = [UInt64](repeating: 0, count: 4)
    for (index, byte) in name.utf8.enumerated() {
      words[index / 8] |= UInt64(byte) << (8 * UInt64(index % 8))
    }
    return words
  }

  /// What is hashed. Words behind the width of the list are zero and change nothing.
  private static func key(_ words: [UInt64]) -> UInt64 {
    words[0] ^ turned(words[1], 17) ^ turned(words[2], 31) ^ turned(words[3], 47)
  }

  private static func turned(_ word: UInt64, _ by: UInt64) -> UInt64 {
    word << by | word >> (64 - by)
  }

  /// The most slots of a list, as a power of two: some megabytes.
  private static let mostBits = 17

  /// Finds a multiplier that gives every key a slot of its own; slot 0 is the empty name's.
  ///
  /// Of two keys that are the same the second gets none. Where there are so many keys that no
  /// multiplier parts them all, the best of those tried is taken and keys that meet an earlier
  /// one get none.
  ///
  /// - Returns: The slot of each key or nothing, the multiplier and the shift.
  /// - Complexity: O(keys) a multiplier, of which some hundreds are tried.
  private static func hash(
    _ keys: [UInt64]
  ) -> (slots: [Int?], multiplier: UInt64, shift: Int) {
    var seen: Set<UInt64> = [0]
    let parted = keys.map { seen.insert($0).inserted }
    let count = parted.count { $0 }
    var bits = 2
    while 1 << bits < 2 * keys.count + 1, bits < mostBits { bits += 1 }
    var random = SplitMix64(seed: 1)
    var best: (count: Int, slots: [Int?], multiplier: UInt64, shift: Int) = (-1, [], 1, 64 - bits)
    // The number of the multiplier that took a slot last.
    var takenBy: [Int] = []
    var number = 0
    while true {
      takenBy = [Int](repeating: 0, count: 1 << bits)
      // Very many keys hardly ever part, and each try goes through all of them.
      for _ in 0..<(keys.count <= 2048 ? 200 : 10) {
        let multiplier = random.next() | 1
        number += 1
        takenBy[0] = number
        var slots = [Int?](repeating: nil, count: keys.count)
        var found = 0
        for (index, key) in keys.enumerated() where parted[index] {
          let slot = Int(truncatingIfNeeded: (key &* multiplier) >> (64 - UInt64(bits)))
          guard takenBy[slot] != number else { continue }
          takenBy[slot] = number
          slots[index] = slot
          found += 1
        }
        if found == count { return (slots, multiplier, 64 - bits) }
        if found > best.count { best = (found, slots, multiplier, 64 - bits) }
      }
      guard bits < mostBits else { return (best.slots, best.multiplier, best.shift) }
      bits += 1
    }
  }
}
