internal import DorsalCore

extension Evaluation {
  /// A figure with its 95% interval.
  public struct Measure: Sendable, Hashable {
    /// The figure's name: `top_1`, `log_loss`, ...
    public let name: String
    /// What it is, for people.
    public let title: String
    /// The figure, or nothing where it is not defined on these cases.
    public let value: Double?
    /// Its 95% interval.
    public let interval: ClosedRange<Double>?
    /// How the interval was found.
    public let method: ConfidenceMethod?
    /// How many cases it is over.
    public let count: Int

    init(
      _ name: String, _ title: String, value: Double?, interval: ClosedRange<Double>? = nil,
      method: ConfidenceMethod? = nil, count: Int
    ) {
      (self.name, self.title, self.value, self.count) = (name, title, value, count)
      self.interval = value.flatMap { Intervals.telling(interval, of: $0) }
      self.method = self.interval == nil ? nil : method
    }
  }

  /// How an interval was found.
  public enum ConfidenceMethod: String, Sendable, CaseIterable {
    /// Wilson's score interval of a proportion.
    case wilson
    /// Percentiles of bootstrap samples of the cases.
    case percentile
    /// The basic (reversed) bootstrap, for figures that resampling shifts upwards, such as
    /// a squared error: the estimate less what samples differ from it.
    case basic
    /// Tango's score interval of a difference of paired shares.
    case score
  }
}

extension Evaluation.Measure {
  /// Whether the figure is a share, to be shown in percent.
  package var isShare: Bool { Self.shares.contains(name) }

  private static let shares: Set<String> = [
    "top_1", "top_3", "top_5", "emergencies_top_3", "emergencies_given_urgent",
    "emergencies_given_emergency", "benign_given_emergency", "under_triage", "right_triage",
    "over_triage",
    "unlisted_top_1", "set_coverage", "holding",
  ]

  /// A share with Wilson's interval.
  static func share(_ name: String, _ title: String, _ hits: Int, of count: Int) -> Self {
    Self(
      name, title, value: count == 0 ? nil : Double(hits) / Double(count),
      interval: Intervals.wilson(successes: hits, of: count), method: .wilson, count: count)
  }

  /// A share of cases that do not all count one, with the percentiles of samples, or where these say
  /// nothing, as of none and of all, with Wilson's interval for fewer cases.
  ///
  /// - Parameters:
  ///   - hits: What the cases count that have it, and in each sample.
  ///   - base: What all cases count, and in each sample.
  ///   - count: How many cases.
  ///   - effectiveShare: How many that count alike say as much, as a share of them.
  static func share(
    _ name: String, _ title: String, _ hits: Double, samples hitSamples: [Double] = [],
    of base: Double, samples baseSamples: [Double] = [], count: Int, effectiveShare: Double
  ) -> Self {
    guard base > 0, count > 0 else { return Self(name, title, value: nil, count: count) }
    let value = min(max(hits / base, 0), 1)
    let sampled = Intervals.percentiles(of: zip(hitSamples, baseSamples).map(/))
    if let interval = Intervals.telling(sampled, of: value) {
      return Self(
        name, title, value: value, interval: interval, method: .percentile, count: count)
    }
    return Self(
      name, title, value: value,
      interval: Intervals.wilson(share: value, of: Double(count) * effectiveShare),
      method: .wilson, count: count)
  }

  /// A figure whose interval is the percentiles of its values in samples.
  static func percentile(
    _ name: String, _ title: String, _ value: Double?, samples: [Double], count: Int
  ) -> Self {
    Self(
      name, title, value: value, interval: Intervals.percentiles(of: samples),
      method: .percentile, count: count)
  }

  /// The root of a squared error: its debiased estimate, and the basic bootstrap.
  ///
  /// Samples scatter around the plain error of the cases, so that what a sample's debiased
  /// error differs from the plain one is what the estimate differs from the truth.
  static func rootOfSquare(
    _ name: String, _ title: String, _ error: (plain: Double, debiased: Double)?,
    samples: [Double], count: Int
  ) -> Self {
    guard let error else { return Self(name, title, value: nil, count: count) }
    func root(_ square: Double) -> Double { max(square, 0).squareRoot() }
    let interval = Intervals.percentiles(of: samples).map { range in
      let upper = root(error.debiased + error.plain - range.lowerBound)
      return min(root(error.debiased + error.plain - range.upperBound), upper)...upper
    }
    return Self(
      name, title, value: root(error.debiased), interval: interval, method: .basic, count: count)
  }
}
