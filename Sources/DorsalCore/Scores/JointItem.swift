/// Conditions that have to be looked at together: an item with options of several conditions, or a
/// whole decision table. What follows from each combination of states is computed once.
struct JointItem: Sendable {
  /// One thing that it looks at.
  struct Axis: Sendable {
    let place: Int
    /// Regions between which no condition tells, as masks.
    let classes: [UInt64]
    /// How far the values of neighbouring classes lie apart.
    let stride: Int
  }

  let axes: [Axis]
  /// The points in hundredths, or the band, of each combination of classes.
  let values: [Int32]

  /// Why there is no such item.
  struct TooMany: Error {
    /// How many combinations there are, or more.
    let combinations: Int
  }

  /// Prepares an item of points.
  init(
    item: ClinicalScore.Item, _ regions: ScoreRegions, regionCount: (Int) -> Int
  ) throws(TooMany) {
    try self.init(options: item.options, regions, regionCount: regionCount) { holds in
      Self.points(of: item, holds)
    }
  }

  /// Prepares a decision table: the band of the first rule that holds.
  init(
    table items: [ClinicalScore.Item], _ regions: ScoreRegions, regionCount: (Int) -> Int
  ) throws(TooMany) {
    try self.init(options: items.flatMap(\.options), regions, regionCount: regionCount) { holds in
      var first = 0
      for item in items {
        let own = holds[first..<first + item.options.count]
        first += item.options.count
        if let band = item.otherwise?.band { return band }
        let needed = if case .atLeast(let count) = item.rule { count } else { 1 }
        if own.count(where: { $0 }) >= needed { return item.options[0].band ?? 0 }
      }
      return 0
    }
  }

  private init(
    options: [ClinicalScore.Option], _ regions: ScoreRegions, regionCount: (Int) -> Int,
    value: ([Bool]) -> Int
  ) throws(TooMany) {
    var conditions: [Int: [UInt64]] = [:]
    var places: [Int] = []
    let masked = options.map { option in
      option.conditions.map { condition in
        (place: regions.place(of: condition.subject), mask: regions.mask(of: condition))
      }
    }
    for condition in masked.joined() {
      if conditions[condition.place] == nil { places.append(condition.place) }
      conditions[condition.place, default: []].append(condition.mask)
    }
    var axes: [Axis] = []
    var size = 1
    for place in places {
      let masks = conditions[place] ?? []
      // Regions with the same answers to every condition, in the order of their first region.
      var classes: [(answers: [Bool], mask: UInt64)] = []
      for region in 0..<regionCount(place) {
        let answers = masks.map { $0 >> UInt64(region) & 1 == 1 }
        if let index = classes.firstIndex(where: { $0.answers == answers }) {
          classes[index].mask |= 1 << UInt64(region)
        } else {
          classes.append((answers, 1 << UInt64(region)))
        }
      }
      axes.append(Axis(place: place, classes: classes.map(\.mask), stride: size))
      size *= max(classes.count, 1)
      guard size <= ScoreLimits.combinations else { throw TooMany(combinations: size) }
    }
    let axisOfPlace = Dictionary(
      axes.enumerated().map { ($1.place, $0) }, uniquingKeysWith: { first, _ in first })
    let tests = masked.map { option in
      option.map { (axis: axisOfPlace[$0.place] ?? 0, mask: $0.mask) }
    }
    self.axes = axes
    values = (0..<size).map { index in
      let holds = tests.map { option in
        option.allSatisfy { test in
          let axis = axes[test.axis]
          return axis.classes[index / axis.stride % axis.classes.count] & test.mask != 0
        }
      }
      return Int32(value(holds))
    }
  }

  /// The points of an item where some options hold.
  private static func points(of item: ClinicalScore.Item, _ holds: [Bool]) -> Int {
    let holding = zip(item.options, holds).filter(\.1).map(\.0.hundredths)
    let otherwise = item.otherwise?.hundredths ?? 0
    switch item.rule {
    case .highest, .first: return holding.max() ?? otherwise
    case .any: return holding.first ?? otherwise
    case .atLeast(let count): return holding.count >= count ? item.options[0].hundredths : otherwise
    case .sum(let limit): return min(holding.reduce(0, +), limit ?? .max)
    }
  }

  /// Goes through the values of all combinations that are possible.
  func eachValue(_ possible: [UInt64], _ body: (Int) -> Void) {
    var indices = [0]
    for axis in axes {
      let open = axis.classes.indices.filter { axis.classes[$0] & possible[axis.place] != 0 }
      if open.count == 1 {
        let shift = open[0] * axis.stride
        if shift > 0 { for index in indices.indices { indices[index] += shift } }
      } else {
        indices = open.flatMap { place in indices.map { $0 + place * axis.stride } }
      }
    }
    for index in indices { body(Int(values[index])) }
  }

  /// The least and greatest points.
  func range(_ possible: [UInt64]) -> ClosedRange<Int> {
    var (least, greatest) = (Int.max, Int.min)
    eachValue(possible) { value in
      least = min(least, value)
      greatest = max(greatest, value)
    }
    return least...max(least, greatest)
  }

  /// The bands that a decision table may give.
  func bands(_ possible: [UInt64]) -> UInt64 {
    var mask: UInt64 = 0
    eachValue(possible) { mask |= 1 << UInt64($0) }
    return mask
  }
}
