import Foundation

/// Arrays in NumPy's format `.npy`, version 1.0: little-endian, row after row.
enum NumPyFile {
  /// Writes bytes.
  static func write(_ values: [UInt8], shape: [Int], to url: URL) throws {
    try write(type: "|u1", shape: shape, bytes: values, to: url)
  }

  /// Writes single-precision numbers.
  static func write(_ values: [Float], shape: [Int], to url: URL) throws {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(values.count * 4)
    for value in values { append(UInt64(value.bitPattern), count: 4, to: &bytes) }
    try write(type: "<f4", shape: shape, bytes: bytes, to: url)
  }

  /// Writes double-precision numbers.
  static func write(_ values: [Double], shape: [Int], to url: URL) throws {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(values.count * 8)
    for value in values { append(value.bitPattern, count: 8, to: &bytes) }
    try write(type: "<f8", shape: shape, bytes: bytes, to: url)
  }

  private static func append(_ bits: UInt64, count: Int, to bytes: inout [UInt8]) {
    for byte in 0..<count { bytes.append(UInt8(truncatingIfNeeded: bits >> (8 * UInt64(byte)))) }
  }

  private static func write(type: String, shape: [Int], bytes: [UInt8], to url: URL) throws {
    let sides = shape.map { "\($0)," }.joined(separator: " ")
    var header = Array("{'descr': '\(type)', 'fortran_order': False, 'shape': (\(sides)), }".utf8)
    // The header ends with a line feed at a multiple of 64 bytes; ten bytes stand before it.
    while (10 + header.count + 1) % 64 != 0 { header.append(UInt8(ascii: " ")) }
    header.append(10)
    var file: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
    append(UInt64(header.count), count: 2, to: &file)
    file += header
    file += bytes
    try Data(file).write(to: url)
  }
}
