import CDorsal
import Dorsal
import DorsalCore

/// A table of any columns as CSV: null is an empty cell.
enum TableText {
  private typealias Column = (place: Int, name: String, layout: ArrowLayout)

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
      do throws(ArrowFault) {
        try append(batch.array, columns, to: &output)
      } catch {
        throw InterfaceFault(.data, "cases: \(error.text)")
      }
    }
    return output
  }

  private static func append(
    _ batch: ArrowArray, _ columns: [Column], to output: inout [UInt8]
  ) throws(ArrowFault) {
    var readers: [(ArrowColumn, words: ArrowColumn?)] = []
    for column in columns {
      readers.append(
        try ArrowColumn.of(
          batch, place: column.place, name: column.name, layout: column.layout,
          rows: 0..<Int(batch.length)))
    }
    for row in 0..<Int(batch.length) {
      for (index, (reader, words)) in readers.enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        let bytes = try reader.cell(row, words: words).bytes
        if let fault = TextEncoding.firstFault(in: bytes.span, range: 0..<bytes.count) {
          throw ArrowFault(text: "column \"\(reader.name)\", row \(row): \(fault.message)")
        }
        CSVText.append(String(decoding: bytes, as: UTF8.self), to: &output)
      }
      output.append(UInt8(ascii: "\n"))
    }
  }
}
