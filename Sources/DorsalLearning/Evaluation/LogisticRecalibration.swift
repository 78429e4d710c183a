internal import DorsalNumerics

/// Logistic recalibration of the probabilities of an event:
/// `logit P(event) = intercept + slope × logit(probability)` by maximum likelihood
/// (D. R. Cox, Biometrika 1958;45:562-5).
///
/// A slope of 1 and an intercept of 0 are perfect; a slope below 1 means that probabilities
/// are too extreme.
package struct LogisticRecalibration: Sendable, Hashable {
  /// The intercept of the fit of both.
  package let intercept: Double
  /// The slope.
  package let slope: Double

  /// Probabilities are taken no nearer to 0 and 1 than this, 2^-52, as in scikit-learn's
  /// log loss.
  package static let leastDistance = Double.ulpOfOne

  /// A probability kept away from 0 and 1.
  package static func clipped(_ probability: Double) -> Double {
    min(max(probability, leastDistance), 1 - leastDistance)
  }

  /// The logit of a clipped probability.
  package static func logit(_ probability: Double) -> Double {
    let p = clipped(probability)
    return Elementary.log(p) - Elementary.log(1 - p)
  }

  /// The logistic function.
  package static func logistic(_ x: Double) -> Double { 1 / (1 + Elementary.exp(-x)) }

  /// Fits intercept and slope by Newton's method.
  ///
  /// - Parameters:
  ///   - logits: The logits of the probabilities.
  ///   - forecast: Which of them came about, in the same order, which is descending.
  /// - Returns: The fit, or nothing where the likelihood has no maximum: all cases of one
  ///   kind, all logits alike, or logits that part the two kinds without overlap.
  /// - Complexity: O(cases), and O(different logits) an iteration, about 8 of them.
  package static func fit(_ logits: [Double], _ forecast: EventForecast) -> LogisticRecalibration? {
    guard overlaps(forecast) else { return nil }
    let ties = Ties(logits) { place in
      let weight = forecast.weight(at: place)
      return forecast.happened(at: place) ? (weight, 0) : (0, weight)
    }
    // From perfect calibration or from the share of events alone, whichever is nearer: where
    // probabilities of 0 and 1 are wrong the likelihood is flat about the first.
    let share = forecast.eventWeight / forecast.totalWeight
    let (flat, perfect) = ([logit(share), 0], [0.0, 1.0])
    let (ofFlat, ofPerfect) = (Slope(ties, flat), Slope(ties, perfect))
    let isNearer = ofPerfect.loss < ofFlat.loss
    var rules = NewtonDescent<Slope>.Rules()
    // Convergence is quadratic: what is left behind so short a step is below rounding.
    rules.rest = .step(1e-9)
    rules.mostIterations = 200
    rules.slack = 1e-12
    var descent = NewtonDescent(
      from: isNearer ? perfect : flat, sum: isNearer ? ofPerfect : ofFlat,
      caseCount: Double(forecast.count), rules: rules)
    while let place = try? descent.next() { descent.take(Slope(ties, place)) }
    guard descent.isConverged else { return nil }
    return LogisticRecalibration(intercept: descent.place[0], slope: descent.place[1])
  }

  /// The likelihood and its derivatives at one intercept and slope.
  private struct Slope: NewtonSum {
    var loss = 0.0
    var score = 0.0
    var scoreLogit = 0.0
    var weight = 0.0
    var weightLogit = 0.0
    var weightLogitSquare = 0.0

    /// The score is minus the gradient of the loss.
    var gradient: [Double] { [-score, -scoreLogit] }

    var hessian: DoubleMatrix {
      var hessian = DoubleMatrix(rowCount: 2, columnCount: 2)
      hessian[0, 0] = weight
      hessian[0, 1] = weightLogit
      hessian[1, 0] = weightLogit
      hessian[1, 1] = weightLogitSquare
      return hessian
    }

    init(_ ties: Ties, _ parameters: [Double]) {
      for block in ties.blocks { add(Slope(ties, parameters, block)) }
    }

    private mutating func add(_ part: Slope) {
      loss += part.loss
      score += part.score
      scoreLogit += part.scoreLogit
      weight += part.weight
      weightLogit += part.weightLogit
      weightLogitSquare += part.weightLogitSquare
    }

    private init(_ ties: Ties, _ parameters: [Double], _ block: Range<Int>) {
      let (a, b) = (parameters[0], parameters[1])
      let (x, events, others) = (ties.logits.span, ties.events.span, ties.others.span)
      for index in block {
        let eta = a + b * x[index]
        let e = Elementary.exp(-abs(eta))
        let mean = (eta >= 0 ? 1 : e) / (1 + e)
        // log(1 + exp(z)) with z the log odds against what came about.
        let counted = events[index] + others[index]
        let against = eta >= 0 ? others[index] : events[index]
        loss += against * abs(eta) + counted * Elementary.log(1 + e)
        let residual = events[index] * (1 - mean) - others[index] * mean
        let variance = counted * (e / ((1 + e) * (1 + e)))
        score += residual
        scoreLogit += residual * x[index]
        weight += variance
        weightLogit += variance * x[index]
        weightLogitSquare += variance * x[index] * x[index]
      }
    }
  }

  /// The intercept that makes the mean of the probabilities right with the slope kept at 1:
  /// calibration in the large. Nothing where all cases are of one kind.
  ///
  /// - Parameters:
  ///   - logits: The logits of the probabilities, the events in any places.
  ///   - events: How many events there are.
  ///   - weights: What each case counts, where not all count one.
  ///   - eventWeight: What the events count then.
  package static func interceptAtSlopeOne(
    _ logits: [Double], events: Int, weights: [Double] = [], eventWeight: Double? = nil
  ) -> Double? {
    guard events > 0, events < logits.count else { return nil }
    var rules = NewtonDescent<Shift>.Rules()
    // Convergence is quadratic: what is left is below rounding. With millions of cases the
    // rounding of their sum keeps steps from growing much shorter.
    rules.rest = .step(1e-9)
    rules.mostIterations = 200
    rules.slack = 1e-12
    // Clipped logits are within 37 of 0, so the maximum is within their sum.
    rules.bounds = -200...200
    let ties = Ties(logits) { (0, weights.isEmpty ? 1 : weights[$0]) }
    let eventWeight = eventWeight ?? Double(events)
    var descent = NewtonDescent(
      from: [0], sum: Shift(ties, eventWeight, 0), caseCount: Double(logits.count), rules: rules)
    while let place = try? descent.next() { descent.take(Shift(ties, eventWeight, place[0])) }
    return descent.isConverged ? descent.place[0] : nil
  }

  /// The likelihood of one intercept with the slope at 1, less what does not depend on it.
  private struct Shift: NewtonSum {
    var loss = 0.0
    var score = 0.0
    var weight = 0.0

    /// The score is minus the gradient of the loss.
    var gradient: [Double] { [-score] }

    var hessian: DoubleMatrix {
      var hessian = DoubleMatrix(rowCount: 1, columnCount: 1)
      hessian[0, 0] = weight
      return hessian
    }

    init(_ ties: Ties, _ events: Double, _ intercept: Double) {
      score = events
      loss = -intercept * events
      for block in ties.blocks {
        let part = Shift(ties, intercept, block)
        loss += part.loss
        score -= part.score
        weight += part.weight
      }
    }

    private init(_ ties: Ties, _ intercept: Double, _ block: Range<Int>) {
      let (logits, counts) = (ties.logits.span, ties.others.span)
      for index in block {
        let eta = intercept + logits[index]
        let e = Elementary.exp(-abs(eta))
        loss += counts[index] * (max(eta, 0) + Elementary.log(1 + e))
        score += counts[index] * ((eta >= 0 ? 1 : e) / (1 + e))
        weight += counts[index] * (e / ((1 + e) * (1 + e)))
      }
    }
  }

  /// Cases of one logit that stand together, as one that counts what they do.
  private struct Ties {
    private(set) var logits: [Double] = []
    /// What the events among them count, and the other cases.
    private(set) var events: [Double] = []
    private(set) var others: [Double] = []

    /// - Parameter counts: What a case counts as an event, and as another case.
    init(_ all: [Double], _ counts: (Int) -> (event: Double, other: Double)) {
      for (place, logit) in all.enumerated() {
        let own = counts(place)
        if let last = logits.last, last == logit {
          events[events.count - 1] += own.event
          others[others.count - 1] += own.other
        } else {
          logits.append(logit)
          events.append(own.event)
          others.append(own.other)
        }
      }
    }

    /// Stretches that are summed by themselves: a sum over millions of terms loses digits, so many
    /// that of two places near the minimum it could not tell which is lower, and steps would be
    /// halved to no end.
    var blocks: some Sequence<Range<Int>> {
      stride(from: 0, to: logits.count, by: 1024).lazy.map { start in
        start..<min(start + 1024, logits.count)
      }
    }
  }

  /// Solves the symmetric system `h × step = s`, or nothing where it is singular.
  package static func solve(
    _ h00: Double, _ h01: Double, _ h11: Double, _ s0: Double, _ s1: Double
  ) -> (Double, Double)? {
    let determinant = h00 * h11 - h01 * h01
    guard determinant > 1e-12 * h00 * h11, h00 > 0, h11 > 0 else { return nil }
    return ((h11 * s0 - h01 * s1) / determinant, (h00 * s1 - h01 * s0) / determinant)
  }

  /// Whether the probabilities of events and of other cases overlap on both sides, without
  /// which the likelihood grows without end.
  private static func overlaps(_ forecast: EventForecast) -> Bool {
    guard forecast.eventCount > 0, forecast.eventCount < forecast.count else { return false }
    // Ties of an event and another case are no overlap: both have to be passed strictly.
    let events = (0..<forecast.count).lazy.filter { forecast.happened(at: $0) }
    let others = (0..<forecast.count).lazy.filter { !forecast.happened(at: $0) }
    guard let highestEvent = events.first, let highestOther = others.first,
      let lowestEvent = (0..<forecast.count).last(where: { forecast.happened(at: $0) }),
      let lowestOther = (0..<forecast.count).last(where: { !forecast.happened(at: $0) })
    else { return false }
    let p = forecast.probabilities
    return p[highestEvent] > p[lowestOther] && p[highestOther] > p[lowestEvent]
  }
}
