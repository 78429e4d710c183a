/// How codes of a model's cases and of cases read for scores become each other.
struct ScoreCodes: Sendable {
  /// `fromModel[finding][code of the model]`.
  let fromModel: [[UInt8]]
  /// `toModel[finding][code]`.
  let toModel: [[UInt8]]

  init(_ regions: ScoreRegions, model: Model) {
    var fromModel: [[UInt8]] = []
    var toModel: [[UInt8]] = []
    for (finding, own) in zip(model.findings, regions.findings) {
      var to = [UInt8](repeating: CaseBatch.unknown, count: own.states.count + 1)
      var from = [CaseBatch.unknown]
      for (state, name) in finding.states.enumerated() {
        let code = UInt8((own.states.firstIndex(of: name) ?? 0) + 1)
        from.append(code)
        to[Int(code)] = UInt8(state + 1)
        guard finding.kind == .number, Int(code) > own.edges.count + 1 else { continue }
        for region in own.wider[Int(code) - own.edges.count - 2] {
          to[Int(region)] = UInt8(state + 1)
        }
      }
      fromModel.append(from)
      toModel.append(to)
    }
    self.fromModel = fromModel
    self.toModel = toModel
  }
}

extension Model {
  /// A model by which cases are read for the scores of another.
  ///
  /// - Parameters:
  ///   - findings: The findings of the other, cut by its scores, and its inputs behind them.
  ///   - model: The other.
  ///   - codes: How codes of one become those of the other.
  init(reading findings: [Finding], for model: Model, codes: ScoreCodes) {
    self.init(
      card: model.card, findings: findings, causes: model.causes, priors: [], likelihoods: [],
      groups: [], parents: [], redFlags: [], losses: [], associations: [],
      sources: [], settingFinding: model.settingFinding, checksum: model.checksum,
      impossibilities: model.impossibilities.map { rule in
        Impossibility(
          rule: rule.rule, kind: rule.kind,
          conditions: rule.conditions.map { condition in
            // Every code that the model takes for one of these states.
            RedFlag.Condition(
              finding: condition.finding,
              states: codes.toModel[condition.finding].indices.dropFirst().filter { code in
                condition.states.contains(Int(codes.toModel[condition.finding][code]) - 1)
              }.map { $0 - 1 })
          },
          basis: rule.basis, sources: rule.sources, note: rule.note)
      })
    synonyms = model.synonyms
    firstInput = model.findings.count
  }
}

extension CaseBatch {
  /// Whether the batch is known to be of a model's findings.
  func isOf(_ model: Model) -> Bool { knownVocabulary?.isSame(as: model.vocabulary) == true }

  /// The same cases in other codes.
  ///
  /// - Parameters:
  ///   - model: The model that the new codes are of.
  ///   - count: How many findings it has.
  ///   - code: The new code of a place, by the old one; a place that these cases lack is asked for
  ///     with unknown.
  func recoded(for model: Model, count: Int, code: (Int, UInt8) -> UInt8) -> CaseBatch {
    var batch = CaseBatch(model: model)
    var row = [UInt8](repeating: Self.unknown, count: count)
    for index in 0..<self.count {
      for place in 0..<count {
        row[place] = code(
          place, place < findingCount ? self.code(of: place, case: index) : Self.unknown)
      }
      batch.appendChecked(
        id: idBytes(of: index), codes: row, diagnosis: diagnosis(of: index), line: lines[index])
    }
    return batch
  }
}
