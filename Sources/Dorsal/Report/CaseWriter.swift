/// Writes simulated cases as a case file that every verb reads.
///
/// Columns are `id`, `diagnosis`, `setting` and then the other findings in the order of the
/// model. A numeric finding gets a plausible number of its state (see `StateNumbers`); an
/// unknown finding is an empty cell, or no member of a JSON object.
public struct CaseWriter: Sendable {
  private let simulator: CaseSimulator
  private let format: CaseFormat
  private let numbers: [StateNumbers?]
  /// What stands before a state, and the state: `,present`, or `,"sign":"present"`.
  private let cells: [[[UInt8]]]
  private let causeTexts: [[UInt8]]
  private let settingText: [UInt8]

  /// Prepares the writing of a simulator's cases.
  ///
  /// - Throws: `SimulationError` where a state of a numeric finding holds no number.
  public init(simulator: CaseSimulator, format: CaseFormat) throws(SimulationError) {
    self.simulator = simulator
    self.format = format
    let model = simulator.model
    var numbers: [StateNumbers?] = []
    for finding in model.findings {
      numbers.append(finding.kind == .number ? try StateNumbers(finding) : nil)
    }
    self.numbers = numbers
    cells = model.findings.map { finding in
      let name = format == .csv ? "" : "\"\(finding.id)\":"
      if finding.kind == .number { return [Array(name.utf8)] }
      return finding.states.map { state in
        Array((format == .csv ? state : name + "\"\(state)\"").utf8)
      }
    }
    causeTexts = model.causes.map { Array($0.id.utf8) }
    settingText = Array(model.settings[simulator.options.setting].utf8)
  }

  /// The header row of CSV; nothing for JSON.
  public func header() -> [UInt8] {
    guard format == .csv else { return [] }
    let model = simulator.model
    let findings = model.findings.indices.filter { $0 != model.settingFinding }
    let names = ["id", "diagnosis", "setting"] + findings.map { model.findings[$0].id }
    return Array((names.joined(separator: ",") + "\n").utf8)
  }

  /// Writes cases.
  ///
  /// - Parameters:
  ///   - batch: The cases that the simulator gave for `numbers`.
  ///   - numbers: The numbers of the cases.
  /// - Complexity: O(bytes).
  public func write(_ batch: CaseBatch, numbers: Range<Int>) -> [UInt8] {
    precondition(batch.count == numbers.count, "the cases are those of the numbers")
    var output: [UInt8] = []
    output.reserveCapacity(batch.count * (256 + 6 * batch.findingCount))
    for (index, number) in numbers.enumerated() {
      var stream = CaseStream(seed: simulator.options.seed, case: number, purpose: .numbers)
      if format == .csv {
        appendRow(index, of: batch, &stream, to: &output)
      } else {
        appendObject(index, of: batch, &stream, to: &output)
      }
    }
    return output
  }

  private func appendRow(
    _ index: Int, of batch: CaseBatch, _ stream: inout CaseStream, to output: inout [UInt8]
  ) {
    output.append(contentsOf: batch.idBytes(of: index))
    output.append(UInt8(ascii: ","))
    output.append(contentsOf: causeTexts[batch.diagnosis(of: index)[0]])
    output.append(UInt8(ascii: ","))
    output.append(contentsOf: settingText)
    for finding in 0..<batch.findingCount where finding != simulator.model.settingFinding {
      output.append(UInt8(ascii: ","))
      appendCell(finding, of: index, in: batch, &stream, to: &output)
    }
    output.append(UInt8(ascii: "\n"))
  }

  private func appendObject(
    _ index: Int, of batch: CaseBatch, _ stream: inout CaseStream, to output: inout [UInt8]
  ) {
    output.append(contentsOf: #"{"id":""#.utf8)
    output.append(contentsOf: batch.idBytes(of: index))
    output.append(contentsOf: #"","diagnosis":""#.utf8)
    output.append(contentsOf: causeTexts[batch.diagnosis(of: index)[0]])
    output.append(contentsOf: #"","setting":""#.utf8)
    output.append(contentsOf: settingText)
    output.append(contentsOf: #"","findings":{"#.utf8)
    var isFirst = true
    for finding in 0..<batch.findingCount where finding != simulator.model.settingFinding {
      if batch.code(of: finding, case: index) != CaseBatch.unknown {
        if !isFirst { output.append(UInt8(ascii: ",")) }
        isFirst = false
      }
      appendCell(finding, of: index, in: batch, &stream, to: &output)
    }
    output.append(contentsOf: "}}\n".utf8)
  }

  private func appendCell(
    _ finding: Int, of index: Int, in batch: CaseBatch, _ stream: inout CaseStream,
    to output: inout [UInt8]
  ) {
    let code = batch.code(of: finding, case: index)
    // One random number for each numeric finding, known or not, so that a number stays when
    // other findings become unknown.
    let uniform = numbers[finding] == nil ? 0 : stream.uniform()
    guard code != CaseBatch.unknown else { return }
    if let numbers = numbers[finding] {
      output.append(contentsOf: cells[finding][0])
      numbers.append(numbers.number(state: Int(code) - 1, uniform: uniform), to: &output)
    } else {
      output.append(contentsOf: cells[finding][Int(code) - 1])
    }
  }
}
