/// Sorting of many keys without comparisons.
package enum RadixSort {
  /// Sorts keys by their bits from `firstBit` up; keys equal in them keep their order.
  ///
  /// - Complexity: O(keys) for each 11 bits; memory for the keys once more.
  package static func sort(_ keys: inout [UInt64], fromBit firstBit: Int) {
    var other = [UInt64](repeating: 0, count: keys.count)
    var shift = UInt64(firstBit)
    while shift < 64 {
      pass(keys, into: &other, shift: shift)
      swap(&keys, &other)
      shift += 11
    }
  }

  /// Orders keys by 11 of their bits.
  private static func pass(_ keys: [UInt64], into output: inout [UInt64], shift: UInt64) {
    var places = [Int](repeating: 0, count: 2049)
    var ends = places.mutableSpan
    let source = keys.span
    for index in source.indices { ends[Int((source[index] >> shift) & 2047) + 1] += 1 }
    for digit in 1..<ends.count { ends[digit] += ends[digit - 1] }
    var target = output.mutableSpan
    for index in source.indices {
      let digit = Int((source[index] >> shift) & 2047)
      target[ends[digit]] = source[index]
      ends[digit] += 1
    }
  }
}
