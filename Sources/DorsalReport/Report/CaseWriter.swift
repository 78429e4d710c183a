public import DorsalCore

/// Writes simulated cases as a case file that every verb reads.
///
/// Columns are `id`, `diagnosis`, `setting` and then the other findings in the order of the
/// model. A numeric finding gets a plausible number of its state (see `StateNumbers`); an
/// unknown finding is an empty cell, or no member of a JSON object.
public struct CaseWriter: Sendable {
  /// What stands before and behind the parts of a case.
  private struct Punctuation: Sendable {
    let beforeID, beforeDiagnosis, beforeSetting, beforeFindings, end: [UInt8]

    init(_ format: CaseFormat) {
      func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
      switch format {
      case .csv:
        beforeID = []
        beforeDiagnosis = bytes(",")
        beforeSetting = bytes(",")
        beforeFindings = bytes(",")
        end = bytes("\n")
      case .jsonl:
        beforeID = bytes(#"{"id":""#)
        beforeDiagnosis = bytes(#"","diagnosis":""#)
        beforeSetting = bytes(#"","setting":""#)
        beforeFindings = bytes(#"","findings":{"#)
        end = bytes("}}\n")
      }
    }
  }

  /// Texts one behind the other, so that one costs no allocation and no reference.
  private struct Texts: Sendable {
    var bytes: [UInt8] = []
    var starts = [0]

    init(_ texts: [String]) {
      for text in texts {
        bytes += Array(text.utf8)
        starts.append(bytes.count)
      }
    }
  }

  private let simulator: CaseSimulator
  private let format: CaseFormat
  private let punctuation: Punctuation
  /// How numbers are written, and which of them each finding uses; -1 for other kinds.
  private let numbers: [StateNumbers]
  private let numberIndex: [Int]
  /// What each state row is written as: a state's id, in JSON behind the finding's; for
  /// numeric findings what stands before the number.
  private let cells: Texts
  private let causes: Texts
  private let setting: [UInt8]
  /// The most bytes of a case without its id.
  private let mostBytes: Int

  /// The most bytes of a number: a sign, sixteen digits and a point.
  private static let mostNumberBytes = 24

  /// Prepares the writing of a simulator's cases.
  ///
  /// - Throws: `DorsalError` where a state of a numeric finding holds no number.
  public init(simulator: CaseSimulator, format: CaseFormat) throws(DorsalError) {
    self.simulator = simulator
    self.format = format
    punctuation = Punctuation(format)
    let model = simulator.model
    var numbers: [StateNumbers] = []
    var numberIndex: [Int] = []
    for finding in model.findings {
      numberIndex.append(finding.kind == .number ? numbers.count : -1)
      if finding.kind == .number { numbers.append(try StateNumbers(finding)) }
    }
    (self.numbers, self.numberIndex) = (numbers, numberIndex)
    let texts = model.findings.map { finding in
      finding.states.map { state in
        switch (format, finding.kind) {
        case (.csv, .number): ""
        case (.csv, _): state
        case (.jsonl, .number): "\"\(finding.id)\":"
        case (.jsonl, _): "\"\(finding.id)\":\"\(state)\""
        }
      }
    }
    cells = Texts(texts.flatMap { $0 })
    causes = Texts(model.causes.map(\.id))
    setting = Array(model.settings[simulator.options.setting].utf8)
    let findings = texts.reduce(0) { sum, states in
      sum + 1 + Self.mostNumberBytes + (states.map(\.utf8.count).max() ?? 0)
    }
    mostBytes =
      findings + setting.count + (model.causes.map(\.id.utf8.count).max() ?? 0)
      + Punctuation(.jsonl).beforeID.count + Punctuation(.jsonl).beforeDiagnosis.count
      + Punctuation(.jsonl).beforeSetting.count + Punctuation(.jsonl).beforeFindings.count
      + Punctuation(.jsonl).end.count
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
    batch.requireCases(of: simulator.model)
    precondition(batch.count == numbers.count, "the cases are those of the numbers")
    var output: [UInt8] = []
    output.reserveCapacity(batch.count * (64 + 8 * batch.findingCount))
    var scratch = [UInt8](repeating: 0, count: mostBytes)
    for (index, number) in numbers.enumerated() {
      var stream = CaseStream(seed: simulator.options.seed, case: number, purpose: .numbers)
      output += punctuation.beforeID
      output += batch.idBytes(of: index)
      var row = scratch.mutableSpan
      let count = write(index, of: batch, &stream, into: &row)
      output += scratch[..<count]
    }
    return output
  }

  /// Writes what stands behind the id of a case.
  ///
  /// - Returns: How many bytes.
  private func write(
    _ index: Int, of batch: CaseBatch, _ stream: inout CaseStream,
    into row: inout MutableSpan<UInt8>
  ) -> Int {
    var place = 0
    func copy(_ bytes: Span<UInt8>, _ range: Range<Int>, _ row: inout MutableSpan<UInt8>) {
      for byte in range {
        row[place] = bytes[byte]
        place += 1
      }
    }
    func copy(_ bytes: [UInt8], _ row: inout MutableSpan<UInt8>) {
      copy(bytes.span, 0..<bytes.count, &row)
    }
    let cause = batch.diagnosis(of: index)[0]
    copy(punctuation.beforeDiagnosis, &row)
    copy(causes.bytes.span, causes.starts[cause]..<causes.starts[cause + 1], &row)
    copy(punctuation.beforeSetting, &row)
    copy(setting, &row)
    copy(punctuation.beforeFindings, &row)
    let (texts, starts) = (cells.bytes.span, cells.starts.span)
    let (codes, numberIndex) = (batch.codes.span, numberIndex.span)
    let firstStateRow = simulator.model.likelihoodTable.firstStateRow.span
    let (findings, settingFinding) = (batch.findingCount, simulator.model.settingFinding)
    let isCSV = format == .csv
    var isFirst = true
    for finding in 0..<findings where finding != settingFinding {
      let code = Int(codes[index * findings + finding])
      let number = numberIndex[finding]
      // One random number for each numeric finding, known or not, so that a number stays
      // when other findings become unknown.
      let uniform = number < 0 ? 0 : stream.uniform()
      if !isFirst, isCSV || code != 0 {
        row[place] = UInt8(ascii: ",")
        place += 1
      }
      if isCSV || code != 0 { isFirst = false }
      guard code != 0 else { continue }
      let text = firstStateRow[finding] + code - 1
      copy(texts, starts[text]..<starts[text + 1], &row)
      guard number >= 0 else { continue }
      let steps = numbers[number].number(state: code - 1, uniform: uniform)
      place += numbers[number].write(steps, into: &row, at: place)
    }
    copy(punctuation.end, &row)
    return place
  }
}
