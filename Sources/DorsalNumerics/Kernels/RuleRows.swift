/// Rules as rows of bytes, one row for each state: 1 where the state meets a condition.
///
/// The number of conditions that a case meets is the sum of the rows of its known states: the
/// product of its indicators with the conditions, in bytes.
package final class RuleRows: @unchecked Sendable {
  /// Words of 64 rules that a case's answer takes, at least 1.
  package let words: Int
  let rowCount: Int
  let rows: AlignedArray<UInt8>
  let needed: AlignedArray<UInt8>

  /// The most conditions that a rule may have.
  package static let greatestConditionCount = 200

  /// Lays out the rules.
  ///
  /// - Parameters:
  ///   - conditions: For each rule, its conditions: the rows of the states that meet each.
  ///   - rowCount: How many states there are.
  package init(conditions: [[[Int]]], rowCount: Int) {
    words = max(1, (conditions.count + 63) / 64)
    self.rowCount = rowCount
    rows = AlignedArray(count: rowCount * words * 64)
    needed = AlignedArray(count: words * 64)
    for index in 0..<words * 64 { needed[index] = UInt8.max }
    for (rule, list) in conditions.enumerated() {
      precondition(list.count <= Self.greatestConditionCount, "a byte counts the conditions")
      needed[rule] = UInt8(list.count)
      for row in list.joined() { rows[row * words * 64 + rule] += 1 }
    }
  }
}
