/// Remembers the ids of the cases read last, to find those that stand twice.
///
/// Two generations of up to `window` ids are kept; when the younger one is full it
/// becomes the older one and the older one is forgotten. So an id is found again
/// within at least `window` rows, and memory stays bounded. Ids are compared in
/// full, never by their hash alone.
package struct RecentIDs {
  private struct Generation {
    var bytes: [UInt8] = []
    var ends: [Int] = []
    var lines: [Int] = []
    /// Open addressing over the indices plus one; 0 is free.
    var slots = [UInt32](repeating: 0, count: 1024)

    func range(_ index: Int) -> Range<Int> { (index == 0 ? 0 : ends[index - 1])..<ends[index] }

    func line(of id: ArraySlice<UInt8>, hash: UInt64) -> Int? {
      var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
      while slots[slot] != 0 {
        let index = Int(slots[slot]) - 1
        if bytes[range(index)] == id { return lines[index] }
        slot = (slot + 1) & (slots.count - 1)
      }
      return nil
    }

    mutating func insert(_ id: ArraySlice<UInt8>, hash: UInt64, line: Int) {
      bytes.append(contentsOf: id)
      ends.append(bytes.count)
      lines.append(line)
      if ends.count * 2 > slots.count {
        slots = [UInt32](repeating: 0, count: slots.count * 2)
        for index in ends.indices { place(index, hash: RecentIDs.hash(bytes[range(index)])) }
      } else {
        place(ends.count - 1, hash: hash)
      }
    }

    private mutating func place(_ index: Int, hash: UInt64) {
      var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = UInt32(index + 1)
    }
  }

  private var younger = Generation()
  private var older = Generation()
  private let window: Int

  /// Creates a memory of at least `window` ids.
  package init(window: Int) {
    self.window = window
  }

  /// Notes an id.
  ///
  /// - Returns: The line on which it was seen before, or nothing.
  /// - Complexity: O(1) on average.
  package mutating func insert(_ id: ArraySlice<UInt8>, line: Int) -> Int? {
    let hash = Self.hash(id)
    if let seen = younger.line(of: id, hash: hash) ?? older.line(of: id, hash: hash) {
      return seen
    }
    if younger.ends.count == window {
      older = younger
      younger = Generation()
    }
    younger.insert(id, hash: hash, line: line)
    return nil
  }

  /// FNV-1a with a final mix, so that ids that differ in their last digits spread.
  private static func hash(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    hash ^= hash >> 32
    return hash &* 0x9e37_79b9_7f4a_7c15 >> 16
  }
}
