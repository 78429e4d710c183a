internal import CKernels

/// The members of a case as the inner loop reads them from lines of JSON.
///
/// The loop reads what is common: an object of known members, each once, of strings without
/// escapes in ASCII, plain numbers, true, false and null. Any other line is left to the
/// reader of single records, which knows what to say of it.
package struct PlainJSONReader: Sendable {
  private let findings: ColumnTable
  private let keys: ck_column
  private let causes: ck_column
  private let binary: [UInt8]
  private let setting: Int
  private let level: CPULevel

  /// Prepares the members.
  ///
  /// - Parameters:
  ///   - findings: A column for each finding, with its index as the target.
  ///   - names: The names of the findings.
  ///   - binary: For each finding, whether it takes true and false.
  ///   - setting: The finding that is a member of the case itself.
  ///   - causes: The names that a diagnosis may have.
  ///   - level: The instructions to use.
  package init(
    findings: [PlainCSVReader.Column], names: [String], binary: [Bool], setting: Int,
    causes: [(name: String, code: UInt16)], level: CPULevel = .best
  ) {
    precondition(findings.count == names.count && names.count == binary.count, "one a finding")
    precondition(setting >= 0 && setting < findings.count, "the setting is a finding")
    var table = ColumnTable(codeStride: findings.count)
    for column in findings { table.append(column) }
    keys = table.entry(
      .names(names.enumerated().map { ($1, UInt16($0 + 1)) }, target: .label))
    self.causes = table.entry(.names(causes, target: .label))
    self.findings = table
    self.binary = binary.map { $0 ? 1 : 0 }
    self.setting = setting
    self.level = level
  }

  /// Memory for the lines of a block.
  package final class Block {
    let rows: PlainRows
    let named: AlignedArray<UInt32>
    var stamp: UInt32 = 1

    package init(byteCount: Int, findingCount: Int) {
      // The shortest line is {"id":"a"} and a line feed.
      rows = PlainRows(
        capacity: min(byteCount / 11 + 1, 4096), codeStride: findingCount)
      named = AlignedArray(count: findingCount)
    }
  }

  /// Memory for reading a block of bytes.
  package func block(byteCount: Int) -> Block {
    Block(byteCount: byteCount, findingCount: findings.count)
  }

  /// Reads lines until one cannot be read here, or until there is no more room.
  ///
  /// - Parameters:
  ///   - block: Memory that was made for blocks of this size.
  ///   - bytes: Less than 4 GiB.
  ///   - start: Where a line begins.
  /// - Returns: The lines that were read, valid until the next call, and where the line
  ///   begins that was not.
  /// - Complexity: O(bytes).
  package func read(
    _ block: Block, of bytes: [UInt8], from start: Int
  ) -> (rows: PlainRows, next: Int) {
    precondition(bytes.count < Int(UInt32.max), "a place has 32 bits")
    precondition(start >= 0 && start <= bytes.count, "the line is there")
    let rows = block.rows
    var next = start
    unsafe bytes.withUnsafeBufferPointer { text in
      unsafe binary.withUnsafeBufferPointer { binary in
        unsafe findings.withColumns { table in
          guard let base = text.baseAddress else { return }
          var members = unsafe ck_members(
            findings: table, keys: keys, causes: causes, binary: binary.baseAddress,
            setting: setting)
          rows.count = unsafe ck_json_decode(
            Int32(level.rawValue), &members, base, text.count, start, rows.capacity,
            block.stamp, block.named.base, rows.codes.base, rows.labels.base,
            rows.idStarts.base, rows.idEnds.base, &next)
        }
      }
    }
    // The line that was not read may have left its stamp.
    block.stamp += UInt32(rows.count) + 1
    return (rows, next)
  }
}
