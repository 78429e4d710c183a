/// Reads files whose lines are cases in another form than the model's own, such as FHIR.
package protocol LineReading: Sendable {
  /// Reads a line that is not blank.
  ///
  /// - Parameters:
  ///   - line: The line, without its line end.
  ///   - file: What messages call the file.
  ///   - number: The number of the line.
  func read(_ line: [UInt8], file: String, number: Int) -> ReadLine
}

/// What came of a line.
package enum ReadLine: Sendable {
  /// A case, with a code for each finding.
  case read(id: String, codes: [UInt8])
  /// Everything that is wrong; at least one fault.
  case rejected(id: String, [TextFault])
}

extension CaseBlock {
  /// The cases of lines that are read by somebody else.
  func decode(by reading: any LineReading) -> Decoded {
    var cases = CaseBatch(vocabulary: columns.vocabulary)
    var rejections = records.rejections
    let bytes = records.bytes
    eachLine(of: bytes.span, from: 0, line: records.firstLine) { range, _, line in
      switch reading.read(Array(bytes[range]), file: file, number: line) {
      case .read(let id, let codes):
        cases.append(id: id.utf8, codes: codes, line: line)
      case .rejected(let id, let faults):
        rejections.append(
          Rejection(
            line: line, id: id,
            reasons: faults.map {
              Rejection.Reason(position: $0.position, column: "", value: "", reason: $0.message)
            }))
      }
    }
    columns.tally.add(BlockTally().counts, cases: cases)
    return Decoded(cases: cases, rejections: rejections.sorted { $0.line < $1.line })
  }
}
