internal import DorsalNumerics

/// Remembers the ids of the cases read last, to find those that stand twice.
///
/// When two windows of ids are kept the older half is forgotten, so an id is found again
/// within at least `window` rows, and memory stays bounded. Where ids are so long that their bytes
/// are many before, the older half of the bytes is forgotten. Ids are compared in full, never
/// by their hash alone; where all are to be remembered, a long one is its SHA-256. As long as ids ascend, as in most files that a program wrote, none can
/// stand twice and nothing is hashed.
package struct RecentIDs {
  private var bytes: [UInt8] = []
  private var ends: [UInt32] = []
  /// Lines are counted from here, so that they take four bytes.
  private var firstLine = 0
  private var lines: [UInt32] = []
  /// Whether each id so far came behind the one before.
  private var ascends = true
  /// The last id, as long as they ascend.
  private var last: [UInt8] = []
  /// The upper half of each id's hash, never 0; empty as long as ids ascend.
  private var halves: [UInt32] = []
  /// Open addressing by the upper half of the hash, which stands above the index plus
  /// one; 0 is free.
  private var slots: [UInt64] = []
  private let window: Int
  /// Whether long ids are remembered by their digests.
  private let digestsLong: Bool
  private let mostBytes: Int

  /// Bytes of ids that a window of so many rows may take: far more than any but hostile files
  /// have.
  package static let usualBytes = 1 << 26

  /// Creates a memory of at least `window` ids.
  ///
  /// - Parameters:
  ///   - window: How many ids; `.max` for all.
  ///   - mostBytes: How many bytes of ids are kept, of which half stay when the others are
  ///     forgotten; by default 64 MB for a window and 4 GB for all ids.
  package init(window: Int, mostBytes: Int? = nil) {
    self.window = window
    digestsLong = window == .max
    self.mostBytes = min(
      mostBytes ?? (window == .max ? Int(UInt32.max) : Self.usualBytes), Int(UInt32.max))
  }

  /// An id of more bytes is long.
  package static let longest = 64

  /// How many bytes the ids take that are remembered.
  package var byteCount: Int { bytes.count }

  /// Notes the ids of a batch.
  ///
  /// - Parameter cases: The cases, in the order of the file.
  /// - Returns: The cases whose id was seen before, and the line where.
  /// - Complexity: O(1) a case on average.
  package mutating func insert(_ cases: CaseBatch) -> [(index: Int, first: Int)] {
    guard cases.count > 0 else { return [] }
    let new = given(cases)
    makeRoom(for: new)
    let before = ends.count
    if ascends, IDHash.ascend(cases.idBytes, ends: cases.idEnds, behind: last) {
      append(new, lines: cases.lines)
      last = Array(cases.idBytes(of: cases.count - 1))
      return []
    }
    if ascends {
      ascends = false
      halves = Self.halves(of: bytes, ends: ends.map { Int($0) })
      fillSlots(for: before + cases.count)
    }
    let own = Self.halves(of: new.bytes, ends: new.ends)
    touch(own)
    append(new, lines: cases.lines)
    halves.append(contentsOf: own)
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
    if !repeated.isEmpty { dropRepeated(from: before) }
    return repeated
  }

  /// How many bytes of memory it may ask for to note the ids of a batch.
  package func growth(by cases: CaseBatch) -> Int {
    let count = cases.count
    let needed = ends.count + count
    let isFull = !ascends && needed * 4 > slots.count * 3
    // Where ids ascend no more, all of them get hashes and slots.
    let table = ascends ? needed * (12 + 8 * 4) : isFull ? needed * 8 * 4 : 0
    return table + bytes.growth(by: cases.idBytes.count) + ends.growth(by: count)
      + lines.growth(by: count) + halves.growth(by: ascends ? 0 : count)
  }

  /// Ids as they are remembered, one behind the other.
  private typealias IDs = (bytes: [UInt8], ends: [Int])

  /// The ids of a batch; of a long one its digest, which zeros make as long as no other id is.
  private func given(_ cases: CaseBatch) -> IDs {
    let ends = cases.idEnds
    var start = 0
    var hasLong = false
    if digestsLong, cases.idBytes.count > Self.longest {
      for end in ends {
        if end - start > Self.longest { hasLong = true }
        start = end
      }
    }
    guard hasLong else { return (cases.idBytes, ends) }
    var ids: IDs = ([], [])
    ids.ends.reserveCapacity(ends.count)
    start = 0
    for end in ends {
      let id = Array(cases.idBytes[start..<end])
      start = end
      if id.count > Self.longest {
        ids.bytes += SHA256.hexadecimalDigest(of: id).utf8
        ids.bytes.append(0)
      } else {
        ids.bytes += id
      }
      ids.ends.append(ids.bytes.count)
    }
    return ids
  }

  /// Takes the ids from one on that were seen before out again, which hardly ever happens: kept,
  /// they would fill the window.
  private mutating func dropRepeated(from first: Int) {
    let start = first == 0 ? 0 : Int(ends[first - 1])
    var kept: [UInt8] = []
    var newEnds: [UInt32] = []
    var next = first
    for index in first..<ends.count where halves[index] != 0 {
      kept += id(index)
      var slot = Int(halves[index]) & (slots.count - 1)
      while slots[slot] != entry(index) { slot = (slot + 1) & (slots.count - 1) }
      // Places behind `next` are not moved yet, and those before it are read no more.
      halves[next] = halves[index]
      lines[next] = lines[index]
      slots[slot] = entry(next)
      next += 1
      newEnds.append(UInt32(start + kept.count))
    }
    bytes.replaceSubrange(start..., with: kept)
    ends.replaceSubrange(first..., with: newEnds)
    lines.removeLast(lines.count - next)
    halves.removeLast(halves.count - next)
  }

  private static func halves(of ids: [UInt8], ends: [Int]) -> [UInt32] {
    IDHash.hashes(of: ids, ends: ends).map { max(UInt32(truncatingIfNeeded: $0 >> 32), 1) }
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

  private mutating func append(_ ids: IDs, lines newLines: [Int]) {
    if ends.isEmpty {
      firstLine = newLines.min() ?? 0
      reserve(like: ids)
    }
    let (length, first) = (bytes.count, firstLine)
    bytes.append(contentsOf: ids.bytes)
    ends.append(contentsOf: ids.ends.map { UInt32(length + $0) })
    lines.append(contentsOf: newLines.map { UInt32(clamping: $0 - first) })
  }

  /// Sets memory aside for two windows of such ids, so that it does not grow by copies.
  private mutating func reserve(like ids: IDs) {
    guard window < 1 << 20, !ids.ends.isEmpty else { return }
    let count = 2 * window + 2 * ids.ends.count
    ends.reserveCapacity(count)
    lines.reserveCapacity(count)
    bytes.reserveCapacity(min(count * (ids.bytes.count / ids.ends.count + 2), 1 << 24))
  }

  /// Forgets the older half where there are two windows.
  private mutating func makeRoom(for ids: IDs) {
    var forgotten = ends.count / 2 >= window ? window : 0
    if ends.count + ids.ends.count >= Int(UInt32.max) { forgotten = ends.count - ends.count / 2 }
    if bytes.count + ids.bytes.count > mostBytes, !ends.isEmpty {
      let kept = max(0, min(mostBytes / 2, mostBytes - ids.bytes.count))
      let last = ends.firstIndex { bytes.count - Int($0) <= kept } ?? ends.count - 1
      forgotten = max(forgotten, last + 1)
    }
    if forgotten > 0 { forget(forgotten) }
    if ascends { return }
    let needed = ends.count + ids.ends.count
    if forgotten > 0 || needed * 4 > slots.count * 3 { fillSlots(for: needed) }
  }

  /// Gives every id its slot, in a table that keeps a quarter of its slots free.
  private mutating func fillSlots(for count: Int) {
    var size = max(slots.count, 1024)
    while count * 4 > size * 3 { size *= 2 }
    if size == slots.count {
      for slot in slots.indices { slots[slot] = 0 }
    } else {
      slots = [UInt64](repeating: 0, count: size)
    }
    for index in ends.indices {
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
    if !ascends { halves.removeFirst(count) }
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
  private func touch(_ halves: [UInt32]) -> Int {
    var taken = 0
    let slots = slots.span
    for half in halves { taken += slots[Int(half) & (slots.count - 1)] == 0 ? 0 : 1 }
    return taken
  }
}
