/// The order in which the answers of a model stand as columns.
///
/// Findings of weight 1 come first, then the discounted ones; of each, those with more states
/// come first. The first states of all findings stand side by side, then their second states,
/// and so on: a plane a state. So a sum over the states of every finding adds planes, without
/// looking where a finding begins.
struct AnswerLayout: Sendable {
  /// The finding at each place.
  let order: [Int32]
  /// How many findings have weight 1; the setting is one of them.
  let plainCount: Int
  /// How many columns these have.
  let plainColumnCount: Int
  /// The columns of each plane: first the planes of findings of weight 1.
  let plainPlanes: [Int32]
  let discountedPlanes: [Int32]
  /// The column of each state row.
  let column: [Int]

  init(model: Model) {
    let table = model.likelihoodTable
    func isPlain(_ finding: Int) -> Bool {
      finding == model.settingFinding || model.findings[finding].weight == 1
    }
    func stateCount(_ finding: Int) -> Int { model.findings[finding].states.count }
    func sorted(_ findings: [Int]) -> [Int] {
      findings.sorted { (stateCount($1), $0) < (stateCount($0), $1) }
    }
    var column = [Int](repeating: 0, count: table.stateRowCount)
    var next = 0
    /// Numbers the columns of some findings, and gives the planes.
    func place(_ findings: [Int]) -> [Int32] {
      (0..<(findings.map(stateCount).max() ?? 0)).map { state in
        let wide = findings.prefix { stateCount($0) > state }
        for finding in wide {
          column[table.firstStateRow[finding] + state] = next
          next += 1
        }
        return Int32(wide.count)
      }
    }
    let plain = sorted(model.findings.indices.filter(isPlain))
    let discounted = sorted(model.findings.indices.filter { !isPlain($0) })
    plainPlanes = place(plain)
    plainColumnCount = next
    discountedPlanes = place(discounted)
    plainCount = plain.count
    order = (plain + discounted).map(Int32.init)
    self.column = column
  }
}
