internal import DorsalNumerics

extension RecordCutter {
  /// Finds out by the first bytes how a file is packed and encoded, and makes the cutter read it as
  /// UTF-8.
  ///
  /// - Parameter dialect: How far the file may differ from UTF-8; it may always be packed.
  /// - Returns: What differs from a plain file, in words, and whether the file is packed.
  /// - Throws: `DorsalError` for another encoding, or what the source throws.
  mutating func decode(_ dialect: Dialect) throws -> (notes: [String], isCompressed: Bool) {
    func fault(_ message: String) -> DorsalError {
      DorsalError(
        .caseFile,
        faults: [
          TextFault(position: SourcePosition(file: file, line: 1, column: 1), message: message)
        ])
    }
    var notes: [String] = []
    let packing = CompressedByteSource.format(of: try peek(4))
    if let packing {
      try reread { try CompressedByteSource($0, behind: $1, format: packing) }
      notes.append("the file is compressed by \(packing.rawValue)")
    }
    let beginning = try peek(4)
    if beginning.starts(with: TextEncoding.byteOrderMark) {
      skip(TextEncoding.byteOrderMark.count)
    } else if beginning.starts(with: [0xFF, 0xFE, 0, 0]) {
      throw fault("the file is UTF-32; expected UTF-8")
    } else if beginning.starts(with: [0xFF, 0xFE]) || beginning.starts(with: [0xFE, 0xFF]) {
      guard !dialect.isStrict else { throw fault("the file is UTF-16; expected UTF-8") }
      let isLittleEndian = beginning.first == 0xFF
      skip(2)
      reread { UTF16ByteSource($0, behind: $1, isLittleEndian: isLittleEndian) }
      notes.append("the file is UTF-16")
    } else if let packing = CompressedByteSource.format(of: beginning) {
      throw fault("the file is compressed by \(packing.rawValue) twice; expected text")
    }
    return (notes, packing != nil)
  }
}
