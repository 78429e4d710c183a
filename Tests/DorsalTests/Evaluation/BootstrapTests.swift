import Dorsal
import TestSupport
import Testing

/// Bootstrap samples, and the figures in them against the same cases written out.
@Suite(.releaseOnly) struct BootstrapTests {
  /// How often a sample holds a case.
  private static func count(_ words: [UInt64], case index: Int, lane: Int) -> Int {
    Int(words[8 * index + lane / 8] >> UInt64(8 * (lane % 8)) & 255)
  }

  @Test(arguments: [1, 2, 7, 64, 300, 1000])
  func `a sample has as many cases as there are`(size: Int) {
    let words = SampleCounts(caseCount: size, firstSample: 0, seed: 5).words
    for lane in 0..<64 {
      #expect((0..<size).reduce(0) { $0 + Self.count(words, case: $1, lane: lane) } == size)
    }
  }

  /// A count is binomial: its mean is 1 and its variance 1 - 1/n. Over 64 000 counts the standard
  /// error of the variance is about sqrt(2.5 / 64000) = 0.006.
  @Test func `counts scatter as drawing with replacement makes them`() {
    let size = 1000
    let words = SampleCounts(caseCount: size, firstSample: 64, seed: 11).words
    var squares = 0.0
    for lane in 0..<64 {
      for index in 0..<size {
        let difference = Double(Self.count(words, case: index, lane: lane) - 1)
        squares += difference * difference
      }
    }
    #expect(isClose(squares / 64_000, to: 1 - 1 / 1000.0, within: 0.03))
  }

  @Test func `a sample does not depend on which were drawn before it`() {
    let first = SampleCounts(caseCount: 50, firstSample: 0, seed: 3).words
    let later = SampleCounts(caseCount: 50, firstSample: 32, seed: 3).words
    for index in 0..<50 {
      for lane in 0..<32 {
        #expect(
          Self.count(first, case: index, lane: lane + 32)
            == Self.count(later, case: index, lane: lane))
      }
    }
    #expect(first != SampleCounts(caseCount: 50, firstSample: 0, seed: 4).words)
  }

  /// Some cases with ties, zeros and ones.
  private static func cases(_ count: Int) -> (p: [Float], y: [Bool]) {
    var generator = SplitMix64(seed: 21)
    let p = (0..<count).map { _ in Float(Int.random(in: 0...32, using: &generator)) / 32 }
    let y = p.map { Double.random(in: 0..<1, using: &generator) < 0.2 + 0.6 * Double($0) }
    return (p, y)
  }

  /// The figures of a list of cases by their definitions: all pairs, all thresholds.
  private static func figures(_ cases: [(p: Double, y: Bool)]) -> [String: Double] {
    let events = cases.filter(\.y), others = cases.filter { !$0.y }
    var pairs = 0.0
    for event in events {
      for other in others { pairs += event.p > other.p ? 1 : event.p == other.p ? 0.5 : 0 }
    }
    var precision = 0.0
    for event in events {
      let called = cases.filter { $0.p >= event.p }
      precision += Double(called.count { $0.y }) / Double(called.count)
    }
    let n = Double(cases.count)
    let called = cases.filter { $0.p >= 0.25 }
    let hits = Double(called.count { $0.y })
    return [
      "auroc": pairs / Double(events.count * others.count),
      "auprc": precision / Double(events.count),
      "brier": cases.reduce(0) { $0 + ($1.y ? (1 - $1.p) * (1 - $1.p) : $1.p * $1.p) } / n,
      "expected_over_observed": cases.reduce(0) { $0 + $1.p } / Double(events.count),
      "net_benefit": (hits - (Double(called.count) - hits) / 3) / n,
    ]
  }

  @Test func `figures of a sample are those of its cases written out`() throws {
    // More cases than a block of 512, so that sums go over blocks.
    let (p, y) = Self.cases(700)
    let forecast = EventForecast(rowCount: p.count, probability: { p[$0] }, happened: { y[$0] })
    let words = SampleCounts(caseCount: p.count, firstSample: 0, seed: 8).words
    let samples = EventSamples.draw(forecast, pieces: [words], thresholds: [0.25])
    for lane in [0, 1, 17, 63] {
      let cases = p.indices.flatMap { index in
        [(p: Double, y: Bool)](
          repeating: (Double(p[index]), y[index]), count: Self.count(words, case: index, lane: lane)
        )
      }
      for (name, value) in Self.figures(cases) {
        let own = try #require(samples[name]?[lane])
        // Contributions are floats: each has a relative error of 6e-8, and a block of 512 is
        // summed in float.
        #expect(isClose(own, to: value, within: 2e-6), "\(name) of sample \(lane)")
      }
    }
  }

  /// One Newton step from the fit to all cases is within a small part of a standard error of the
  /// fit to the sample itself, which scikit-learn would give.
  @Test func `one step is near the fit to the sample`() throws {
    // Without zeros and ones, whose logits of 36 are all that a fit then looks at.
    let (drawn, y) = Self.cases(2000)
    let p = drawn.map { min(max($0, 1 / 64), 63 / 64) }
    let forecast = EventForecast(rowCount: p.count, probability: { p[$0] }, happened: { y[$0] })
    let words = SampleCounts(caseCount: p.count, firstSample: 0, seed: 9).words
    let samples = EventSamples.draw(forecast, pieces: [words], thresholds: [])
    let slopes = try #require(samples["slope"])
    let mean = slopes.reduce(0, +) / 64
    let error = (slopes.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 63).squareRoot()
    for lane in 0..<8 {
      let rows = p.indices.flatMap { index in
        [Int](repeating: index, count: Self.count(words, case: index, lane: lane))
      }
      let sample = EventForecast(
        rowCount: rows.count, probability: { p[rows[$0]] }, happened: { y[rows[$0]] })
      let fit = try #require(
        LogisticRecalibration.fit(
          sample.probabilities.map { LogisticRecalibration.logit(Double($0)) }, sample))
      #expect(abs(slopes[lane] - fit.slope) < 0.25 * error, "sample \(lane)")
    }
  }

  @Test func `figures are the same on any number of threads and at every level`() throws {
    let (p, y) = Self.cases(300)
    var posteriors = Matrix(rowCount: p.count, columnCount: 3)
    for (row, value) in p.enumerated() {
      posteriors[row, 0] = value
      posteriors[row, 1] = (1 - value) / 4
      posteriors[row, 2] = 1 - value - (1 - value) / 4
    }
    let cases = LabelledPosteriors(
      posteriors: posteriors, diagnoses: y.enumerated().map { $1 ? [0] : [1 + $0 % 2] })
    let model = try SmallModel().load()
    var options = Evaluation.Options()
    options.draws = 100
    let one = Evaluation(cases, model: model, options: options)
    options.threads = 3
    #expect(Evaluation(cases, model: model, options: options) == one)
    options.seed = 2
    #expect(Evaluation(cases, model: model, options: options) != one)

    let rows: [UInt32] = (0..<300).map { (index: Int) in
      let bit: UInt32 = index % 5 == 0 ? EventForecast.eventBit : 0
      return UInt32(index * 7 % 300) | bit
    }
    let words = SampleCounts(caseCount: 300, firstSample: 0, seed: 1).words
    var results: [[Double]] = []
    for level in CPULevel.available {
      var counts = Matrix(rowCount: 300, columnCount: 64)
      LaneArithmetic.gather(rows[...], of: [words], into: &counts, level: level)
      var sums = [Double](repeating: 0, count: 64)
      LaneArithmetic.addRows(3..<290, of: counts, to: &sums, level: level)
      var (events, tied, above) = (sums, sums.map { $0 + 1 }, sums.map { $0 + 2 })
      var (called, inversions, precision) = (sums, sums.map { $0 / 3 }, sums.map { $0 / 7 })
      LaneArithmetic.closeEvents(
        &events, tied: &tied, above: &above, called: &called, inversions: &inversions,
        precision: &precision, level: level)
      var result: [Double] = counts.elements.map { Double($0) }
      result += sums
      for part in [events, tied, above, called, inversions, precision] { result += part }
      results.append(result)
    }
    #expect(results.allSatisfy { $0 == results[0] })
  }

  /// Probabilities that are right: how often 95% intervals hold the truth. Over 200 cohorts the
  /// standard error of 95% is 1.5%; percentile intervals at 250 cases cover a little less.
  @Test func `intervals hold the truth about as often as they say`() {
    var generator = SplitMix64(seed: 33)
    var held = ["slope": 0, "expected_over_observed": 0, "calibration_error": 0]
    var values: [String: [Double]] = [:]
    var widths: [String: Double] = [:]
    let cohorts = 200
    for cohort in 0..<cohorts {
      let p = (0..<250).map { _ in Float.random(in: 0.02...0.98, using: &generator) }
      let y = p.map { Float.random(in: 0..<1, using: &generator) < $0 }
      let forecast = EventForecast(rowCount: p.count, probability: { p[$0] }, happened: { y[$0] })
      let event = EventSamples.evaluate(forecast, draws: 128, seed: UInt64(cohort))
      for (name, truth) in [
        ("slope", 1.0), ("expected_over_observed", 1), ("calibration_error", 0),
      ] {
        guard let measure = event.measure(name), let value = measure.value,
          let interval = measure.interval
        else { continue }
        if interval.contains(truth) { held[name, default: 0] += 1 }
        values[name, default: []].append(value)
        widths[name, default: 0] += interval.upperBound - interval.lowerBound
      }
    }
    for (name, count) in held {
      let share = Double(count) / Double(cohorts)
      #expect(share > 0.88, "\(name): \(share)")
    }
    // An interval that holds whatever comes says nothing. An error of calibration is at its end, 0,
    // which intervals of it may always hold; of the others, some of 200 miss. And none is much wider
    // than 1.96 standard errors either way, as the figures scatter; that scatter is known to 5%.
    for name in ["slope", "expected_over_observed"] {
      #expect(held[name, default: 0] < cohorts, "\(name)")
      let found = values[name, default: []]
      #expect(found.count == cohorts, "\(name)")
      let count = Double(found.count)
      let mean = found.reduce(0, +) / count
      let error = (found.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)).squareRoot()
      let width = widths[name, default: 0] / count
      #expect(width < 1.3 * 2 * 1.96 * error, "\(name): \(width), scatter \(error)")
    }
  }
}
