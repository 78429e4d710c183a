package import DorsalCore
internal import DorsalNumerics

/// What labelled cases say against the numbers of a model: shifts of log P(state given cause) and
/// of log P(cause), as the minimum of
///
///     −Σ log P(diagnosis of i given its findings)
///       + precision / 2 · Σ shift(s, c)² + offset precision / 2 · Σ offset(t, c)²
///
/// over the cases i, the known states s, the causes c and the settings t. Each finding's
/// probabilities add up to 1 after the shift. A count of states tells how often they are seen with
/// a cause and leaves it to the model how findings hang together; this tells what the states are
/// worth beside each other, as logistic regression does, held to the counts.
///
/// Causes without a case stay, since the cases tell nothing of them, and so does `unlisted`, whose
/// likelihoods others use. What findings say together stays as the model has it.
package struct ShiftProblem: Sendable {
  /// How strongly shifts and offsets are held, for a weight of the prior model of 1: of the scales
  /// that did best on half of two surveys.
  static let (precision, offsetPrecision) = (0.4, 0.025)

  let model: Model
  /// The cases with their findings and the posteriors of the model.
  let labelled: LabelledLogPosteriors
  /// The state rows of the findings that a case knows, finding by finding.
  let stateRows: [Int]
  /// The first place of each of these findings, and the end of the last.
  let firstPlaces: [Int]
  /// The weight of the finding of each.
  let weights: [Double]
  /// The place of each state row among these, from 1, or 0.
  let places: [Int]
  /// log P(state given cause) of the model, at each place and cause.
  private let oldLogs: [Double]
  /// log P(cause) of the model, by setting and cause.
  private let oldLogPriors: [Double]

  /// Prepares shifts of a model.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - labelled: Cases with one diagnosis each, their findings and their posteriors by the model.
  package init(_ model: Model, labelled: LabelledLogPosteriors) {
    precondition(labelled.findingCount == model.findings.count, "cases with their findings")
    self.model = model
    self.labelled = labelled
    let table = model.likelihoodTable
    var isKnown = [Bool](repeating: false, count: model.findings.count)
    for index in labelled.indices {
      for finding in isKnown.indices
      where labelled.codes[index * labelled.findingCount + finding] != CaseBatch.unknown {
        isKnown[finding] = true
      }
    }
    var (rows, firsts, weights): ([Int], [Int], [Double]) = ([], [0], [])
    var places = [Int](repeating: 0, count: table.stateRowCount)
    for (finding, value) in model.findings.enumerated()
    where isKnown[finding] && finding != model.settingFinding {
      for state in value.states.indices {
        rows.append(table.firstStateRow[finding] + state)
        weights.append(value.weight)
        places[table.firstStateRow[finding] + state] = rows.count
      }
      firsts.append(rows.count)
    }
    (stateRows, firstPlaces, self.weights, self.places) = (rows, firsts, weights, places)
    let old = ModelNumbers(model)
    oldLogs = Self.logLikelihoods(old, rows, causes: labelled.causeCount)
    oldLogPriors = old.priors.map { Elementary.log($0) }
  }

  private var causes: Int { labelled.causeCount }

  /// The loss of cases by numbers that differ from the model's.
  package func loss(of members: [Int], by numbers: ModelNumbers, threads: Int) -> Double {
    sums(
      members, evidence: evidence(logLikelihoods(numbers)), priors: priorChange(numbers.priors),
      threads: threads
    ).loss
  }

  /// The shifts that cases call for.
  ///
  /// - Parameters:
  ///   - members: The cases.
  ///   - numbers: What they are held to.
  ///   - weight: How strongly: the weight of the prior model.
  ///   - start: Shifts to begin with, of another weight.
  ///   - mostIterations: The most steps.
  ///   - threads: How many parts of the cases to work on at a time.
  package func shifts(
    of members: [Int], from numbers: ModelNumbers, weight: Double, start: NumberShifts? = nil,
    mostIterations: Int, threads: Int
  ) -> NumberShifts {
    var seen = [Bool](repeating: false, count: model.priorTable.count)
    for index in members {
      seen[Int(labelled.settings[index]) * causes + labelled.singleDiagnosis(of: index)] = true
    }
    let moves = (0..<causes).map { cause in
      cause != causes - 1 && model.settings.indices.contains { seen[$0 * causes + cause] }
    }
    let logs = logLikelihoods(numbers)
    let (ridge, offsetRidge) = (Self.precision * weight, Self.offsetPrecision * weight)
    let size = stateRows.count * causes
    let priors = priorChange(numbers.priors)
    let end = LimitedMemoryDescent.minimise(
      from: flat(start), tolerance: 1e-4 * Double(max(members.count, 1)).squareRoot(),
      mostIterations: mostIterations
    ) { parameters in
      let shifted = normalised(logs, plus: parameters)
      let offsets = priors.indices.map { priors[$0] + parameters[size + $0] }
      let sum = sums(members, evidence: evidence(shifted), priors: offsets, threads: threads)
      var gradient = normalisedGradient(sum.evidence, at: shifted) + sum.priors
      var loss = sum.loss
      for index in gradient.indices {
        let isOffset = index >= size
        let isFree = isOffset ? seen[index - size] : moves[index % causes]
        let held = isOffset ? offsetRidge : ridge
        loss += held * parameters[index] * parameters[index] / 2
        gradient[index] = isFree ? gradient[index] + held * parameters[index] : 0
      }
      return LimitedMemoryDescent.Value(loss: loss, gradient: gradient)
    }
    var found = spread(end.place)
    found.isConverged = end.isConverged
    return found
  }

  /// Numbers with shifts, each finding normalised.
  package func shifted(_ numbers: ModelNumbers, by shifts: NumberShifts) -> ModelNumbers {
    var result = numbers
    let logs = normalised(logLikelihoods(numbers), plus: flat(shifts))
    for (place, row) in stateRows.enumerated() {
      for cause in 0..<causes {
        result.likelihoods[row * causes + cause] = Elementary.exp(logs[place * causes + cause])
      }
    }
    for setting in model.settings.indices {
      let range = setting * causes..<(setting + 1) * causes
      let moved = range.map { numbers.priors[$0] * Elementary.exp(shifts.priors[$0]) }
      let sum = moved.reduce(0, +)
      for (index, value) in zip(range, moved) { result.priors[index] = value / sum }
    }
    return result
  }
}

extension ShiftProblem {
  /// Parameters: what each place and cause is moved by, then the offsets of settings.
  private func flat(_ shifts: NumberShifts?) -> [Double] {
    guard let shifts else {
      return [Double](repeating: 0, count: stateRows.count * causes + model.priorTable.count)
    }
    return stateRows.flatMap { shifts.likelihoods[$0 * causes..<($0 + 1) * causes] }
      + shifts.priors
  }

  private func spread(_ parameters: [Double]) -> NumberShifts {
    var shifts = NumberShifts(model)
    for (place, row) in stateRows.enumerated() {
      for cause in 0..<causes {
        shifts.likelihoods[row * causes + cause] = parameters[place * causes + cause]
      }
    }
    shifts.priors = Array(parameters[(stateRows.count * causes)...])
    return shifts
  }

  private func logLikelihoods(_ numbers: ModelNumbers) -> [Double] {
    Self.logLikelihoods(numbers, stateRows, causes: causes)
  }

  private static func logLikelihoods(
    _ numbers: ModelNumbers, _ rows: [Int], causes: Int
  ) -> [Double] {
    rows.flatMap { row in
      (0..<causes).map { Elementary.log(numbers.likelihoods[row * causes + $0]) }
    }
  }

  private func priorChange(_ priors: [Double]) -> [Double] {
    priors.indices.map { Elementary.log(priors[$0]) - oldLogPriors[$0] }
  }

  /// Logarithms with shifts, less the logarithm of each finding's sum.
  private func normalised(_ logs: [Double], plus parameters: [Double]) -> [Double] {
    var result = logs
    for index in result.indices { result[index] += parameters[index] }
    for (first, end) in zip(firstPlaces, firstPlaces.dropFirst()) {
      for cause in 0..<causes {
        var sum = 0.0
        for place in first..<end { sum += Elementary.exp(result[place * causes + cause]) }
        let log = Elementary.log(sum)
        for place in first..<end { result[place * causes + cause] -= log }
      }
    }
    return result
  }

  /// The derivatives by shifts out of those by the evidence of normalised states.
  private func normalisedGradient(_ evidence: DoubleMatrix, at logs: [Double]) -> [Double] {
    var result = evidence.elements
    for place in stateRows.indices {
      for cause in 0..<causes { result[place * causes + cause] *= weights[place] }
    }
    for (first, end) in zip(firstPlaces, firstPlaces.dropFirst()) {
      for cause in 0..<causes {
        var sum = 0.0
        for place in first..<end { sum += result[place * causes + cause] }
        for place in first..<end {
          let index = place * causes + cause
          result[index] -= Elementary.exp(logs[index]) * sum
        }
      }
    }
    return result
  }

  /// What log-likelihoods add to the scores by the model.
  private func evidence(_ logs: [Double]) -> DoubleMatrix {
    var matrix = DoubleMatrix(rowCount: stateRows.count, columnCount: causes)
    matrix.withElements { elements in
      for index in elements.indices {
        elements[index] = weights[index / causes] * (logs[index] - oldLogs[index])
      }
    }
    return matrix
  }

  private struct Sums: Sendable {
    var loss = 0.0
    var evidence: DoubleMatrix
    var priors: [Double]
  }

  /// Cases of a product, and of a part that a thread works on.
  private static let (blockSize, partSize) = (256, 4096)

  private func sums(
    _ members: [Int], evidence: DoubleMatrix, priors: [Double], threads: Int
  ) -> Sums {
    var sum = Sums(
      evidence: DoubleMatrix(rowCount: stateRows.count, columnCount: causes),
      priors: [Double](repeating: 0, count: priors.count))
    let empty = sum
    let parts = ParallelMap.run(
      (members.count + Self.partSize - 1) / Self.partSize, threads: threads
    ) { part -> Sums in
      var own = empty
      let end = min((part + 1) * Self.partSize, members.count)
      var block = Block(rows: stateRows.count, causes: causes)
      for start in stride(from: part * Self.partSize, to: end, by: Self.blockSize) {
        let cases = members[start..<min(start + Self.blockSize, end)]
        add(cases, evidence: evidence, priors: priors, block: &block, to: &own)
      }
      return own
    }
    for part in parts {
      sum.loss += part.loss
      sum.evidence.add(part.evidence)
      for index in sum.priors.indices { sum.priors[index] += part.priors[index] }
    }
    return sum
  }

  private struct Block {
    var indicators: DoubleMatrix
    var scores: DoubleMatrix

    init(rows: Int, causes: Int) {
      indicators = DoubleMatrix(rowCount: ShiftProblem.blockSize, columnCount: rows)
      scores = DoubleMatrix(rowCount: ShiftProblem.blockSize, columnCount: causes)
    }
  }

  /// Adds a block: scores are a product of indicators and evidence, and its gradient that of the
  /// indicators and of what the posteriors miss the diagnoses by.
  private func add(
    _ cases: ArraySlice<Int>, evidence: DoubleMatrix, priors: [Double], block: inout Block,
    to sum: inout Sums
  ) {
    let (findings, codes) = (labelled.findingCount, labelled.codes.span)
    let (first, rowCount) = (model.likelihoodTable.firstStateRow, stateRows.count)
    block.indicators.withElements { elements in
      for index in 0..<cases.count * rowCount { elements[index] = 0 }
      for (row, index) in cases.enumerated() {
        for finding in 0..<findings {
          let code = codes[index * findings + finding]
          guard code != CaseBatch.unknown else { continue }
          let place = places[first[finding] + Int(code) - 1]
          if place > 0 { elements[row * rowCount + place - 1] = 1 }
        }
      }
    }
    BLAS.multiply(block.indicators, evidence, into: &block.scores, rowCount: cases.count)
    let z = labelled.logPosteriors.span
    let (causes, firstCase) = (causes, cases.startIndex)
    var (loss, gradient) = (0.0, sum.priors)
    block.scores.withElements { elements in
      for place in cases.indices {
        let index = cases[place]
        let row = (place - firstCase) * causes
        let prior = Int(labelled.settings[index]) * causes
        for cause in 0..<causes {
          elements[row + cause] += Double(z[index * causes + cause]) + priors[prior + cause]
        }
        let diagnosis = labelled.singleDiagnosis(of: index)
        let own = elements[row + diagnosis]
        loss += Softmax.normalize(&elements, in: row..<row + causes) - own
        for cause in 0..<causes {
          let residual = elements[row + cause] - (cause == diagnosis ? 1 : 0)
          elements[row + cause] = residual
          gradient[prior + cause] += residual
        }
      }
    }
    (sum.loss, sum.priors) = (sum.loss + loss, gradient)
    BLAS.addProduct(
      ofTransposed: block.indicators, block.scores, to: &sum.evidence, rowCount: cases.count)
  }
}
