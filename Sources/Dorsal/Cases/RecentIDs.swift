/// Remembers the ids of the cases read last, to find those that stand twice.
///
/// When two windows of ids are kept the older half is forgotten, so an id is found again
/// within at least `window` rows, and memory stays bounded. Ids are compared in full, never
/// by their hash alone.
package struct RecentIDs {
  private var bytes: [UInt8] = []
  private var ends: [UInt32] = []
  /// Lines are counted from here, so that they take four bytes.
  private var firstLine = 0
  private var lines: [UInt32] = []
  /// The upper half of each id's hash; 0 for an id that was seen before, which has no slot.
  private var halves: [UInt32] = []
  /// Open addressing by the upper half of the hash, which stands above the index plus
  /// one; 0 is free.
  private var slots = [UInt64](repeating: 0, count: 1024)
  private let window: Int

  /// Creates a memory of at least `window` ids, or of 4 GB of them.
  package init(window: Int) {
    self.window = window
  }

  /// Notes the ids of a batch.
  ///
  /// - Parameters:
  ///   - cases: The cases, in the order of the file.
  ///   - hashes: The hash of each id, as from `hashes(of:)`.
  /// - Returns: The cases whose id was seen before, and the line where.
  /// - Complexity: O(1) a case on average.
  package mutating func insert(
    _ cases: CaseBatch, hashes: [UInt64]
  ) -> [(index: Int, first: Int)] {
    precondition(hashes.count == cases.count, "each id has a hash")
    makeRoom(for: cases)
    touch(hashes)
    let before = ends.count
    append(cases, hashes: hashes)
    var repeated: [(index: Int, first: Int)] = []
    for index in before..<ends.count {
      let (slot, seen) = place(halves[index], of: index)
      if let seen {
        repeated.append((index - before, firstLine + Int(lines[seen])))
        halves[index] = 0
      } else {
        slots[slot] = entry(index)
      }
    }
    return repeated
  }

  private func id(_ index: Int) -> ArraySlice<UInt8> {
    bytes[(index == 0 ? 0 : Int(ends[index - 1]))..<Int(ends[index])]
  }

  private func entry(_ index: Int) -> UInt64 { UInt64(halves[index]) << 32 | UInt64(index + 1) }

  /// Finds the slot of an id, free or taken.
  ///
  /// - Returns: The slot, and the id that has it where it is the same.
  @inline(__always)
  private func place(_ half: UInt32, of index: Int) -> (slot: Int, seen: Int?) {
    let mask = slots.count - 1
    var slot = Int(half) & mask
    while slots[slot] != 0 {
      if slots[slot] >> 32 == half {
        let other = Int(truncatingIfNeeded: slots[slot] & 0xffff_ffff) - 1
        if id(other) == id(index) { return (slot, other) }
      }
      slot = (slot + 1) & mask
    }
    return (slot, nil)
  }

  private mutating func append(_ cases: CaseBatch, hashes: [UInt64]) {
    if ends.isEmpty {
      firstLine = cases.lines.min() ?? 0
      reserve(like: cases)
    }
    let (length, first) = (bytes.count, firstLine)
    bytes.append(contentsOf: cases.idBytes)
    ends.append(contentsOf: cases.idEnds.map { UInt32(length + $0) })
    lines.append(contentsOf: cases.lines.map { UInt32(clamping: $0 - first) })
    halves.append(contentsOf: hashes.map { max(UInt32(truncatingIfNeeded: $0 >> 32), 1) })
  }

  /// Sets memory aside for two windows of such ids, so that it does not grow by copies.
  private mutating func reserve(like cases: CaseBatch) {
    guard window < 1 << 20, cases.count > 0 else { return }
    let count = 2 * window + 2 * cases.count
    ends.reserveCapacity(count)
    lines.reserveCapacity(count)
    halves.reserveCapacity(count)
    bytes.reserveCapacity(min(count * (cases.idBytes.count / cases.count + 2), 1 << 24))
  }

  /// Forgets the older half where there are two windows, and keeps a quarter of the slots free.
  private mutating func makeRoom(for cases: CaseBatch) {
    let isFull =
      bytes.count + cases.idBytes.count > Int(UInt32.max)
      || ends.count + cases.count >= Int(UInt32.max)
    let forgotten = isFull ? ends.count - ends.count / 2 : ends.count / 2 >= window ? window : 0
    if forgotten > 0 { forget(forgotten) }
    let needed = ends.count + cases.count
    var size = slots.count
    while needed * 4 > size * 3 { size *= 2 }
    guard forgotten > 0 || size > slots.count else { return }
    if size == slots.count {
      for slot in slots.indices { slots[slot] = 0 }
    } else {
      slots = [UInt64](repeating: 0, count: size)
    }
    for index in ends.indices where halves[index] != 0 {
      var slot = Int(halves[index]) & (size - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (size - 1) }
      slots[slot] = entry(index)
    }
  }

  /// Forgets the first ids, but for their slots.
  private mutating func forget(_ count: Int) {
    let (length, line) = (ends[count - 1], lines[count - 1])
    bytes.removeFirst(Int(length))
    ends.removeFirst(count)
    lines.removeFirst(count)
    halves.removeFirst(count)
    for index in ends.indices { ends[index] -= length }
    // Lines ascend, but for those that were clamped.
    guard let least = lines.min(), least >= line else { return }
    for index in lines.indices { lines[index] -= line }
    firstLine += Int(line)
  }

  /// Looks at the places of some ids all at once, so that the processor waits for
  /// memory once and not once an id.
  ///
  /// - Returns: How many of the places are taken.
  @discardableResult
  private func touch(_ hashes: [UInt64]) -> Int {
    var taken = 0
    let slots = slots.span
    for hash in hashes {
      taken += slots[Int(truncatingIfNeeded: hash >> 32) & (slots.count - 1)] == 0 ? 0 : 1
    }
    return taken
  }

  /// The hash of the id of each case.
  ///
  /// - Complexity: O(bytes).
  package static func hashes(of cases: CaseBatch) -> [UInt64] {
    IDHash.hashes(of: cases.idBytes, ends: cases.idEnds)
  }
}
