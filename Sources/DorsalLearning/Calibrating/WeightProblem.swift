internal import DorsalCore
internal import DorsalNumerics

/// The cases of a weight fit, and the sums of their losses at given weights.
struct WeightProblem {
  /// The negative log-likelihood at one place, its gradient and its Hessian.
  struct Sum: NewtonSum {
    var loss = 0.0
    var gradient: [Double]
    var hessian: DoubleMatrix
  }

  /// The diagnosis of each case that has one, and only one.
  let diagnoses: [Int]
  private let batch: CaseBatch
  /// Those cases, as indices into the batch.
  private let cases: [Int]
  private let settings: [Int]
  private let causeCount: Int
  private let termCount: Int
  private let settingFinding: Int
  private let firstStateRow: [Int]
  /// The term of each finding, or -1 where its weight is the model's.
  private let terms: [Int]
  /// log P(state | cause) − log P(state | background), times the model's weight for findings
  /// without a term; log priors in the rows of the setting: `ratios[stateRow * causeCount +
  /// cause]`.
  private let ratios: [Double]

  /// Cases of a block, whose sums of ratios stay in the second-level cache.
  private static let blockSize = 128

  /// - Parameters:
  ///   - batch: Labelled cases.
  ///   - scorer: Gives the model and the default setting.
  ///   - terms: The findings that share a weight.
  init(_ batch: CaseBatch, scorer: Scorer, terms findings: [[Int]]) {
    let model = scorer.model
    let table = model.likelihoodTable
    self.batch = batch
    cases = (0..<batch.count).filter { batch.diagnosis(of: $0).count == 1 }
    diagnoses = cases.map { batch.diagnosis(of: $0)[0] }
    settings = cases.map { scorer.setting(of: $0, in: batch) }
    causeCount = table.causeCount
    termCount = findings.count
    settingFinding = model.settingFinding
    firstStateRow = table.firstStateRow
    var terms = [Int](repeating: -1, count: model.findings.count)
    for (term, findings) in findings.enumerated() {
      for finding in findings { terms[finding] = term }
    }
    self.terms = terms
    var ratios = [Double](repeating: 0, count: table.stateRowCount * table.causeCount)
    for (index, finding) in model.findings.enumerated() {
      for state in finding.states.indices {
        let row = table.firstStateRow[index] + state
        for cause in 0..<table.causeCount {
          ratios[row * table.causeCount + cause] =
            index == model.settingFinding
            ? Elementary.log(model.priorTable[state * table.causeCount + cause])
            : (terms[index] < 0 ? finding.weight : 1)
              * (Elementary.log(table.probability(stateRow: row, cause: cause))
                - Elementary.log(table.background[row]))
        }
      }
    }
    self.ratios = ratios
  }

  /// The negative log-likelihood with the model's own weights.
  static func loss(_ batch: CaseBatch, scorer: Scorer) -> Double {
    WeightProblem(batch, scorer: scorer, terms: []).sum(at: []).loss
  }

  /// The sums at some weights, one a term.
  ///
  /// - Complexity: O(cases × causes × (known findings + terms²)).
  func sum(at weights: [Double]) -> Sum {
    var sum = Sum(
      gradient: [Double](repeating: 0, count: termCount),
      hessian: DoubleMatrix(rowCount: termCount, columnCount: termCount))
    // A row for each case and cause, a column for each term; scores in a matrix of their own.
    var block = DoubleMatrix(rowCount: Self.blockSize * causeCount, columnCount: termCount)
    var scores = DoubleMatrix(rowCount: Self.blockSize * causeCount, columnCount: 1)
    for start in stride(from: 0, to: cases.count, by: Self.blockSize) {
      let count = min(Self.blockSize, cases.count - start)
      fill(&block, &scores, start: start, count: count)
      addLosses(&block, scores, weights: weights, start: start, count: count, to: &sum)
      BLAS.addGram(
        of: block, toUpperTriangleOf: &sum.hessian, rowCount: count * causeCount)
    }
    sum.hessian.mirrorUpperTriangle()
    return sum
  }

  /// Writes the sums of ratios by case, cause and term, and what no term holds to `scores`.
  private func fill(
    _ block: inout DoubleMatrix, _ scores: inout DoubleMatrix, start: Int, count: Int
  ) {
    let (causes, termCount) = (causeCount, termCount)
    let (codes, ratios) = (batch.codes.span, ratios.span)
    let (terms, firstStateRow) = (terms.span, firstStateRow.span)
    block.withElements { sums in
      scores.withElements { rest in
        for index in 0..<count * causes * termCount { sums[index] = 0 }
        for row in 0..<count {
          let first = cases[start + row] * batch.findingCount
          let place = row * causes
          let prior = (firstStateRow[settingFinding] + settings[start + row]) * causes
          for cause in 0..<causes { rest[place + cause] = ratios[prior + cause] }
          for finding in 0..<terms.count where finding != settingFinding {
            let code = codes[first + finding]
            guard code != CaseBatch.unknown else { continue }
            let ratio = (firstStateRow[finding] + Int(code) - 1) * causes
            let term = terms[finding]
            if term < 0 {
              for cause in 0..<causes { rest[place + cause] += ratios[ratio + cause] }
            } else {
              for cause in 0..<causes {
                sums[(place + cause) * termCount + term] += ratios[ratio + cause]
              }
            }
          }
        }
      }
    }
  }

  /// Adds the losses and the gradient of a block, and leaves in it √posterior times the
  /// deviation from the posterior mean, whose Gram matrix is the block's Hessian.
  private func addLosses(
    _ block: inout DoubleMatrix, _ scores: DoubleMatrix, weights: [Double], start: Int,
    count: Int, to sum: inout Sum
  ) {
    let (causes, termCount) = (causeCount, termCount)
    let rest = scores.elements.span
    var posterior = [Double](repeating: 0, count: causes)
    var mean = [Double](repeating: 0, count: termCount)
    block.withElements { sums in
      for row in 0..<count {
        let first = row * causes
        for cause in 0..<causes {
          var score = rest[first + cause]
          for term in 0..<termCount {
            score += weights[term] * sums[(first + cause) * termCount + term]
          }
          posterior[cause] = score
        }
        let diagnosis = diagnoses[start + row]
        let own = posterior[diagnosis]
        sum.loss += Softmax.normalize(&posterior) - own
        for term in 0..<termCount { mean[term] = 0 }
        for cause in 0..<causes {
          for term in 0..<termCount {
            mean[term] += posterior[cause] * sums[(first + cause) * termCount + term]
          }
        }
        for term in 0..<termCount {
          sum.gradient[term] += mean[term] - sums[(first + diagnosis) * termCount + term]
        }
        for cause in 0..<causes {
          let root = posterior[cause].squareRoot()
          for term in 0..<termCount {
            let index = (first + cause) * termCount + term
            sums[index] = root * (sums[index] - mean[term])
          }
        }
      }
    }
  }
}
