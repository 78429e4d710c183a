import CDorsal
import DorsalCore

/// A column of a caller's batch with the words of its dictionary, where it has one.
struct ForeignCells {
  let column: ForeignColumn
  let words: ForeignColumn?

  /// A column of a batch.
  init(
    _ batch: ArrowArray, place: Int, name: String, layout: ForeignLayout, rows: Range<Int>
  ) throws(ForeignFault) {
    guard let child = batch.children?[place] else {
      throw ForeignFault(text: "column \"\(name)\" is missing from a batch")
    }
    let (first, isTooFar) = batch.offset.addingReportingOverflow(Int64(rows.lowerBound))
    guard !isTooFar else { throw ForeignFault(text: "an offset beyond all memory") }
    column = try ForeignColumn(
      child.pointee, layout.type, hasWords: layout.words != nil, name: name, first: first,
      count: Int64(rows.count))
    guard let type = layout.words, let dictionary = child.pointee.dictionary else {
      words = nil
      return
    }
    words = try ForeignColumn(dictionary.pointee, type, name: name)
  }

  /// A copy of all rows, with the words that they have.
  ///
  /// A dictionary may have more words than there are rows, or say so: no more are copied than there
  /// are rows.
  func copy() throws(ForeignFault) -> ArrowCells {
    let own = try column.copy()
    guard let words else { return ArrowCells(own) }
    if words.count <= max(column.count, 64) {
      return ArrowCells(own, words: ArrowWords(try words.copy()))
    }
    let (numbers, valid) = (own.integers(0..<own.count), own.valid(0..<own.count))
    var places: [Int64: Int32] = [:]
    var met: [Int] = []
    var renumbered = [Int32](repeating: 0, count: own.count)
    for row in 0..<own.count where valid.isEmpty || valid[row] {
      let word = numbers[row]
      guard word >= 0, word < Int64(words.count) else { throw noWord(word) }
      if let place = places[word] {
        renumbered[row] = place
      } else {
        renumbered[row] = Int32(met.count)
        places[word] = Int32(met.count)
        met.append(Int(word))
      }
    }
    return ArrowCells(
      ArrowColumn(
        .integer(width: 4, isSigned: true), count: own.count, validity: own.validity,
        values: .init(renumbered.withUnsafeBytes { Array($0) })),
      words: ArrowWords(try words.copy(met)))
  }

  /// What is wrong with a cell whose text cannot be had.
  ///
  /// - Throws: `ForeignFault` where it is no fault of the case but of the array.
  func fault(_ row: Int, of copy: ArrowCells) throws(ForeignFault) -> String {
    if copy.hasLongText(row) { return ArrowColumn.longTextFault }
    throw noWord(copy.column.integers(row..<row + 1).first ?? 0)
  }

  private func noWord(_ word: Int64) -> ForeignFault {
    ForeignFault(
      text: "column \"\(column.name)\": a word \(word) of a dictionary of \(words?.count ?? 0)")
  }
}
