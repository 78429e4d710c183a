import Dorsal

/// Answers texts of cases, a row a case, each in its place.
struct CaseAnswers: Sendable {
  let reader: CaseTextReader
  let rows: any CaseRows
  let mostCases: Int

  /// The answer for a text that is a case, or an array of cases.
  ///
  /// - Returns: JSON, and how many cases there were and were rejected.
  /// - Throws: The problem of the text, or of its one case.
  func answer(json bytes: [UInt8]) throws -> (bytes: [UInt8], tally: CaseTally) {
    let contents = try CaseReading.read(json: bytes, by: reader, most: mostCases)
    if !contents.isList, let rejection = contents.rejections.first { throw rejection.problem }
    let tally = CaseTally(contents)
    let written = rows.rows(for: contents.cases)
    if !contents.isList { return (written.bytes, tally) }
    var output: [UInt8] = [UInt8(ascii: "[")]
    append(contents, written, to: &output, separator: UInt8(ascii: ","))
    if output.count > 1 { output.removeLast() }
    output += Array("]\n".utf8)
    return (output, tally)
  }

  /// The answers for whole lines, a line each.
  func answer(
    lines: [UInt8], firstLine: Int
  ) -> (bytes: [UInt8], tally: CaseTally) {
    let contents = reader.read(lines: lines, firstLine: firstLine)
    let written = rows.rows(for: contents.cases)
    let tally = CaseTally(contents)
    if contents.rejections.isEmpty { return (written.bytes, tally) }
    var output: [UInt8] = []
    append(contents, written, to: &output, separator: UInt8(ascii: "\n"))
    return (output, tally)
  }

  private func append(
    _ contents: CaseTextReader.Contents, _ written: WrittenRows, to output: inout [UInt8],
    separator: UInt8
  ) {
    for record in contents.records {
      switch record {
      case .read(let index):
        let start = index == 0 ? 0 : written.ends[index - 1]
        // Without its line end.
        output += written.bytes[start..<written.ends[index] - 1]
      case .rejected(let index): output += Array(contents.rejections[index].json.text.utf8)
      }
      output.append(separator)
    }
  }
}

/// How many cases there were.
package struct CaseTally: Sendable {
  package var read = 0
  package var rejected = 0

  init(_ contents: CaseTextReader.Contents) {
    rejected = contents.rejections.count
    read = contents.records.count - rejected
  }
}

/// Reads texts of cases, and says what is wrong with them as problems.
enum CaseReading {
  static func read(
    json bytes: [UInt8], by reader: CaseTextReader, most: Int
  ) throws -> CaseTextReader.Contents {
    do {
      return try reader.read(json: bytes, most: most)
    } catch let error as CaseTextReader.TooManyCases {
      throw Problem(
        .tooManyCases, "expected at most \(error.most) cases; NDJSON may have any number")
    } catch let error as DorsalError {
      throw Problem(
        .syntax, error.faults.first?.message ?? "expected JSON",
        faults: error.faults.map { Fault(detail: $0.message, position: $0.position) })
    }
  }

  /// The one case of a text.
  ///
  /// - Returns: A batch of it alone.
  static func one(json bytes: [UInt8], by reader: CaseTextReader) throws -> CaseBatch {
    let contents = try read(json: bytes, by: reader, most: 1)
    if let rejection = contents.rejections.first { throw rejection.problem }
    guard !contents.isList else {
      throw Problem(
        .case_, "an array; expected one case",
        faults: [Fault(expected: "one case", detail: "an array; expected one case")])
    }
    return contents.cases
  }
}
