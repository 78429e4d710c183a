public import DorsalCore

/// Rejected rows as CSV.
public enum RejectionText {
  /// The header row.
  public static let csvHeader = "line,column,id,field,value,reason\n"

  /// One row for a rejected row of the case file, with everything wrong with it in the
  /// last cell: the line and byte column of the first fault, the case's id where it
  /// could be read, the field, its value, and the reasons.
  public static func csvRow(_ rejection: Rejection) -> String {
    let first = rejection.reasons[0]
    let more = rejection.reasons.dropFirst().map { reason in
      "; also \(reason.column) \"\(reason.value)\": \(reason.reason)"
    }
    let cells = [
      "\(first.position.line)", "\(first.position.column)", rejection.id, first.column,
      first.value, first.reason + more.joined(),
    ]
    var bytes: [UInt8] = []
    for (index, cell) in cells.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      CSVText.append(cell, to: &bytes)
    }
    return String(decoding: bytes, as: UTF8.self) + "\n"
  }
}
