/// A figure of the same cases by two sides, A and B, and how far B is from A.
public struct PairedMeasure: Sendable, Hashable {
  /// What is better.
  public enum Sense: String, Sendable {
    /// A loss or a share of mistakes.
    case lower
    /// A share of what is right.
    case higher
  }

  /// What the difference says of B.
  public enum Standing: String, Sendable {
    /// The interval of the difference lies on the good side of zero.
    case better
    /// It lies on the bad side.
    case worse
    /// It holds zero: the difference may be chance.
    case level
    /// Every case has the same figure by both sides.
    case alike
    /// There is a difference, and no interval to judge it by.
    case unknown
  }

  /// The figure's name: `log_loss`, `top_1`, ...
  public let name: String
  /// What it is, for people.
  public let title: String
  /// What is better.
  public let sense: Sense
  /// The figure of A, or nothing where the cases do not define it.
  public let a: Double?
  /// The figure of B.
  public let b: Double?
  /// B less A.
  public let difference: Double?
  /// The 95% interval of the difference; nothing where no case differs, or samples do not give one.
  public let interval: ClosedRange<Double>?
  /// How the interval was found.
  public let method: Evaluation.ConfidenceMethod?
  /// How many cases it is over.
  public let count: Int
  /// What the difference says of B.
  public let standing: Standing

  /// Of fewer cases bootstrap samples give no interval.
  private static let fewestSampled = 10

  /// - Parameter areAlike: Whether every case has the same figure by both sides.
  init(
    _ name: String, _ title: String, _ sense: Sense, a: Double?, b: Double?,
    interval: ClosedRange<Double>?, method: Evaluation.ConfidenceMethod, count: Int, areAlike: Bool
  ) {
    (self.name, self.title, self.sense, self.a, self.b) = (name, title, sense, a, b)
    self.count = count
    guard let a, let b else {
      (difference, self.interval, self.method, standing) = (nil, nil, nil, .unknown)
      return
    }
    let difference = areAlike ? 0 : b - a
    // Samples of very few cases say little of others, and seem to say much.
    let isSampled = method != .score
    let interval =
      isSampled && count < Self.fewestSampled
      ? nil : Intervals.telling(interval, of: difference)
    self.difference = difference
    self.interval = interval
    self.method = interval == nil ? nil : method
    guard !areAlike else {
      standing = .alike
      return
    }
    guard let interval else {
      standing = .unknown
      return
    }
    if interval.lowerBound > 0 {
      standing = sense == .higher ? .better : .worse
    } else if interval.upperBound < 0 {
      standing = sense == .higher ? .worse : .better
    } else {
      standing = .level
    }
  }

  /// Whether the figure is a share, to be shown in percent.
  public var isShare: Bool { Self.shares.contains(name) }

  private static let shares: Set<String> = [
    "top_1", "top_3", "emergencies_top_3", "emergencies_given_urgent",
    "emergencies_given_emergency", "benign_given_emergency", "under_triage", "over_triage",
  ]
}

extension PairedMeasure {
  /// How often each of two sides has something of the same cases.
  struct Pairs: Sendable, Hashable {
    var count = 0
    var a = 0
    var b = 0
    /// A has it and B has not, and the other way.
    var onlyA = 0
    var onlyB = 0

    mutating func add(_ inA: Bool, _ inB: Bool) {
      count += 1
      if inA { a += 1 }
      if inB { b += 1 }
      if inA, !inB { onlyA += 1 }
      if inB, !inA { onlyB += 1 }
    }
  }

  /// The shares of cases that two sides have something of, with Tango's interval.
  static func share(_ name: String, _ title: String, _ sense: Sense, _ pairs: Pairs) -> Self {
    let count = Double(pairs.count)
    return Self(
      name, title, sense, a: pairs.count == 0 ? nil : Double(pairs.a) / count,
      b: pairs.count == 0 ? nil : Double(pairs.b) / count,
      interval: PairedShares.interval(onlyA: pairs.onlyA, onlyB: pairs.onlyB, of: pairs.count),
      method: .score, count: pairs.count, areAlike: pairs.onlyA == 0 && pairs.onlyB == 0)
  }
}
