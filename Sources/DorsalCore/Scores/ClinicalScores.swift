internal import DorsalNumerics

/// Evaluates the clinical scores of a model for batches of cases.
///
///     if let scores = ClinicalScores(model: model) {
///       var cases = scores.makeBatch()
///       try cases.append("a-17", ["age": 63, "lesion_type": "lytic", "vertebral_collapse": "none"])
///       for result in scores.results(for: cases)[0] {
///         print(result.score.label, result.points, result.band?.label ?? "open")
///       }
///     }
///
/// With X the cases × states matrix of indicators, a column for every state of every finding and one
/// for unknown, and L the matrix of the least and the greatest points that each column gives to each
/// score, the least and greatest totals are `X L`: one product a block of cases. Items that look at
/// several things (any of, k of n) are worked out before it and are columns of their own.
///
/// What is unknown makes a range instead of a number, and a band is given only where the whole range
/// lies in it. A range is never too narrow. It is exact where no unknown finding stands in two items
/// of which one looks at several things, or in a score and one of its parts.
public struct ClinicalScores: Sendable {
  /// The model.
  public let model: Model
  /// The model as cases are read for scores: its findings, with numbers cut where scores cut them
  /// too, and behind them the inputs. It has causes, but no numbers of theirs, and ranks nothing.
  package let reading: Model
  let program: ScoreProgram
  private let layers: [ScoreLayer]
  private let codeMaps: ScoreCodes

  /// `modelCodes[finding][code]`: the model's code of what was read for scores.
  var modelCodes: [[UInt8]] { codeMaps.toModel }

  /// Prepares the scores of a model.
  ///
  /// - Parameter model: The model.
  /// - Returns: Nothing where it has no scores.
  /// - Complexity: O(states × scores).
  public init?(model: Model) {
    guard let program = model.scoreProgram else { return nil }
    self.model = model
    self.program = program
    codeMaps = ScoreCodes(program.regions, model: model)
    reading = Model(reading: program.regions.findings, for: model, codes: codeMaps)
    layers = program.rounds.map { ScoreLayer($0, program) }
  }

  /// An empty batch for cases with findings and inputs, in which numbers are compared exactly.
  public func makeBatch() -> CaseBatch { CaseBatch(model: reading) }

  /// The same cases as a batch of the model: without inputs, and with numbers by the model's states.
  ///
  /// - Parameter batch: A batch of `makeBatch()`.
  public func modelCases(of batch: CaseBatch) -> CaseBatch {
    batch.requireCases(of: reading)
    return batch.recoded(for: model, count: model.findings.count) { codeMaps.toModel[$0][Int($1)] }
  }

  /// The same cases as they would have been read for scores. A batch of the model has no inputs, and
  /// numbers by their states alone.
  package func ownCases(of batch: CaseBatch) -> CaseBatch {
    if batch.isOf(reading) { return batch }
    batch.requireCases(of: model)
    let count = model.findings.count
    return batch.recoded(for: reading, count: reading.findings.count) {
      $0 < count ? codeMaps.fromModel[$0][Int($1)] : CaseBatch.unknown
    }
  }

  /// Evaluates every score for every case.
  ///
  /// - Parameter batch: A batch of `makeBatch()`, or one of the model.
  /// - Complexity: O(cases × states × scores) in one product a block, and for items that look at several
  ///   things at most 4096 steps each.
  package func totals(for batch: CaseBatch) -> ScoreTotals {
    let cases = ownCases(of: batch)
    var totals = ScoreTotals(caseCount: cases.count, scoreCount: program.scores.count)
    let codes = cases.codes.span
    for layer in layers { layer.evaluate(codes, program, into: &totals) }
    return totals
  }

  /// The scores that are listed for each case, in the order of the model: those whose key it has
  /// something of.
  ///
  /// - Parameter batch: A batch of `makeBatch()`, or one of the model: of that, a number is known by
  ///   its state alone, which may leave a range.
  public func results(for batch: CaseBatch) -> [[ScoreResult]] {
    let cases = ownCases(of: batch)
    let totals = totals(for: cases)
    return (0..<cases.count).map { index in
      let view = view(of: index, in: cases, totals)
      return listed(for: index, in: cases).map { result(of: $0, for: view) }
    }
  }

  /// The findings and inputs that a score asks for, as indices into the findings of `reading`.
  package func inputs(of score: Int) -> [Int] { program.scores[score].inputs }

  /// The scores that are listed for a case: those that are no part of others, and whose key it has
  /// something of.
  ///
  /// - Parameter cases: A batch of `makeBatch()`.
  package func listed(for index: Int, in cases: CaseBatch) -> [Int] {
    model.scores.indices.filter { score in
      model.scores[score].role == .score
        && program.scores[score].key.contains {
          cases.code(of: $0, case: index) != CaseBatch.unknown
        }
    }
  }

  /// What is known of one case.
  package struct View {
    fileprivate let codes: [UInt8]
    /// The regions or bands of each place that are possible, one bit each.
    fileprivate let possible: [UInt64]
    fileprivate let totals: ScoreTotals
    fileprivate let index: Int
  }

  /// What is known of a case, to be asked for its scores.
  ///
  /// - Parameters:
  ///   - index: The case.
  ///   - cases: A batch of `makeBatch()`.
  ///   - totals: Its totals.
  package func view(of index: Int, in cases: CaseBatch, _ totals: ScoreTotals) -> View {
    let start = index * cases.findingCount
    let codes = Array(cases.codes[start..<start + cases.findingCount])
    var possible = program.allPossible
    for (place, code) in codes.enumerated() where !program.regions.masks[place].isEmpty {
      possible[place] = program.regions.masks[place][Int(code)]
    }
    for score in model.scores.indices {
      possible[codes.count + score] = totals.bands(of: score, case: index)
    }
    return View(codes: codes, possible: possible, totals: totals, index: index)
  }

  /// What a score comes to for a case.
  package func result(of score: Int, for view: View) -> ScoreResult {
    let definition = model.scores[score]
    let own = program.scores[score]
    let bands = view.totals.bands(of: score, case: view.index)
    let isKnown = { (place: Int) in view.codes[place] != CaseBatch.unknown }
    let items =
      definition.kind == .table
      ? []
      : zip(definition.items, own.items).map { item, prepared in
        ScoreResult.Item(item: item, hundredths: prepared.range(view.possible, isKnown))
      }
    let missing = open(of: score, for: view).filter { !isKnown($0) }.uniqued()
    return ScoreResult(
      score: definition,
      hundredths: definition.kind == .points
        ? view.totals.range(of: score, case: view.index) : nil,
      possibleBands: definition.bands.indices.filter { bands >> UInt64($0) & 1 == 1 },
      items: items,
      knownInputs: own.inputs.filter(isKnown).map { reading.findings[$0].id },
      missing: missing.map { reading.findings[$0].id },
      inputs: own.inputs.map { reading.findings[$0].id })
  }

  /// What a score still hangs on: the findings and inputs of its open items, and of its parts whose
  /// bands are open what they hang on.
  private func open(of score: Int, for view: View) -> [Int] {
    var seen: Set<Int> = []
    return open(of: score, for: view, seen: &seen)
  }

  private func open(of score: Int, for view: View, seen: inout Set<Int>) -> [Int] {
    // A part of several parts is looked at once.
    guard seen.insert(score).inserted else { return [] }
    let definition = model.scores[score]
    if definition.kind == .table,
      view.totals.bands(of: score, case: view.index).nonzeroBitCount < 2
    {
      return []
    }
    let isKnown = { (place: Int) in view.codes[place] != CaseBatch.unknown }
    var open: [Int] = []
    for (index, item) in definition.items.enumerated() {
      if definition.kind == .points,
        program.scores[score].items[index].range(view.possible, isKnown).count == 1
      {
        continue
      }
      for condition in item.options.flatMap(\.conditions) {
        guard case .score(let part) = condition.subject else {
          open.append(program.regions.place(of: condition.subject))
          continue
        }
        if view.totals.bands(of: part, case: view.index).nonzeroBitCount > 1 {
          open += self.open(of: part, for: view, seen: &seen)
        }
      }
    }
    return open
  }
}

/// What a score comes to for one case.
public struct ScoreResult: Sendable, Hashable {
  /// An item with its points.
  public struct Item: Sendable, Hashable {
    /// The item.
    public let item: ClinicalScore.Item
    let hundredths: ClosedRange<Int>
    /// The least and greatest points that it may have, by what is known.
    public var points: ClosedRange<Double> {
      Double(hundredths.lowerBound) / 100...Double(hundredths.upperBound) / 100
    }
    /// The same in words: `3`, `0 to 3`.
    package var text: String { ScoreResult.text(of: hundredths) }
  }

  /// The score.
  public let score: ClinicalScore
  let hundredths: ClosedRange<Int>?
  /// The bands that are possible by what is known, as indices.
  public let possibleBands: [Int]
  /// The items with their points; empty for a decision table.
  public let items: [Item]
  /// The findings and inputs of the score that are known, its parts included.
  public let knownInputs: [String]
  /// The unknown ones that could still change the points of an item, or the band of a decision
  /// table.
  public let missing: [String]
  /// All findings and inputs of the score, its parts included.
  public let inputs: [String]

  /// The least and greatest points, the same where nothing is open; nothing for a decision table.
  public var points: ClosedRange<Double>? {
    hundredths.map { Double($0.lowerBound) / 100...Double($0.upperBound) / 100 }
  }

  /// The band, where every value that is still possible lies in one.
  public var band: ClinicalScore.Band? {
    possibleBands.count == 1 ? score.bands[possibleBands[0]] : nil
  }

  /// The points in words: `7`, `4 to 9`; empty for a decision table.
  package var pointsText: String {
    guard let hundredths else { return "" }
    return Self.text(of: hundredths)
  }

  /// Points in words.
  fileprivate static func text(of hundredths: ClosedRange<Int>) -> String {
    let least = ScoreSyntax.text(ofHundredths: hundredths.lowerBound)
    return hundredths.count == 1
      ? least : "\(least) to \(ScoreSyntax.text(ofHundredths: hundredths.upperBound))"
  }
}

/// The totals of all scores for a batch: exact, in hundredths of a point.
package struct ScoreTotals: Sendable, Equatable {
  package let caseCount: Int
  package let scoreCount: Int
  /// `least[case * scoreCount + score]`; 0 for decision tables.
  var least: [Int32]
  /// The same for the greatest.
  var greatest: [Int32]
  /// The bands that are possible, one bit each.
  var bands: [UInt64]

  init(caseCount: Int, scoreCount: Int) {
    (self.caseCount, self.scoreCount) = (caseCount, scoreCount)
    least = [Int32](repeating: 0, count: caseCount * scoreCount)
    greatest = least
    bands = [UInt64](repeating: 0, count: caseCount * scoreCount)
  }

  /// The least and greatest points in hundredths.
  package func range(of score: Int, case index: Int) -> ClosedRange<Int> {
    let place = index * scoreCount + score
    return Int(least[place])...Int(greatest[place])
  }

  /// The bands that are possible, one bit each.
  package func bands(of score: Int, case index: Int) -> UInt64 {
    bands[index * scoreCount + score]
  }
}
