package import DorsalNumerics

/// A source of the bytes that another one holds in a packed form.
///
/// No more is unpacked than is asked for, so that a small file that becomes a very large one takes
/// time and no memory.
package struct CompressedByteSource: ByteSource {
  private var source: any ByteSource
  private let decompressor: Decompressor
  private var packed: [UInt8]
  private var next = 0
  /// How many packed bytes came before those in hand.
  private var before = 0
  private var isAtEnd = false

  /// Why a file cannot be unpacked, in words that name the byte.
  package struct Fault: Error, Sendable, CustomStringConvertible {
    /// The cause.
    package let description: String
  }

  /// Packed bytes are read so many at a time.
  private static let stretch = 1 << 17

  /// Unpacks another source.
  ///
  /// - Parameters:
  ///   - source: The other source.
  ///   - rest: What was read of it already.
  ///   - format: How its bytes are packed.
  package init(
    _ source: any ByteSource, behind rest: [UInt8], format: Decompressor.Format
  ) throws {
    (self.source, packed) = (source, rest)
    do {
      decompressor = try Decompressor(format)
    } catch {
      throw Fault(description: error.message)
    }
  }

  /// How bytes are packed that begin so, if they are.
  package static func format(of beginning: some Collection<UInt8>) -> Decompressor.Format? {
    Decompressor.Format.allCases.first { beginning.starts(with: $0.signature) }
  }

  package mutating func read(upTo count: Int) throws -> [UInt8] {
    try read(upTo: count, behind: [])
  }

  package mutating func read(upTo count: Int, behind rest: [UInt8]) throws -> [UInt8] {
    var output = rest
    let target = rest.count + count
    while output.count < target {
      if next == packed.count, !isAtEnd, !decompressor.holdsMore {
        before += packed.count
        packed = try source.read(upTo: Self.stretch)
        next = 0
        isAtEnd = packed.isEmpty
      }
      if isAtEnd, !decompressor.holdsMore {
        if decompressor.isWhole { break }
        // What could be unpacked is given first, so that the place is known where it ends.
        if output.count > rest.count { break }
        throw Fault(
          description: "the \(decompressor.format.rawValue) data end early, at byte \(before) of "
            + "the file; is it cut off?")
      }
      do throws(Decompressor.Fault) {
        try decompressor.unpack(packed, from: &next, to: &output, upTo: target)
      } catch {
        throw Fault(description: error.message + ", at byte \(before + next) of the file")
      }
    }
    return output
  }
}
