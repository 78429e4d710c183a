public import DorsalNumerics

/// Where the bytes of a case file come from, read once and in order.
public protocol ByteSource {
  /// The next bytes.
  ///
  /// - Parameter count: The most bytes to give, at least 1.
  /// - Returns: At least one byte, or none at the end.
  /// - Throws: Whatever keeps the bytes from being read.
  mutating func read(upTo count: Int) throws -> [UInt8]

  /// The next bytes behind some that are there, which a source may do without a copy.
  ///
  /// - Parameters:
  ///   - count: The most bytes to give, at least 1.
  ///   - rest: What comes first in the answer.
  /// - Returns: `rest` and at least one more byte, or `rest` at the end.
  mutating func read(upTo count: Int, behind rest: [UInt8]) throws -> [UInt8]
}

extension ByteSource {
  /// What `read(upTo:)` gives, behind some bytes.
  public mutating func read(upTo count: Int, behind rest: [UInt8]) throws -> [UInt8] {
    let bytes = try read(upTo: count)
    return rest.isEmpty ? bytes : rest + bytes
  }
}

/// Bytes that are in memory already.
public struct MemoryByteSource: ByteSource {
  private var rest: ArraySlice<UInt8>

  /// A source of these bytes.
  public init(_ bytes: [UInt8]) { rest = bytes[...] }

  /// A source of a text in UTF-8.
  public init(_ text: String) { self.init(Array(text.utf8)) }

  /// The next bytes.
  public mutating func read(upTo count: Int) -> [UInt8] {
    let chunk = Array(rest.prefix(count))
    rest = rest.dropFirst(count)
    return chunk
  }
}

/// The bytes of an open file, a pipe or a terminal.
public struct FileByteSource: ByteSource {
  private let file: OpenFile

  /// A source that reads a file from where it stands.
  public init(_ file: OpenFile) { self.file = file }

  /// The next bytes.
  public mutating func read(upTo count: Int) throws -> [UInt8] {
    try read(upTo: count, behind: [])
  }

  /// The next bytes behind some that are there: as many as asked for, unless the file ends.
  public mutating func read(upTo count: Int, behind rest: [UInt8]) throws -> [UInt8] {
    try file.read(upTo: count, behind: rest)
  }
}

/// A source that sums up, as SHA-256, the bytes that it passes on.
public final class HashingByteSource: ByteSource {
  private var source: any ByteSource
  private var hasher = SHA256.Hasher()

  /// Sums up what another source gives.
  public init(_ source: any ByteSource) { self.source = source }

  /// The next bytes of the other source.
  public func read(upTo count: Int) throws -> [UInt8] {
    let bytes = try source.read(upTo: count)
    hasher.update(bytes)
    return bytes
  }

  /// The SHA-256 of some bytes, as 64 hexadecimal digits.
  public static func checksum(of bytes: [UInt8]) -> String {
    var hasher = SHA256.Hasher()
    hasher.update(bytes)
    return hasher.hexadecimalDigest
  }

  /// The SHA-256 of the bytes so far, as 64 hexadecimal digits.
  public var checksum: String { hasher.hexadecimalDigest }
}
