import CDorsal

/// A column of a caller's batch that goes into the answers as it is: not a byte of it is copied,
/// and it is released with the answers.
final class PassedColumn {
  private var array: ArrowArray
  private let offset: Int64
  private let length: Int64

  /// Moves a column out of a batch, which has to be released after this without being read again.
  ///
  /// - Parameters:
  ///   - place: The column's place.
  ///   - batch: The batch.
  ///   - name: The column's name, for messages.
  init(_ place: Int, of batch: ArrowArray, name: String) throws(ForeignFault) {
    guard let child = batch.children?[place] else {
      throw ForeignFault(text: "column \"\(name)\" is missing from a batch")
    }
    let column = child.pointee
    guard column.release != nil else {
      throw ForeignFault(text: "column \"\(name)\" has been released")
    }
    let (end, isTooLong) = batch.offset.addingReportingOverflow(batch.length)
    guard column.offset >= 0, !isTooLong, end <= column.length else {
      throw ForeignFault(
        text: "column \"\(name)\": \(column.length) rows at \(column.offset); expected at least "
          + "\(end), as the batch has")
    }
    // More rows than any memory holds are of no array.
    guard column.offset < 1 << 48, end < 1 << 48 else {
      throw ForeignFault(text: "column \"\(name)\": an offset beyond all memory")
    }
    array = column
    offset = column.offset + batch.offset
    length = batch.length
    // The column has moved; this is how its batch is told.
    child.pointee.release = nil
  }

  deinit {
    if let release = array.release { release(&array) }
  }

  /// The rows of the batch as an array, which owns this until it is released.
  func exported() -> ArrowArray {
    var result = array
    result.offset = offset
    result.length = length
    // Of some of the rows it is not known how many are null, unless none is.
    if length != array.length, array.null_count != 0 { result.null_count = -1 }
    result.private_data = Unmanaged.passRetained(self).toOpaque()
    result.release = { array in
      guard let array = array, let held = array.pointee.private_data else { return }
      array.pointee.private_data = nil
      array.pointee.release = nil
      Unmanaged<PassedColumn>.fromOpaque(held).release()
    }
    return result
  }
}
