/// Numbers that begin at a multiple of 64 bytes, for the inner loops: a row that crosses
/// a line of the cache costs two reads.
///
/// Whoever holds one alone may write it; shared ones are only read.
@safe
package final class AlignedArray<Number: BitwiseCopyable & Sendable & ExpressibleByIntegerLiteral> {
  package let count: Int
  @usableFromInline let storage: UnsafeMutableBufferPointer<Number>

  /// Creates zeros.
  package init(count: Int) {
    self.count = count
    let bytes = UnsafeMutableRawPointer.allocate(
      byteCount: max(count, 1) * MemoryLayout<Number>.stride, alignment: 64)
    unsafe storage = UnsafeMutableBufferPointer(
      start: bytes.bindMemory(to: Number.self, capacity: count), count: count)
    unsafe storage.initialize(repeating: 0)
  }

  /// Creates numbers that have no value yet: whoever reads one writes it first.
  package init(unwrittenCount count: Int) {
    self.count = count
    let bytes = UnsafeMutableRawPointer.allocate(
      byteCount: max(count, 1) * MemoryLayout<Number>.stride, alignment: 64)
    unsafe storage = UnsafeMutableBufferPointer(
      start: bytes.bindMemory(to: Number.self, capacity: count), count: count)
  }

  deinit { unsafe storage.deallocate() }

  /// A number, counted from 0.
  @inlinable
  package subscript(index: Int) -> Number {
    get {
      precondition(index >= 0 && index < count, "inside the array")
      return unsafe storage[index]
    }
    set {
      precondition(index >= 0 && index < count, "inside the array")
      unsafe storage[index] = newValue
    }
  }

  /// The address of the numbers, for calls of the inner loops. The array outlives the call
  /// where the caller holds it to the end.
  var base: UnsafeMutablePointer<Number>? { unsafe storage.baseAddress }

  /// Adds the first numbers behind those of an array.
  package func append(first count: Int, to array: inout [Number]) {
    precondition(count >= 0 && count <= self.count, "inside the array")
    unsafe array.append(contentsOf: UnsafeBufferPointer(rebasing: storage[0..<count]))
  }
}
