internal import DorsalNumerics

/// A stretch of a case file, not yet decoded.
public struct CaseBlock: Sendable {
  let records: RecordBlock
  /// Rows of Arrow, in place of records.
  let arrow: ArrowRows?
  let file: String
  let format: CaseFileFormat
  let columns: CaseColumns
  let fields: [CaseField]
  /// Reads plain rows of CSV; nothing for JSON.
  let plainCSV: PlainCSVReader?
  /// Reads plain lines of JSON; nothing for CSV.
  let plainJSON: PlainJSONReader?
  /// Reads plain rows of a mapped file; nothing for others.
  let plainMapped: PlainMappedReader?
  /// Reads lines of another form; nothing for the model's own.
  var lines: (any LineReading)?
  /// How many bytes of the file had been read when the block was cut.
  public let bytesRead: Int

  /// The cases of the block, and the rows that could not be read.
  public struct Decoded: Sendable {
    /// The cases, in the order of the file.
    public let cases: CaseBatch
    /// The rejected rows, in the order of their lines.
    public let rejections: [Rejection]
  }

  /// Reads the cases of the block.
  ///
  /// - Complexity: O(bytes).
  public func decode() -> Decoded {
    if let lines { return decode(by: lines) }
    var decoder = CaseDecoder(file: file, columns: columns)
    var cells: [CSVCell] = []
    var nodes: [JSONNode] = []
    let bytes = records.bytes.span
    if let arrow {
      decoder.decodeArrow(arrow, fields: fields, cells: &cells)
    } else if let list = records.records {
      for record in list where !isBlank(bytes, record.range) {
        decoder.decodeCSV(
          bytes, range: record.range, line: record.line, fields: fields, cells: &cells)
      }
    } else if let plainCSV {
      decodePlainRows(plainCSV, &decoder, cells: &cells)
    } else if let plainMapped, let mapped = columns.mapped {
      decodeMappedRows(plainMapped, mapped, &decoder, cells: &cells)
    } else if let plainJSON {
      decodePlainLines(plainJSON, &decoder, nodes: &nodes)
    } else {
      eachLine(of: bytes, from: 0, line: records.firstLine) { range, next, line in
        switch format {
        case .csv:
          decoder.decodeCSV(
            bytes, range: range.lowerBound..<next, line: line, fields: fields, cells: &cells)
        case .jsonl: decoder.decodeJSON(bytes, range: range, line: line, nodes: &nodes)
        case .arrow: break
        }
      }
    }
    var rejections = decoder.rejections
    if !records.rejections.isEmpty {
      rejections = (rejections + records.rejections).sorted { $0.line < $1.line }
    }
    columns.tally.add(decoder.tally.counts, cases: decoder.batch)
    return Decoded(cases: decoder.batch, rejections: rejections)
  }
}
