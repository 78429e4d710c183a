internal import DorsalNumerics

/// The products of a block of cases with the matrices of an `AnswerTable`.
struct AnswerBlock {
  /// Cases of a block: the products of a block stay in the second-level cache.
  static let size = 128

  private let table: AnswerTable
  private let findingCount: Int
  private let kernel: InformationKernel
  /// Of each action, the loss under each cause; empty where losses are not asked for.
  private let losses: [[Double]]

  /// The posteriors of the block: `posteriors[row * causes + cause]`.
  private var posteriors: [Double]
  /// Posteriors, then those weighted with the losses of each action, on the grid.
  private var left: DoubleMatrix
  /// The scale of the rows of `left`.
  private var rowScales: [Double]
  /// Expected losses: `expected[action * size + row]`.
  private(set) var expected: [Double]
  /// `left` × `updates`.
  private(set) var updated: DoubleMatrix
  /// Posteriors × `information`.
  private var rest: DoubleMatrix
  /// p log(p / b) of every state of weight 1, in nats.
  private var terms: DoubleMatrix

  init(table: AnswerTable, model: Model, withLosses: Bool) {
    self.table = table
    findingCount = model.findings.count
    kernel = InformationKernel(
      order: table.layout.order, plainCount: table.layout.plainCount,
      plainPlanes: table.layout.plainPlanes, discountedPlanes: table.layout.discountedPlanes,
      background: table.background, scales: table.scales, settingFinding: model.settingFinding,
      least: Self.least, known: Suggester.known)
    losses =
      withLosses
      ? Urgency.allCases.map { action in
        model.causes.indices.map { model.loss(of: action, cause: $0) }
      } : []
    posteriors = [Double](repeating: 0, count: Self.size * table.causeCount)
    let rows = Self.size * (1 + losses.count)
    left = DoubleMatrix(rowCount: rows, columnCount: table.causeCount)
    rowScales = [Double](repeating: 1, count: rows)
    expected = [Double](repeating: 0, count: Self.size * losses.count)
    updated = DoubleMatrix(rowCount: rows, columnCount: table.stateCount)
    rest = DoubleMatrix(rowCount: Self.size, columnCount: table.information.columnCount)
    terms = DoubleMatrix(rowCount: Self.size, columnCount: table.stateCount)
  }

  /// Goes through a batch in blocks.
  ///
  /// - Parameters:
  ///   - count: How many cases the batch has.
  ///   - load: Writes the posteriors of some cases, a row each; takes the first and how many.
  ///   - body: Takes the products, the first case of the block, and how many count.
  mutating func each(
    of count: Int, load: (Int, Int, inout MutableSpan<Double>) -> Void,
    body: (AnswerBlock, Int, Int) -> Void
  ) {
    var start = 0
    let total = count
    while start < total {
      let count = min(Self.size, total - start)
      var span = posteriors.mutableSpan
      load(start, count, &span)
      fill(count: count)
      // Rows of unused cases between posteriors and losses hold what was there before.
      BLAS.multiply(
        left, table.updates, into: &updated,
        rowCount: losses.isEmpty ? count : left.rowCount)
      BLAS.multiply(left, table.information, into: &rest, rowCount: count)
      RelativeTerms.write(
        of: updated, background: table.background, inverse: table.inverseBackground,
        least: Self.least, rowCount: count, into: &terms)
      body(self, start, count)
      start += count
    }
  }

  private mutating func fill(count: Int) {
    let causes = table.causeCount
    let loaded = posteriors
    let q = loaded.span
    var scales = rowScales
    var sums = expected
    left.withElements { elements in
      for index in 0..<count * causes {
        elements[index] = ExactGrid.round(q[index])
      }
      for (action, losses) in losses.enumerated() {
        for row in 0..<count {
          var sum = 0.0
          for cause in 0..<causes {
            sum += q[row * causes + cause] * losses[cause]
          }
          sums[action * Self.size + row] = sum
          let place = (1 + action) * Self.size + row
          let scale = ExactGrid.scale(above: sum)
          scales[place] = scale
          for cause in 0..<causes {
            elements[place * causes + cause] = ExactGrid.round(
              q[row * causes + cause] * losses[cause] / scale)
          }
        }
      }
    }
    rowScales = scales
    expected = sums
  }

  /// The posterior of a case of the block.
  func posterior(row: Int) -> [Double] {
    Array(posteriors[row * table.causeCount..<(row + 1) * table.causeCount])
  }

  /// T of a state averaged over the posterior: what the posterior is divided by after the
  /// answer. Above zero.
  func weight(of stateRow: Int, row: Int) -> Double {
    let column = table.layout.column[stateRow]
    return max(table.background[column] + updated[row, column], Self.least)
  }

  /// The predictive probability of a state, above zero.
  func probability(of stateRow: Int, row: Int) -> Double {
    let column = table.layout.column[stateRow]
    let discounted = column - table.layout.plainColumnCount
    guard discounted >= 0 else { return weight(of: stateRow, row: row) }
    let own = findingCount + discounted
    return max(table.background[column] + rest[row, own] * table.scales[own], Self.least)
  }

  /// The expected loss of an action after an answer, times the weight of the answer.
  func loss(of action: Int, stateRow: Int, row: Int) -> Double {
    let place = (1 + action) * Self.size + row
    let column = table.layout.column[stateRow]
    return table.background[column] * expected[action * Self.size + row]
      + updated[place, column] * rowScales[place]
  }

  /// A probability is above zero in any model; rounding to the grid must not change that.
  private static let least = 1e-12

  /// Writes the information of unknown findings in bits, and `Suggester.known` elsewhere.
  ///
  /// For a finding of weight 1 it is Σ over s of q P log(P / b), less Σ of p log(p / b); else
  /// Σ over s of p · ( (q T w log(P / b)) / (q T) − log((q T) / b) ).
  ///
  /// - Parameter place: The row of `result` for the first case; by default `start`.
  func writeInformation(
    of batch: CaseBatch, start: Int, count: Int, into result: inout MutableSpan<Float>,
    at place: Int? = nil
  ) {
    kernel.write(
      updated: updated, terms: terms, rest: rest, codes: batch.codes, start: start, count: count,
      into: &result, at: place ?? start)
  }
}
