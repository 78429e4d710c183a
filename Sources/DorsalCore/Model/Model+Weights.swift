extension Model {
  /// The same model with other weights of its findings.
  ///
  /// - Parameter weights: One for each finding, 0...1.
  /// - Returns: A model whose checksum is of this one's and the weights.
  public func withWeights(_ weights: [Double]) -> Model {
    precondition(weights.count == findings.count, "a weight for each finding")
    precondition(weights.allSatisfy { (0...1).contains($0) }, "weights from 0 to 1")
    let weighted = zip(findings, weights).map { finding, weight in
      Finding(
        id: finding.id, section: finding.section, kind: finding.kind, unit: finding.unit,
        states: finding.states, edges: finding.edges, range: finding.range, weight: weight,
        group: finding.group, question: finding.question, burden: finding.burden)
    }
    let text = checksum + weights.map { ",\($0)" }.joined()
    var result = Model(
      card: card, findings: weighted, causes: causes, priors: priors, likelihoods: likelihoods,
      groups: findingGroups, parents: parents, redFlags: redFlags, losses: losses,
      associations: associations,
      sources: sources.values.sorted { $0.key < $1.key }, settingFinding: settingFinding,
      checksum: SHA256.hexadecimalDigest(of: Array(text.utf8)),
      impossibilities: impossibilities, steps: steps)
    (result.inputs, result.scores, result.scoreProgram) = (inputs, scores, scoreProgram)
    (result.synonyms, result.firstInput) = (synonyms, firstInput)
    result.codeTables = codeTables
    return result
  }
}

extension ModelTables {
  /// The table `findings.csv` with other weights, rounded to two decimals, and every other
  /// cell as it was.
  ///
  /// - Parameter weights: Weights by the finding's id; a finding left out keeps its own.
  /// - Returns: The bytes of the table; nothing where it cannot be read.
  public func findings(withWeights weights: [String: Double]) -> [UInt8]? {
    var faults: [TextFault] = []
    let table = CSVTable(
      bytes: files["findings.csv"] ?? [], file: "findings.csv", faults: &faults)
    let names = table.header.map(\.text)
    guard faults.isEmpty, let id = names.firstIndex(of: "id"),
      let weight = names.firstIndex(of: "weight")
    else { return nil }
    let rows = table.rows.map { row in
      var cells = row.map(\.text)
      if let fitted = weights[cells[id]] {
        cells[weight] = NumberText.plain((fitted * 100).rounded() / 100)
      }
      return cells
    }
    return ModelWriter.csv(names, rows)
  }
}
