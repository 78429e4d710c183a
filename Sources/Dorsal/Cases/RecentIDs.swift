/// Remembers the ids of the cases read last, to find those that stand twice.
///
/// Two generations of up to `window` ids are kept; when the younger one is full it
/// becomes the older one and the older one is forgotten. So an id is found again
/// within at least `window` rows, and memory stays bounded. Ids are compared in
/// full, never by their hash alone.
package struct RecentIDs {
  private struct Generation {
    var bytes: [UInt8] = []
    var ends: [UInt32] = []
    /// Lines are counted from here, so that they take four bytes.
    var firstLine = 0
    var lines: [UInt32] = []
    /// Open addressing by the upper half of the hash, which stands above the index plus
    /// one; 0 is free.
    var slots = [UInt64](repeating: 0, count: 1024)

    var count: Int { ends.count }

    func range(_ index: Int) -> Range<Int> {
      (index == 0 ? 0 : Int(ends[index - 1]))..<Int(ends[index])
    }

    func line(of id: ArraySlice<UInt8>, hash: UInt64) -> Int? {
      var slot = Int(truncatingIfNeeded: hash >> 32) & (slots.count - 1)
      while slots[slot] != 0 {
        let entry = slots[slot]
        if entry >> 32 == hash >> 32 {
          let index = Int(truncatingIfNeeded: entry & 0xffff_ffff) - 1
          if bytes[range(index)] == id { return firstLine + Int(lines[index]) }
        }
        slot = (slot + 1) & (slots.count - 1)
      }
      return nil
    }

    mutating func insert(_ id: ArraySlice<UInt8>, hash: UInt64, line: Int) {
      if lines.isEmpty { firstLine = line }
      bytes.append(contentsOf: id)
      ends.append(UInt32(bytes.count))
      lines.append(UInt32(clamping: line - firstLine))
      if ends.count * 4 > slots.count * 3 { grow() }
      place(hash & ~0xffff_ffff | UInt64(ends.count))
    }

    private mutating func grow() {
      let old = slots
      slots = [UInt64](repeating: 0, count: old.count * 2)
      for entry in old where entry != 0 { place(entry) }
    }

    private mutating func place(_ entry: UInt64) {
      var slot = Int(truncatingIfNeeded: entry >> 32) & (slots.count - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = entry
    }

    /// Forgets all ids and keeps their memory.
    mutating func removeAll() {
      bytes.removeAll(keepingCapacity: true)
      ends.removeAll(keepingCapacity: true)
      lines.removeAll(keepingCapacity: true)
      for slot in slots.indices { slots[slot] = 0 }
    }

    /// Whether another id of some length has a place.
    func holds(another length: Int) -> Bool {
      bytes.count + length <= Int(UInt32.max) && count < Int(UInt32.max) - 1
    }
  }

  private var younger = Generation()
  private var older = Generation()
  private let window: Int

  /// Creates a memory of at least `window` ids, or of 4 GB of them.
  package init(window: Int) {
    self.window = window
  }

  /// Notes an id.
  ///
  /// - Parameters:
  ///   - id: The id.
  ///   - hash: Its `hash`.
  ///   - line: Where it stands.
  /// - Returns: The line on which it was seen before, or nothing.
  /// - Complexity: O(1) on average.
  package mutating func insert(_ id: ArraySlice<UInt8>, hash: UInt64, line: Int) -> Int? {
    if let seen = younger.line(of: id, hash: hash) ?? older.line(of: id, hash: hash) {
      return seen
    }
    if younger.count >= window || !younger.holds(another: id.count) {
      swap(&older, &younger)
      younger.removeAll()
    }
    younger.insert(id, hash: hash, line: line)
    return nil
  }

  /// Notes an id whose hash is not known yet.
  package mutating func insert(_ id: ArraySlice<UInt8>, line: Int) -> Int? {
    insert(id, hash: Self.hash(id), line: line)
  }

  /// Looks at the places of some ids all at once, so that the processor waits for
  /// memory once and not once an id.
  ///
  /// - Returns: How many of the places are taken.
  @discardableResult
  package func touch(_ hashes: [UInt64]) -> Int {
    var taken = 0
    let (young, old) = (younger.slots.span, older.slots.span)
    for hash in hashes {
      let place = Int(truncatingIfNeeded: hash >> 32)
      taken += young[place & (young.count - 1)] == 0 ? 0 : 1
      taken += old[place & (old.count - 1)] == 0 ? 0 : 1
    }
    return taken
  }

  /// FNV-1a with a final mix, so that ids that differ in their last digits spread.
  package static func hash(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    hash = (hash ^ hash >> 32) &* 0x9e37_79b9_7f4a_7c15
    return hash ^ hash >> 29
  }
}
