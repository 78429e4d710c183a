/// A column of a batch that is read: the cells themselves, or numbers of words.
package struct ArrowCells: Sendable {
  package let column: ArrowColumn
  /// The words, where the column holds their numbers.
  package let words: ArrowWords?

  /// Cells of a column.
  package init(_ column: ArrowColumn, words: ArrowWords? = nil) {
    (self.column, self.words) = (column, words)
  }

  /// How many rows there are.
  package var count: Int { column.count }

  /// Where a row's value stands: in the column, or as one of the words; nothing where there is no
  /// such word.
  private func place(of row: Int) -> (part: ArrowColumn, row: Int)? {
    guard let words, column.isValid(row) else { return (column, row) }
    let word = column.integers(row..<row + 1)[0]
    guard word >= 0, word < Int64(words.count) else { return nil }
    return words.place(of: Int(word))
  }

  /// Whether a row is null, or its word is.
  package func isNull(_ row: Int) -> Bool {
    place(of: row).map { !$0.part.isValid($0.row) } ?? false
  }

  /// Appends what a row says as a cell of text would.
  ///
  /// - Returns: Whether the row's value stands where it says, and is no longer than texts may be.
  package func appendText(_ row: Int, to output: inout [UInt8]) -> Bool {
    guard let place = place(of: row) else { return false }
    return place.part.appendText(place.row, to: &output)
  }

  /// Whether a row has a text that is longer than texts may be.
  package func hasLongText(_ row: Int) -> Bool {
    place(of: row).map { $0.part.hasLongText($0.row) } ?? false
  }

  /// Appends what some rows say, one behind the other.
  ///
  /// - Parameter ends: Gets where each ends in the output.
  /// - Returns: The rows, counted from the first one, that cannot be read; nothing is appended of
  ///   them.
  package func appendTexts(
    _ rows: Range<Int>, to output: inout [UInt8], ends: inout [Int]
  ) -> [Int] {
    ends.reserveCapacity(ends.count + rows.count)
    if words == nil, let (bytes, own) = column.textsInOrder(rows) {
      let shift = output.count - (own.first ?? 0)
      output.append(contentsOf: bytes)
      for end in own.dropFirst() { ends.append(end + shift) }
      return []
    }
    var unread: [Int] = []
    for row in rows {
      if !appendText(row, to: &output) { unread.append(row - rows.lowerBound) }
      ends.append(output.count)
    }
    return unread
  }
}

/// The words of a dictionary, in the parts in which they came.
package struct ArrowWords: Sendable {
  private(set) var parts: [ArrowColumn] = []
  /// Where each part begins, and behind the last one how many there are.
  private(set) var starts = [0]

  /// The most parts in which a dictionary may come.
  static let mostParts = 1 << 12

  /// No words.
  init() {}

  /// Words that came together.
  package init(_ words: ArrowColumn) { append(words) }

  /// How many words there are.
  package var count: Int { starts[parts.count] }

  /// Adds words behind those that there are.
  mutating func append(_ part: ArrowColumn) {
    starts.append(count + part.count)
    parts.append(part)
  }

  /// Where a word stands, within those that there are.
  func place(of word: Int) -> (part: ArrowColumn, row: Int) {
    var (first, last) = (0, parts.count - 1)
    while first < last {
      let middle = (first + last + 1) / 2
      if starts[middle] <= word { first = middle } else { last = middle - 1 }
    }
    return (parts[first], word - starts[first])
  }
}
