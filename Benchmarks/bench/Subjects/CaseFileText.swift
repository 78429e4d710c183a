import Dorsal
import Foundation

/// Cases as the text of a case file: states by name, numbers in the middle of their state.
struct CaseFileText {
  private let model: Model
  private let format: CaseFormat
  private let names: [[UInt8]]
  private let states: [[[UInt8]]]

  init(model: Model, format: CaseFormat) {
    self.model = model
    self.format = format
    names = model.findings.map { Array($0.id.utf8) }
    states = model.findings.map { finding in
      finding.states.indices.map { Array(Self.text(of: $0, in: finding).utf8) }
    }
  }

  private static func text(of state: Int, in finding: Finding) -> String {
    guard finding.kind == .number, let range = finding.range else { return finding.states[state] }
    let lower = state == 0 ? range.lowerBound : finding.edges[state - 1]
    let upper = state == finding.edges.count ? range.upperBound : finding.edges[state]
    return "\((lower + upper) / 2)"
  }

  /// Writes the cases to a file.
  func write(_ batch: CaseBatch, to url: URL) throws {
    try Data().write(to: url)
    let file = try FileHandle(forWritingTo: url)
    let comma = UInt8(ascii: ",")
    var bytes: [UInt8] = []
    if format == .csv {
      bytes += Array(([Array("id".utf8)] + columns.map { names[$0] }).joined(separator: [comma]))
      bytes.append(10)
    }
    for index in 0..<batch.count {
      if format == .csv { appendCSV(batch, index, to: &bytes) }
      if format == .jsonl { appendJSON(batch, index, to: &bytes) }
      bytes.append(10)
      if bytes.count > 1 << 22 {
        try file.write(contentsOf: Data(bytes))
        bytes.removeAll(keepingCapacity: true)
      }
    }
    try file.write(contentsOf: Data(bytes))
    try file.close()
  }

  /// Every finding but the setting.
  private var columns: [Int] { names.indices.filter { $0 != model.settingFinding } }

  private func appendCSV(_ batch: CaseBatch, _ index: Int, to bytes: inout [UInt8]) {
    bytes += batch.idBytes(of: index)
    for finding in names.indices where finding != model.settingFinding {
      bytes.append(UInt8(ascii: ","))
      if let state = batch.state(of: finding, case: index) { bytes += states[finding][state] }
    }
  }

  private func appendJSON(_ batch: CaseBatch, _ index: Int, to bytes: inout [UInt8]) {
    bytes += Array("{\"id\":\"".utf8)
    bytes += batch.idBytes(of: index)
    bytes += Array("\",\"findings\":{".utf8)
    var isFirst = true
    for finding in names.indices where finding != model.settingFinding {
      guard let state = batch.state(of: finding, case: index) else { continue }
      if !isFirst { bytes.append(UInt8(ascii: ",")) }
      isFirst = false
      let isNumber = model.findings[finding].kind == .number
      bytes.append(UInt8(ascii: "\""))
      bytes += names[finding]
      bytes += Array(isNumber ? "\":".utf8 : "\":\"".utf8)
      bytes += states[finding][state]
      if !isNumber { bytes.append(UInt8(ascii: "\"")) }
    }
    bytes += Array("}}".utf8)
  }
}
