internal import DorsalNumerics

extension RecordCutter {
  /// The first record of a CSV file, with its cells.
  ///
  /// - Returns: The bytes and cells, or nothing where the file is empty.
  package mutating func header() throws -> (bytes: [UInt8], cells: [CSVCell], line: Int)? {
    var cells: [CSVCell] = []
    var cellCount = 0
    // Where blank lines end: they are taken off together, each alone would move the whole buffer.
    var blank = 0
    while true {
      if blank == buffer.count { takeBlank(&blank) }
      while buffer.isEmpty, !isLast { try fill() }
      guard !buffer.isEmpty else { return nil }
      let end = blankEnd(from: blank)
      if end > blank {
        blank = end
        continue
      }
      let scanned = CSVScanner.scan(
        buffer.span, from: blank, isLast: isLast, into: &cells, keeping: Self.mostColumns,
        cellCount: &cellCount, delimiter: delimiter.byte)
      if case .record(let next) = scanned, cells.count == 1, cells[0].start == cells[0].end {
        blank = next
        continue
      }
      if blank > 0 {
        takeBlank(&blank)
        continue
      }
      switch scanned {
      case .record(let next):
        let bytes = Array(buffer[..<next])
        let start = line
        let hasRowInside = cells.contains { cell in
          let content = bytes[cell.start..<cell.end]
          return content.contains(UInt8(ascii: "\n")) && content.contains(delimiter.byte)
        }
        if hasRowInside {
          throw DorsalError(
            .caseFile,
            faults: [
              TextFault(
                position: SourcePosition(file: file, line: line, column: 1),
                message: "the header goes over several lines; is a quote missing?")
            ])
        }
        take(next)
        guard cellCount <= Self.mostColumns else {
          throw DorsalError(
            .caseFile,
            faults: [
              TextFault(
                position: SourcePosition(file: file, line: start, column: 1),
                message: "\(cellCount) columns; expected at most \(Self.mostColumns)")
            ])
        }
        return (bytes, cells, start)
      case .malformed(let fault, let offset):
        var lines = LineCounter(file: file, line: line)
        lines.advance(to: offset, in: buffer.span)
        throw DorsalError(
          .caseFile,
          faults: [
            TextFault(
              position: lines.position,
              message: "in the header: " + fault.message(parting: delimiter)
            )
          ])
      case .incomplete:
        guard buffer.count <= Self.longestRecord else {
          throw DorsalError(
            .caseFile,
            faults: [
              TextFault(
                position: SourcePosition(file: file, line: line, column: 1),
                message: "the header is longer than \(Self.longestRecord) bytes")
            ])
        }
        try fill()
      }
    }
  }

  private mutating func takeBlank(_ count: inout Int) {
    take(count)
    count = 0
  }

  /// Which columns of the record that comes next are blank or not there, without taking it; all
  /// where there is none that can be read.
  mutating func blankColumns(of columns: Set<Int>) throws -> Set<Int> {
    var cells: [CSVCell] = []
    while true {
      let start = blankEnd(from: 0)
      if start < buffer.count {
        var cellCount = 0
        let scanned = CSVScanner.scan(
          buffer.span, from: start, isLast: isLast, into: &cells, keeping: Self.mostColumns,
          cellCount: &cellCount, delimiter: delimiter.byte)
        switch scanned {
        case .record:
          return columns.filter { column in
            column >= cells.count
              || CellForms.trimmed(buffer.span, cells[column].start..<cells[column].end).isEmpty
          }
        case .malformed: return columns
        case .incomplete: break
        }
      }
      guard !isLast, buffer.count <= Self.longestRecord else { return columns }
      try fill()
    }
  }
}
