internal import CKernels

/// Columns of Arrow batches as codes of findings, and columns of codes as rows of codes.
///
/// What is not known has the code 0.
package enum CodeColumns {
  /// Bits of a column, the lowest one of each byte first.
  package struct Bits {
    let bytes: [UInt8]
    let start: Int

    /// Bits that begin with the first one of a byte.
    package init(_ bytes: [UInt8], from start: Int) { (self.bytes, self.start) = (bytes, start) }

    fileprivate func hold(_ rows: Range<Int>) -> Bool {
      start >= 0 && rows.lowerBound >= 0 && rows.upperBound <= (bytes.count - start) * 8
    }
  }

  /// Writes the codes of a column of flags.
  ///
  /// - Parameters:
  ///   - flags: What is true.
  ///   - valid: What is known; nothing where all is.
  ///   - rows: Which rows; all must stand in the bytes.
  ///   - no: The code of what is false.
  ///   - yes: The code of what is true.
  ///   - codes: Gets a code for each row.
  ///   - place: Where in the codes the first one goes.
  package static func read(
    flags: Bits, valid: Bits?, rows: Range<Int>, no: UInt8, yes: UInt8,
    into codes: inout [UInt8], at place: Int
  ) {
    precondition(flags.hold(rows) && valid?.hold(rows) ?? true, "the bits stand in the bytes")
    precondition(place >= 0 && place + rows.count <= codes.count, "room for the codes")
    if rows.isEmpty { return }
    unsafe withPointer(valid) { valid in
      unsafe flags.bytes.withUnsafeBufferPointer { flag in
        unsafe codes.withUnsafeMutableBufferPointer { codes in
          guard let flag = flag.baseAddress, let codes = codes.baseAddress else { return }
          unsafe ck_flag_codes(
            flag + flags.start, valid, rows.lowerBound, rows.count, no, yes, codes + place)
        }
      }
    }
  }

  /// Writes the codes of a column of numbers of words.
  ///
  /// - Parameters:
  ///   - numbers: What holds the numbers.
  ///   - start: Where the first one stands.
  ///   - width: The bytes of a number: 1, 2, 4 or 8.
  ///   - isSigned: Whether numbers may be negative.
  ///   - valid: What is known; nothing where all is.
  ///   - rows: Which rows; all must stand in the bytes.
  ///   - table: What each word says; behind the words, what is said where nothing is known, and
  ///     where there is no such word.
  ///   - codes: Gets what is said for each row, as a byte.
  ///   - place: Where in the codes the first one goes.
  /// - Returns: All that was said, its bits laid over each other.
  package static func read(
    words numbers: [UInt8], from start: Int, width: Int, isSigned: Bool, valid: Bits?,
    rows: Range<Int>, table: [UInt16], into codes: inout [UInt8], at place: Int
  ) -> UInt16 {
    precondition(
      start >= 0 && rows.lowerBound >= 0 && rows.upperBound <= (numbers.count - start) / width
        && valid?.hold(rows) ?? true, "the numbers stand in the bytes")
    precondition(table.count >= 2, "what is said of no word")
    precondition(place >= 0 && place + rows.count <= codes.count, "room for the codes")
    if rows.isEmpty { return 0 }
    return unsafe withPointer(valid) { valid in
      unsafe numbers.withUnsafeBytes { number in
        unsafe table.withUnsafeBufferPointer { table in
          unsafe codes.withUnsafeMutableBufferPointer { codes in
            guard let number = number.baseAddress, let said = table.baseAddress,
              let codes = codes.baseAddress
            else { return 0 }
            return unsafe ck_word_codes(
              number + start, Int32(truncatingIfNeeded: width), isSigned ? 1 : 0, valid,
              rows.lowerBound, rows.count, said, table.count - 2, codes + place)
          }
        }
      }
    }
  }

  /// Rows of codes, one behind the other.
  ///
  /// - Parameters:
  ///   - columns: The columns, one behind the other.
  ///   - columnCount: How many there are.
  ///   - rowCount: How many codes each has.
  /// - Complexity: O(rows × columns), a fraction of a nanosecond a code.
  package static func rows(of columns: [UInt8], columnCount: Int, rowCount: Int) -> [UInt8] {
    precondition(columns.count == columnCount * rowCount, "a code for each row and column")
    if columns.isEmpty { return [] }
    return unsafe [UInt8](unsafeUninitializedCapacity: columns.count) { rows, count in
      unsafe columns.withUnsafeBufferPointer { columns in
        if let columns = columns.baseAddress, let rows = rows.baseAddress {
          unsafe ck_code_rows(columns, columnCount, rowCount, rows)
        }
      }
      count = columns.count
    }
  }

  private static func withPointer<Result>(
    _ bits: Bits?, _ body: (UnsafePointer<UInt8>?) -> Result
  ) -> Result {
    guard let bits else { return body(nil) }
    return unsafe bits.bytes.withUnsafeBufferPointer { bytes in
      unsafe body(bytes.baseAddress.map { unsafe $0 + bits.start })
    }
  }
}
