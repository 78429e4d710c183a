import Dorsal

/// Random cases: each finding is known with a given chance, its state drawn evenly.
enum RandomCases {
  /// Makes a batch.
  static func batch(model: Model, count: Int, known: Double, seed: UInt64) -> CaseBatch {
    var generator = SplitMix64(seed: seed)
    var batch = CaseBatch(findingCount: model.findings.count)
    var codes = [UInt8](repeating: 0, count: model.findings.count)
    for index in 0..<count {
      for (finding, definition) in model.findings.enumerated() {
        let isKnown = Double.random(in: 0..<1, using: &generator) < known
        codes[finding] =
          isKnown ? UInt8.random(in: 1...UInt8(definition.states.count), using: &generator) : 0
      }
      batch.append(id: "case-\(index)".utf8, codes: codes)
    }
    return batch
  }

  /// The cases as a file: states by name, numbers in the middle of their state.
  static func file(_ batch: CaseBatch, model: Model, format: CaseFormat) -> [UInt8] {
    let texts = model.findings.map { finding in
      finding.states.indices.map { text(of: $0, in: finding) }
    }
    var bytes: [UInt8] = []
    if format == .csv {
      bytes += Array((["id"] + model.findings.map(\.id)).joined(separator: ",").utf8)
      bytes.append(10)
    }
    for index in 0..<batch.count {
      let id = batch.id(of: index)
      bytes += format == .csv ? Array(id.utf8) : Array("{\"id\":\"\(id)\",\"findings\":{".utf8)
      var isFirst = true
      for (finding, definition) in model.findings.enumerated() {
        let state = batch.state(of: finding, case: index)
        if format == .csv {
          bytes.append(UInt8(ascii: ","))
          if let state { bytes += Array(texts[finding][state].utf8) }
        } else if let state {
          let quote = definition.kind == .number ? "" : "\""
          let comma = isFirst ? "" : ","
          bytes += Array(
            "\(comma)\"\(definition.id)\":\(quote)\(texts[finding][state])\(quote)".utf8)
          isFirst = false
        }
      }
      if format == .jsonl { bytes += Array("}}".utf8) }
      bytes.append(10)
    }
    return bytes
  }

  private static func text(of state: Int, in finding: Finding) -> String {
    guard finding.kind == .number, let range = finding.range else { return finding.states[state] }
    let lower = state == 0 ? range.lowerBound : finding.edges[state - 1]
    let upper = state == finding.edges.count ? range.upperBound : finding.edges[state]
    return "\((lower + upper) / 2)"
  }
}
