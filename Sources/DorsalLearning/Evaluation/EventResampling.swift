internal import DorsalNumerics

/// The figures of one event in bootstrap samples, 64 to a piece, all samples of a batch side
/// by side.
///
/// The order of the cases is the same in every sample, and only their counts differ: one pass
/// along the order gives the exact area and average precision of all samples. Sums over cases
/// are products of a block of cases with the counts, by `sgemm`, added up in `Double`.
/// Slopes and intercepts take one Newton step from the fit to all cases, which is the usual
/// one-step bootstrap of a maximum-likelihood estimate (L. H. Moulton, S. L. Zeger, Comput
/// Stat Data Anal 1991;11:53-63).
struct EventResampling {
  /// The figures that are resampled.
  enum Statistic: Int, CaseIterable {
    case auroc, averagePrecision, brier, logLoss, expectedOverObserved, slope, intercept
    case interceptAtSlopeOne
    /// The debiased mean squared distance over the bins.
    case squaredError
  }

  /// Columns of the block of cases that is multiplied with the counts.
  private enum Column: Int, CaseIterable {
    case one, event, probability, brier, logLoss
    case score, scoreLogit, weight, weightLogit, weightLogitSquare
    case scoreAtSlopeOne, weightAtSlopeOne
  }

  let forecast: EventForecast
  let figures: EventFigures
  /// Thresholds at which net benefit is wanted, ascending.
  let thresholds: [Double]

  /// Cases of a block.
  private static let blockSize = 512

  /// The figures of the samples of some pieces.
  struct Samples: Sendable {
    /// `statistics[statistic][sample]`; NaN where a sample has none.
    var statistics: [[Double]]
    /// The net benefit of acting at a threshold: `netBenefit[threshold][sample]`.
    var netBenefit: [[Double]]
    /// The same for acting on everyone.
    var netBenefitOfAll: [[Double]]
  }

  /// - Complexity: O(cases × samples), about 30 floating-point operations each.
  func run(_ drawn: ResampledCounts) -> Samples {
    let lanes = drawn.laneCount
    // Where sums are taken apart: at the edges of bins and at thresholds.
    let thresholdCuts = thresholds.map { forecast.count(atLeast: $0) }
    let cuts = Set(figures.bins.cuts + thresholdCuts + [0, forecast.count]).sorted()
    var walk = Walk(lanes: lanes)
    var totals = [Double](repeating: 0, count: Column.allCases.count * lanes)
    // One, event and probability up to each cut.
    var upTo: [[Double]] = [[Double](repeating: 0, count: 3 * lanes)]
    var counts = Matrix(rowCount: Self.blockSize, columnCount: lanes)
    var columns = Matrix(rowCount: Self.blockSize, columnCount: Column.allCases.count)
    var product = Matrix(rowCount: Column.allCases.count, columnCount: lanes)
    for (start, end) in zip(cuts, cuts.dropFirst()) {
      var first = start
      while first < end {
        let last = min(first + Self.blockSize, end)
        drawn.write(forecast.rows[first..<last], to: &counts)
        fill(&columns, first..<last)
        product.withElements { for index in $0.indices { $0[index] = 0 } }
        BLAS.addProduct(ofTransposed: columns, counts, to: &product, rowCount: last - first)
        add(product, to: &totals)
        walk.take(last - first, of: forecast.runs, counts: counts)
        first = last
      }
      upTo.append(Array(totals[..<(3 * lanes)]))
    }
    return samples(
      totals: totals, walk: walk, upTo: Dictionary(uniqueKeysWithValues: zip(cuts, upTo)),
      thresholdCuts: thresholdCuts, lanes: lanes)
  }

  private func add(_ product: Matrix, to totals: inout [Double]) {
    let source = product.elements.span
    var target = totals.mutableSpan
    for index in source.indices { target[index] += Double(source[index]) }
  }

  /// What each case of a block contributes.
  private func fill(_ columns: inout Matrix, _ places: Range<Int>) {
    let fit = figures.recalibration
    let shift = figures.interceptAtSlopeOne
    let width = Column.allCases.count
    let (logits, probabilities) = (figures.logits.span, forecast.probabilities.span)
    let rows = forecast.rows.span
    columns.withElements { elements in
      var start = 0
      for place in places {
        let p = Double(probabilities[place])
        let x = logits[place]
        let y = rows[place] & EventForecast.eventBit == 0 ? 0.0 : 1.0
        elements[start] = 1
        elements[start + 1] = Float(y)
        elements[start + 2] = Float(p)
        elements[start + 3] = Float((p - y) * (p - y))
        // The log loss is log(1 + exp(-z)), z the logit in favour of what came about.
        let z = y == 1 ? x : -x
        elements[start + 4] =
          Float(max(-z, 0) + Elementary.log(1 + Elementary.exp(-abs(z))))
        if let fit {
          let mean = LogisticRecalibration.logistic(fit.intercept + fit.slope * x)
          let weight = mean * (1 - mean)
          elements[start + 5] = Float(y - mean)
          elements[start + 6] = Float((y - mean) * x)
          elements[start + 7] = Float(weight)
          elements[start + 8] = Float(weight * x)
          elements[start + 9] = Float(weight * x * x)
        }
        if let shift {
          let mean = LogisticRecalibration.logistic(shift + x)
          elements[start + 10] = Float(y - mean)
          elements[start + 11] = Float(mean * (1 - mean))
        }
        start += width
      }
    }
  }

  private func samples(
    totals: [Double], walk: Walk, upTo: [Int: [Double]], thresholdCuts: [Int], lanes: Int
  ) -> Samples {
    var statistics = [[Double]](
      repeating: [Double](repeating: .nan, count: lanes), count: Statistic.allCases.count)
    let bounds = [0] + figures.bins.cuts + [forecast.count]
    let sums = bounds.map { upTo[$0] ?? [] }
    for lane in 0..<lanes {
      func total(_ column: Column) -> Double { totals[column.rawValue * lanes + lane] }
      func set(_ statistic: Statistic, _ value: Double) {
        statistics[statistic.rawValue][lane] = value
      }
      let (count, events) = (total(.one), total(.event))
      guard count > 0 else { continue }
      set(.brier, total(.brier) / count)
      set(.logLoss, total(.logLoss) / count)
      if events > 0 {
        set(.expectedOverObserved, total(.probability) / events)
        set(.averagePrecision, walk.precision[lane] / events)
        if count > events {
          set(.auroc, 1 - walk.inversions[lane] / (events * (count - events)))
        }
      }
      if let fit = figures.recalibration,
        let step = LogisticRecalibration.solve(
          total(.weight), total(.weightLogit), total(.weightLogitSquare), total(.score),
          total(.scoreLogit))
      {
        set(.intercept, fit.intercept + step.0)
        set(.slope, fit.slope + step.1)
      }
      if let shift = figures.interceptAtSlopeOne, total(.weightAtSlopeOne) > 0 {
        set(.interceptAtSlopeOne, shift + total(.scoreAtSlopeOne) / total(.weightAtSlopeOne))
      }
      let error = CalibrationBins.squaredError(
        zip(sums, sums.dropFirst()).lazy.map { below, above in
          func sum(_ column: Int) -> Double {
            above[column * lanes + lane] - below[column * lanes + lane]
          }
          return (count: sum(0), events: sum(1), expected: sum(2))
        }, effectiveShare: forecast.effectiveShare)
      set(.squaredError, error.debiased)
    }
    func benefits(_ cuts: [Int]) -> [[Double]] {
      zip(thresholds, cuts).map { threshold, cut in
        let sum = upTo[cut] ?? []
        return (0..<lanes).map { lane in
          let count = totals[lane]
          guard count > 0 else { return .nan }
          let (called, hits) = (sum[lane], sum[lanes + lane])
          return NetBenefit.value(
            hits: hits, falseAlarms: called - hits, count: count, threshold: threshold)
        }
      }
    }
    return Samples(
      statistics: statistics, netBenefit: benefits(thresholdCuts),
      netBenefitOfAll: benefits(thresholds.map { _ in forecast.count }))
  }
}

/// The pass along the order that gives areas and average precisions.
private struct Walk {
  /// Pairs of an event and a case without it that stands above, ties half.
  private(set) var inversions: [Double]
  /// Σ events × precision where they stand.
  private(set) var precision: [Double]
  private var above: [Double]
  private var called: [Double]
  private var tied: [Double]
  private var events: [Double]
  private var run = 0
  private var taken = 0

  init(lanes: Int) {
    let zeros = [Double](repeating: 0, count: lanes)
    (inversions, precision, above, called, tied, events) = (
      zeros, zeros, zeros, zeros, zeros, zeros
    )
  }

  /// Goes over the next cases, whose counts are the first rows of a matrix.
  mutating func take(_ count: Int, of runs: [EventForecast.Run], counts: Matrix) {
    var row = 0
    while row < count {
      let rest = runs[run].count - taken
      let size = min(rest, count - row)
      let rows = row..<row + size
      switch runs[run].kind {
      case .free: LaneArithmetic.addRows(rows, of: counts, to: &above)
      case .tied: LaneArithmetic.addRows(rows, of: counts, to: &tied)
      case .event: LaneArithmetic.addRows(rows, of: counts, to: &events)
      }
      row += size
      taken += size
      guard size == rest else { return }
      if runs[run].kind == .event { close() }
      run += 1
      taken = 0
    }
  }

  /// Counts the events of one probability.
  private mutating func close() {
    LaneArithmetic.closeEvents(
      &events, tied: &tied, above: &above, called: &called, inversions: &inversions,
      precision: &precision)
  }
}
