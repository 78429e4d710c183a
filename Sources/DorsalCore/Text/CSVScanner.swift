/// One cell of a CSV record, as a range of the bytes it was read from.
package struct CSVCell {
  /// First byte of the content, behind an opening quote.
  package var start: Int
  /// The byte after the content, at the closing quote.
  package var end: Int
  /// Whether the content holds doubled quotes that stand for one.
  package var hasDoubledQuote: Bool
  /// The byte where the cell begins, quote included; faults point here.
  package var origin: Int
}

/// How reading one CSV record ended.
package enum CSVScan: Equatable {
  /// The record is whole; the next one begins at this byte.
  case record(next: Int)
  /// The bytes end before the record does.
  case incomplete
  /// The record breaks RFC 4180 at this byte.
  case malformed(CSVSyntaxFault, at: Int)
}

/// What can be wrong with the syntax of a CSV record.
package enum CSVSyntaxFault: Error, Equatable {
  case quoteInsideCell
  case textAfterQuote
  case unclosedQuote

  /// The fault in words, with what was expected.
  package var message: String {
    switch self {
    case .quoteInsideCell:
      "a quote inside a cell that does not begin with one; "
        + "quote the whole cell and double the quotes inside it"
    case .textAfterQuote:
      "text after the closing quote of a cell; expected a comma or the end of the line"
    case .unclosedQuote:
      "a quote is opened here and never closed"
    }
  }

  /// The same for cells that are parted by something else than commas.
  package func message(parting delimiter: Dialect.Delimiter) -> String {
    message.replacing("a comma", with: delimiter.name)
  }
}

/// Reads records of comma-separated values, or of values with another delimiter, as RFC 4180
/// defines them: quoted cells, doubled quotes, line ends inside quotes, and LF or CRLF between records.
package enum CSVScanner {
  private static let quote = UInt8(ascii: "\"")
  private static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  /// Reads the record that begins at `start`.
  ///
  /// - Parameters:
  ///   - bytes: The text.
  ///   - start: The first byte of the record, less than `bytes.count`.
  ///   - isLast: Whether the text ends with `bytes`, so that the last record
  ///     needs no line end.
  ///   - cells: Filled with the cells of the record, in order.
  /// - Complexity: O(*n*) for a record of *n* bytes; no allocation once `cells` has grown.
  package static func scan(
    _ bytes: Span<UInt8>, from start: Int, isLast: Bool, into cells: inout [CSVCell]
  ) -> CSVScan {
    var count = 0
    return scan(bytes, from: start, isLast: isLast, into: &cells, keeping: .max, cellCount: &count)
  }

  /// The same for a record that may have any number of cells, of which only the first are kept.
  ///
  /// - Parameters:
  ///   - most: How many cells are kept.
  ///   - cellCount: Gets how many cells the record has.
  ///   - delimiter: What stands between cells.
  package static func scan(
    _ bytes: Span<UInt8>, from start: Int, isLast: Bool, into cells: inout [CSVCell],
    keeping most: Int, cellCount: inout Int, delimiter: UInt8 = UInt8(ascii: ",")
  ) -> CSVScan {
    cells.removeAll(keepingCapacity: true)
    cellCount = 0
    func keep(_ cell: CSVCell) {
      cellCount += 1
      if cells.count < most { cells.append(cell) }
    }
    var index = start
    let count = bytes.count
    while true {
      let origin = index
      if index < count, bytes[index] == quote {
        index += 1
        let contentStart = index
        var hasDoubledQuote = false
        while true {
          guard index < count else {
            return isLast ? .malformed(.unclosedQuote, at: origin) : .incomplete
          }
          guard bytes[index] == quote else {
            index += 1
            continue
          }
          // What follows decides between the end of the cell and a doubled quote.
          if index + 1 == count, !isLast { return .incomplete }
          guard index + 1 < count, bytes[index + 1] == quote else { break }
          hasDoubledQuote = true
          index += 2
        }
        keep(
          CSVCell(
            start: contentStart, end: index, hasDoubledQuote: hasDoubledQuote, origin: origin))
        index += 1
      } else {
        while index < count {
          let byte = bytes[index]
          if byte == delimiter || byte == lineFeed { break }
          if byte == quote { return .malformed(.quoteInsideCell, at: index) }
          index += 1
        }
        var end = index
        // A carriage return before the line end belongs to the line end.
        if index < count ? bytes[index] == lineFeed : isLast, end > origin,
          bytes[end - 1] == carriageReturn
        {
          end -= 1
        }
        keep(CSVCell(start: origin, end: end, hasDoubledQuote: false, origin: origin))
      }
      guard index < count else { return isLast ? .record(next: count) : .incomplete }
      switch bytes[index] {
      case delimiter:
        index += 1
      case lineFeed:
        return .record(next: index + 1)
      case carriageReturn where index + 1 < count && bytes[index + 1] == lineFeed:
        return .record(next: index + 2)
      case carriageReturn where index + 1 == count:
        return isLast ? .record(next: count) : .incomplete
      default:
        return .malformed(.textAfterQuote, at: index)
      }
    }
  }

  /// The text of a cell, with doubled quotes made single.
  ///
  /// Bytes that are not UTF-8 become replacement characters; whoever must not
  /// accept them checks the record first.
  package static func text(of cell: CSVCell, in bytes: Span<UInt8>) -> String {
    var content: [UInt8] = []
    content.reserveCapacity(cell.end - cell.start)
    var index = cell.start
    while index < cell.end {
      content.append(bytes[index])
      index += cell.hasDoubledQuote && bytes[index] == quote ? 2 : 1
    }
    return String(decoding: content, as: UTF8.self)
  }
}
