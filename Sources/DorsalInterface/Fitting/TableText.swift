import CDorsal
import Dorsal
import DorsalCore
import DorsalNumerics

/// A table of any columns as CSV: null is an empty cell.
enum TableText {
  private typealias Column = (place: Int, name: String, layout: ForeignLayout)

  /// Reads a stream to its end; it is taken over if its schema can be read.
  ///
  /// - Parameter ignored: Columns that are left out, which may be of any type.
  static func csv(
    _ pointer: UnsafeMutablePointer<ArrowArrayStream>, except ignored: [String]
  ) throws(InterfaceFault) -> [UInt8] {
    let (stream, columns) = try ForeignStream.take(pointer) {
      schema throws(InterfaceFault) -> (schema: [Column], columnCount: Int) in
      let children = try CaseSchema.children(of: schema)
      let header = children.map { CaseSchema.text($0.name) }
      for name in ignored where !header.contains(name) {
        throw InterfaceFault(
          .data,
          "no column \"\(name)\", which is to be left out"
            + NearestName.suggestion(for: name, in: header))
      }
      var columns: [Column] = []
      for (place, child) in children.enumerated() {
        let name = header[place]
        if ignored.contains(name) { continue }
        columns.append((place, name, try CaseSchema.layout(of: child, name: name)))
      }
      guard !columns.isEmpty else { throw InterfaceFault(.data, "a table without columns") }
      return (columns, children.count)
    }
    var output: [UInt8] = []
    for (index, column) in columns.enumerated() {
      if index > 0 { output.append(UInt8(ascii: ",")) }
      CSVText.append(column.name, to: &output)
    }
    output.append(UInt8(ascii: "\n"))
    while let batch = try stream.next() {
      do throws(ForeignFault) {
        try append(batch.array, columns, to: &output)
      } catch {
        throw InterfaceFault(.data, "cases: \(error.text)")
      }
    }
    return output
  }

  private static func append(
    _ batch: ArrowArray, _ columns: [Column], to output: inout [UInt8]
  ) throws(ForeignFault) {
    let count = Int(batch.length)
    // As a whole before it is cut: a batch may say that it has more rows than its columns.
    for column in columns { _ = try cells(column, of: batch, rows: 0..<count) }
    for start in stride(from: 0, to: count, by: ForeignCases.rowsTogether) {
      let rows = start..<min(start + ForeignCases.rowsTogether, count)
      var copies: [ArrowCells] = []
      for column in columns { copies.append(try cells(column, of: batch, rows: rows).copy()) }
      var text: [UInt8] = []
      for row in 0..<rows.count {
        for (index, (column, copy)) in zip(columns, copies).enumerated() {
          if index > 0 { output.append(UInt8(ascii: ",")) }
          text.removeAll(keepingCapacity: true)
          let isRead = copy.appendText(row, to: &text)
          if let fault = isRead
            ? TextEncoding.firstFault(in: text.span, range: 0..<text.count)?.message
            : try cells(column, of: batch, rows: rows).fault(row, of: copy)
          {
            throw ForeignFault(text: "column \"\(column.name)\", row \(start + row): \(fault)")
          }
          CSVText.append(String(decoding: text, as: UTF8.self), to: &output)
        }
        output.append(UInt8(ascii: "\n"))
      }
      // The array may double, and what reads it copies it.
      do throws(MemoryFault) {
        try MemoryRoom.require(4 * output.count)
      } catch {
        throw ForeignFault(text: error.description)
      }
    }
  }

  private static func cells(
    _ column: Column, of batch: ArrowArray, rows: Range<Int>
  ) throws(ForeignFault) -> ForeignCells {
    try ForeignCells(
      batch, place: column.place, name: column.name, layout: column.layout, rows: rows)
  }
}
