internal import DorsalNumerics

/// Some cases of an evidence fit as matrices, and the sums over all blocks.
struct EvidenceBlock {
  private let causeCount: Int
  private let rowCount: Int
  /// X: ones, then the indicators of states.
  private var indicators: DoubleMatrix
  /// X with its rows weighted.
  private var weighted: DoubleMatrix
  private var priors: DoubleMatrix
  /// E.
  private var evidence: DoubleMatrix
  private var probabilities: DoubleMatrix
  /// P − Y.
  private var residuals: DoubleMatrix
  /// p(c) · (E(c) − mean of E under p).
  private var deviations: DoubleMatrix
  private var accepted: [[Int]]

  /// X'(P − Y), and X' of the deviations.
  private var gradient: DoubleMatrix
  private var scaleColumn: DoubleMatrix
  /// Of the pairs of causes c ≤ k, in this order: X' diag(p(c) · ([c = k] − p(k))) X.
  private var pairs: [DoubleMatrix]

  init(caseCount: Int, rowCount: Int, causeCount: Int) {
    self.causeCount = causeCount
    self.rowCount = rowCount
    indicators = DoubleMatrix(rowCount: caseCount, columnCount: rowCount)
    weighted = indicators
    priors = DoubleMatrix(rowCount: caseCount, columnCount: causeCount)
    evidence = priors
    probabilities = priors
    residuals = priors
    deviations = priors
    accepted = [[Int]](repeating: [], count: caseCount)
    gradient = DoubleMatrix(rowCount: rowCount, columnCount: causeCount)
    scaleColumn = gradient
    pairs = [DoubleMatrix](
      repeating: DoubleMatrix(rowCount: rowCount, columnCount: rowCount),
      count: causeCount * (causeCount + 1) / 2)
  }

  /// Begins a case, with no finding known.
  mutating func begin(row: Int, accepted causes: [Int]) {
    let count = rowCount
    indicators.withElements { elements in
      elements[row * count] = 1
      for place in 1..<count { elements[row * count + place] = 0 }
    }
    accepted[row] = causes
  }

  /// Sets the prior of a cause and the model's evidence for it.
  mutating func setPrior(_ logPrior: Double, evidence value: Double, row: Int, cause: Int) {
    priors[row, cause] = logPrior
    evidence[row, cause] = value
  }

  /// Marks a known state.
  mutating func mark(row: Int, place: Int) { indicators[row, place] = 1 }

  /// Adds the losses of the first cases, and to the sums of the block what becomes their
  /// gradient and Hessian.
  mutating func addSums(
    of count: Int, added: DoubleMatrix, scale: Double, to sum: inout Newton.Sum
  ) {
    guard count > 0 else { return }
    BLAS.multiply(indicators, added, into: &probabilities, rowCount: count)
    for row in 0..<count { addCase(row, scale: scale, to: &sum) }
    BLAS.addProduct(ofTransposed: indicators, residuals, to: &gradient, rowCount: count)
    BLAS.addProduct(ofTransposed: indicators, deviations, to: &scaleColumn, rowCount: count)
    var pair = 0
    for cause in 0..<causeCount {
      for other in cause..<causeCount {
        Self.weigh(
          indicators, by: probabilities, cause, other, into: &weighted, rowCount: count)
        BLAS.addProduct(ofTransposed: indicators, weighted, to: &pairs[pair], rowCount: count)
        pair += 1
      }
    }
  }

  /// The softmax of a case's scores, its residuals and its part of what is one number.
  private mutating func addCase(_ row: Int, scale: Double, to sum: inout Newton.Sum) {
    let causes = 0..<causeCount
    var greatest = -Double.infinity
    var best = 0
    for cause in causes {
      let score =
        probabilities[row, cause] + priors[row, cause] + scale * evidence[row, cause]
      probabilities[row, cause] = score
      if score > greatest { (best, greatest) = (cause, score) }
    }
    let own = accepted[row]
    let single = own.count == 1 ? probabilities[row, own[0]] : nil
    sum.isSeparated = sum.isSeparated && own.contains(best)
    let first = row * causeCount
    let logSum = probabilities.withElements {
      Softmax.normalize(&$0, in: first..<first + causeCount)
    }
    var mean = 0.0
    for cause in causes {
      mean += probabilities[row, cause] * evidence[row, cause]
    }
    // Of one cause the logarithm is a difference of scores, which cannot underflow.
    let ownSum = own.reduce(0) { $0 + probabilities[row, $1] }
    sum.loss +=
      single.map { logSum - $0 }
      ?? -Elementary.log(max(ownSum, .leastNormalMagnitude))
    for cause in causes {
      let p = probabilities[row, cause]
      let deviation = evidence[row, cause] - mean
      residuals[row, cause] = p
      deviations[row, cause] = p * deviation
      sum.gradient[0] += p * evidence[row, cause]
      sum.hessian[0, 0] += p * deviation * deviation
    }
    for cause in own {
      let share = single != nil || ownSum == 0 ? 1 : probabilities[row, cause] / ownSum
      residuals[row, cause] -= share
      sum.gradient[0] -= share * evidence[row, cause]
    }
  }

  /// Weighs the rows of the indicators for a pair of causes.
  private static func weigh(
    _ indicators: DoubleMatrix, by probabilities: DoubleMatrix, _ cause: Int, _ other: Int,
    into weighted: inout DoubleMatrix, rowCount: Int
  ) {
    let (rows, causes) = (indicators.columnCount, probabilities.columnCount)
    let (indicators, p) = (indicators.elements.span, probabilities.elements.span)
    weighted.withElements { weighted in
      for row in 0..<rowCount {
        let own = p[row * causes + cause]
        let weight = own * ((cause == other ? 1 : 0) - p[row * causes + other])
        let first = row * rows
        for place in first..<first + rows { weighted[place] = weight * indicators[place] }
      }
    }
  }

  /// Adds the sums of the block to the gradient and the upper triangle of the Hessian, whose
  /// parameters are the scale, then row by row of the indicators the causes.
  func addBlocks(to sum: inout Newton.Sum) {
    for row in 0..<rowCount {
      for cause in 0..<causeCount {
        let index = 1 + row * causeCount + cause
        sum.gradient[index] += gradient[row, cause]
        sum.hessian[0, index] += scaleColumn[row, cause]
      }
    }
    var pair = 0
    for cause in 0..<causeCount {
      for other in cause..<causeCount {
        let products = pairs[pair]
        for row in 0..<rowCount {
          for column in row..<rowCount {
            let value = products[row, column]
            // The pair stands for both orders of its causes: twice where rows differ.
            sum.hessian[1 + row * causeCount + cause, 1 + column * causeCount + other] += value
            if cause != other, row != column {
              sum.hessian[1 + row * causeCount + other, 1 + column * causeCount + cause] += value
            }
          }
        }
        pair += 1
      }
    }
  }
}
