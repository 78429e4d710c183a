/// An item that looks at several things, prepared: its least and greatest points for what is
/// possible.
enum ScoreItemProgram: Sendable {
  /// Its rows look at different things, each by itself.
  case apart(ApartItem)
  /// Its conditions have to be looked at together.
  case together(JointItem)

  /// The least and greatest points.
  ///
  /// - Parameters:
  ///   - possible: The regions that are possible, by places.
  ///   - isKnown: Whether anything is known of a place.
  func range(_ possible: [UInt64], _ isKnown: (Int) -> Bool) -> ClosedRange<Int> {
    switch self {
    case .apart(let item): item.range(possible, isKnown)
    case .together(let item): item.range(possible)
    }
  }

  /// All points that it can give.
  var outcomes: Set<Int>? {
    switch self {
    case .apart(let item): item.outcomes
    case .together(let item): Set(item.values.map(Int.init))
    }
  }
}

/// An item whose things do not hang on each other: what each can say is known by its regions, and the
/// least and greatest of the whole follow from the least and greatest of each.
struct ApartItem: Sendable {
  /// One thing that the item looks at.
  struct Part: Sendable {
    let place: Int
    /// The points of rows that hold in each region, by the rule: their greatest or their sum;
    /// nothing where none holds.
    let points: [Int?]
    /// How many rows hold in each region.
    let counts: [Int]
  }

  let rule: ClinicalScore.Rule
  let parts: [Part]
  /// The points of every row, where the rule gives them once.
  let points: Int
  /// The points where no row holds.
  let otherwise: Int

  /// Prepares an item.
  ///
  /// - Returns: Nothing where its options have to be looked at together.
  init?(_ item: ClinicalScore.Item, _ regions: ScoreRegions, regionCount: (Int) -> Int) {
    guard item.options.allSatisfy({ $0.conditions.count == 1 }) else { return nil }
    rule = item.rule
    points = item.options.first?.hundredths ?? 0
    otherwise = item.otherwise?.hundredths ?? 0
    // The greatest points rise with those of each thing, as long as having none is the least.
    if case .highest = rule,
      item.options.contains(where: { $0.hundredths < (item.otherwise?.hundredths ?? 0) })
    {
      let places = Set(item.options.map { regions.place(of: $0.conditions[0].subject) })
      if places.count > 1 { return nil }
    }
    var parts: [Part] = []
    for option in item.options {
      let place = regions.place(of: option.conditions[0].subject)
      if parts.contains(where: { $0.place == place }) { continue }
      let rows = item.options.filter { regions.place(of: $0.conditions[0].subject) == place }
        .map { (mask: regions.mask(of: $0.conditions[0]), points: $0.hundredths) }
      var points: [Int?] = []
      var counts: [Int] = []
      for region in 0..<regionCount(place) {
        let holding = rows.filter { $0.mask >> UInt64(region) & 1 == 1 }.map(\.points)
        counts.append(holding.count)
        if case .sum = rule {
          points.append(holding.isEmpty ? nil : holding.reduce(0, +))
        } else {
          points.append(holding.max())
        }
      }
      parts.append(Part(place: place, points: points, counts: counts))
    }
    self.parts = parts
  }

  /// The points of the item where all that it looks at is one thing, in one region.
  func value(region: Int) -> Int {
    let part = parts[0]
    switch rule {
    case .highest, .first: return part.points[region] ?? otherwise
    case .any: return part.counts[region] > 0 ? points : otherwise
    case .atLeast(let count): return part.counts[region] >= count ? points : otherwise
    case .sum(let limit): return min(part.points[region] ?? 0, limit ?? .max)
    }
  }

  /// The least and greatest points of one thing by itself.
  private func own(_ part: Part, _ possible: UInt64) -> ClosedRange<Int> {
    var (least, greatest) = (Int.max, Int.min)
    Self.eachRegion(possible) { region in
      let points = part.points[region] ?? otherwise
      least = min(least, points)
      greatest = max(greatest, points)
    }
    return least...greatest
  }

  /// The least and greatest points.
  func range(_ possible: [UInt64], _ isKnown: (Int) -> Bool) -> ClosedRange<Int> {
    switch rule {
    case .first:
      if let part = parts.first(where: { isKnown($0.place) }) {
        return own(part, possible[part.place])
      }
      let ranges = parts.map { own($0, possible[$0.place]) }
      return (ranges.map(\.lowerBound).min() ?? 0)...(ranges.map(\.upperBound).max() ?? 0)
    case .highest:
      // Below all points stands that no row holds.
      var (least, greatest): (Int?, Int?) = (nil, nil)
      for part in parts {
        var (low, high): (Int?, Int?) = (nil, nil)
        var isOpen = false
        Self.eachRegion(possible[part.place]) { region in
          guard let points = part.points[region] else {
            isOpen = true
            return
          }
          low = min(low ?? points, points)
          high = max(high ?? points, points)
        }
        if !isOpen, let low { least = max(least ?? low, low) }
        if let high { greatest = max(greatest ?? high, high) }
      }
      // With one thing alone, none may be more than some.
      if parts.count == 1 { return own(parts[0], possible[parts[0].place]) }
      return (least ?? otherwise)...(greatest ?? otherwise)
    case .any: return counted(1, possible)
    case .atLeast(let count): return counted(count, possible)
    case .sum(let limit):
      var (least, greatest) = (0, 0)
      for part in parts {
        let own = own(part, possible[part.place])
        least += own.lowerBound
        greatest += own.upperBound
      }
      return min(least, limit ?? .max)...min(greatest, limit ?? .max)
    }
  }

  /// The points of a rule that counts rows.
  private func counted(_ needed: Int, _ possible: [UInt64]) -> ClosedRange<Int> {
    var (least, greatest) = (0, 0)
    for part in parts {
      var (low, high) = (Int.max, 0)
      Self.eachRegion(possible[part.place]) { region in
        low = min(low, part.counts[region])
        high = max(high, part.counts[region])
      }
      least += low
      greatest += high
    }
    if least >= needed { return points...points }
    if greatest < needed { return otherwise...otherwise }
    return min(points, otherwise)...max(points, otherwise)
  }

  /// All points that the item can give; nothing where there are too many to look at.
  var outcomes: Set<Int>? {
    switch rule {
    case .first: return Set(parts.flatMap { $0.points.map { $0 ?? otherwise } })
    case .highest:
      var outcomes = Set(parts.flatMap { $0.points.compactMap { $0 } })
      if parts.allSatisfy({ $0.points.contains(nil) }) { outcomes.insert(otherwise) }
      return outcomes
    case .any, .atLeast: return [points, otherwise]
    case .sum(let limit):
      let sums = ScoreProgram.sums(of: parts.map { part in Set(part.points.map { $0 ?? 0 }) })
      return sums.map { sums in Set(sums.map { min($0, limit ?? .max) }) }
    }
  }

  private static func eachRegion(_ mask: UInt64, _ body: (Int) -> Void) {
    var rest = mask
    while rest != 0 {
      body(rest.trailingZeroBitCount)
      rest &= rest - 1
    }
  }
}
