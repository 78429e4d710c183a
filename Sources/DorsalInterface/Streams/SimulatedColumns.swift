import DorsalCore
import DorsalReport

/// Draws cases and puts them into columns: id, diagnosis, setting, and the other findings in the
/// order of the model. States are words of a dictionary, and numbers are numbers.
struct SimulatedColumns: Sendable {
  private let simulator: CaseSimulator
  /// The numbers of each numeric finding; nothing for the others.
  private let numbers: [StateNumbers?]
  private let states: [AnswerColumn.Texts]
  private let causes: AnswerColumn.Texts

  init(_ simulator: CaseSimulator) throws(DorsalError) {
    self.simulator = simulator
    var numbers: [StateNumbers?] = []
    for finding in simulator.model.findings {
      numbers.append(finding.kind == .number ? try StateNumbers(finding) : nil)
    }
    self.numbers = numbers
    states = simulator.model.findings.map { AnswerColumn.Texts($0.states) }
    causes = AnswerColumn.Texts(simulator.model.causes.map(\.id))
  }

  /// The columns of the cases of some numbers.
  func columns(of range: Range<Int>) -> [AnswerColumn] {
    let model = simulator.model
    let cases = simulator.cases(range)
    var ids = AnswerColumn.Texts()
    for index in 0..<cases.count { ids.append(cases.idBytes(of: index)) }
    // No model has as many causes or states as these numbers reach.
    let diagnoses = (0..<cases.count).map { Int16(cases.diagnosis(of: $0).first ?? 0) }
    var columns = [
      AnswerColumn(name: "id", values: .texts(ids)),
      AnswerColumn(name: "diagnosis", values: .words(diagnoses, causes)),
    ]
    let drawn = drawn(range)
    var number = 0
    let setting = model.settingFinding
    for finding in [setting] + model.findings.indices.filter({ $0 != setting }) {
      let codes = (0..<cases.count).map { cases.code(of: finding, case: $0) }
      let values: AnswerColumn.Values
      if let numbers = numbers[finding] {
        values = .doubles(
          codes.indices.map { index in
            guard codes[index] != CaseBatch.unknown else { return 0 }
            let steps = numbers.number(
              state: Int(codes[index]) - 1, uniform: drawn[number][index])
            return Double(steps) / Double(numbers.scale)
          })
        number += 1
      } else {
        values = .words(codes.map { Int16($0) - ($0 == 0 ? 0 : 1) }, states[finding])
      }
      columns.append(
        AnswerColumn(
          name: model.findings[finding].id, values: values,
          nulls: codes.contains(CaseBatch.unknown) ? codes.map { $0 == CaseBatch.unknown } : []))
    }
    return columns
  }

  /// The random numbers of each numeric finding, a row for each: one for each case, known or not,
  /// as files of simulated cases are written.
  private func drawn(_ range: Range<Int>) -> [[Double]] {
    let count = numbers.count { $0 != nil }
    var drawn = [[Double]](repeating: [], count: count)
    for number in range {
      var stream = DorsalCore.CaseStream(
        seed: simulator.options.seed, case: number, purpose: .numbers)
      for place in 0..<count { drawn[place].append(stream.uniform()) }
    }
    return drawn
  }
}
