/// Finds names by their bytes, without making strings: for keys that every case repeats.
package struct NameTable: Sendable {
  private let names: [[UInt8]]
  /// Open addressing over the indices plus one; 0 is free. Its size is a power of two.
  private let slots: [UInt16]

  /// Prepares the table of some names, each of which stands once.
  package init(_ names: [String]) {
    precondition(names.count < Int(UInt16.max), "an index has 16 bits")
    self.names = names.map { Array($0.utf8) }
    var size = 16
    while size < 4 * names.count { size *= 2 }
    var slots = [UInt16](repeating: 0, count: size)
    for (index, name) in self.names.enumerated() {
      var slot = Self.hash(name.span, range: 0..<name.count) & (size - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (size - 1) }
      slots[slot] = UInt16(index + 1)
    }
    self.slots = slots
  }

  /// The index of the name that the bytes of a range write, or nothing.
  ///
  /// - Complexity: O(length) on average, without allocation.
  package func index(of bytes: Span<UInt8>, range: Range<Int>) -> Int? {
    var slot = Self.hash(bytes, range: range) & (slots.count - 1)
    while slots[slot] != 0 {
      let index = Int(slots[slot]) - 1
      if isName(index, bytes, range) { return index }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  private func isName(_ index: Int, _ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
    guard names[index].count == range.count else { return false }
    for offset in 0..<range.count
    where bytes[range.lowerBound + offset] != names[index][offset] { return false }
    return true
  }

  /// FNV-1a.
  private static func hash(_ bytes: Span<UInt8>, range: Range<Int>) -> Int {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for index in range { hash = (hash ^ UInt64(bytes[index])) &* 0x0000_0100_0000_01b3 }
    return Int(truncatingIfNeeded: (hash ^ hash >> 29) & 0x7fff_ffff)
  }
}
