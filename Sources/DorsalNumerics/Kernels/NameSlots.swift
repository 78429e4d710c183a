/// Perfect hashes of short names: each name of a list has a slot of its own, found by one
/// multiplication of its bytes.
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
  ///   `longestName` bytes are passed over.
  mutating func table(of names: [(name: String, code: UInt16)]) -> Table {
    let short = names.filter { $0.name.utf8.count <= Self.longestName && !$0.name.isEmpty }
    let texts = short.map(\.name)
    if let same = known[texts]?.first(where: { $0.codes == short.map(\.code) }) {
      return same.table
    }
    let longest = short.map { $0.name.utf8.count }.max() ?? 0
    let width = longest <= 8 ? 8 : longest <= 16 ? 16 : 32
    let cells = short.map { Self.words(of: $0.name) }
    let (slots, multiplier, shift) = Self.hash(cells.map(Self.key))
    let first = codes.count - 1
    let size = 1 << (64 - shift)
    words += [UInt64](repeating: 0, count: 4 * size)
    codes += [UInt16](repeating: Self.noName, count: size)
    codes[first] = 0
    for (index, slot) in slots.enumerated() {
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

  /// Finds a multiplier that gives every key a slot of its own; slot 0 is the empty name's.
  ///
  /// - Returns: The slot of each key, the multiplier and the shift.
  private static func hash(
    _ keys: [UInt64]
  ) -> (slots: [Int], multiplier: UInt64, shift: Int) {
    var bits = 2
    while 1 << bits < 2 * keys.count + 1 { bits += 1 }
    var random = SplitMix64(seed: 1)
    while true {
      for _ in 0..<200 {
        let multiplier = random.next() | 1
        let slots = keys.map { Int(truncatingIfNeeded: ($0 &* multiplier) >> (64 - UInt64(bits))) }
        if !slots.contains(0), Set(slots).count == slots.count {
          return (slots, multiplier, 64 - bits)
        }
      }
      // Two equal keys would never part; names that differ in 32 bytes hardly ever have them.
      precondition(bits < 24, "the names of a list differ")
      bits += 1
    }
  }
}
