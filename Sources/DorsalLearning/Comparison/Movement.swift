internal import DorsalCore

/// Which cases two sides answer differently.
public struct Movement: Sendable, Hashable {
  /// The cases that one cause leads by A and one by B.
  public struct Leading: Sendable, Hashable {
    /// The cause that leads by A, as an index of its model.
    public let a: Int
    /// The cause that leads by B, as an index of its model.
    public let b: Int
    /// Whether it is the same cause, by its id.
    public let isSame: Bool
    /// How many cases.
    public internal(set) var count = 0
    /// How many of them have a diagnosis of both models.
    public internal(set) var diagnosedCount = 0
    /// In how many of those A is right.
    public internal(set) var rightByA = 0
    /// In how many of those B is right.
    public internal(set) var rightByB = 0
  }

  /// Pairs of leading causes that have cases, most cases first.
  public let leading: [Leading]
  /// `urgency[a][b]` cases are given the urgency `a` by A and `b` by B, in the order of
  /// `Urgency.allCases`.
  public let urgency: [[Int]]
  /// The same for the cases whose diagnosis has each urgency, by the model of A:
  /// `urgencyOf[own][a][b]`.
  public let urgencyOf: [[[Int]]]

  /// How many cases have the same leading cause by both sides.
  public var sameLeadingCount: Int { leading.reduce(0) { $0 + ($1.isSame ? $1.count : 0) } }
  /// How many cases are given the same urgency by both.
  public var sameUrgencyCount: Int {
    urgency.indices.reduce(0) { $0 + urgency[$1][$1] }
  }
  /// How many cases are given more urgency by B, and how many less.
  public var urgencyShifts: (more: Int, less: Int) {
    var shifts = (more: 0, less: 0)
    for (a, row) in urgency.enumerated() {
      for (b, count) in row.enumerated() {
        if b > a { shifts.more += count }
        if b < a { shifts.less += count }
      }
    }
    return shifts
  }

  /// - Complexity: O(cases).
  init(_ pairs: PairedAnswers) {
    let levels = Urgency.allCases.count
    let none = Array(repeating: Array(repeating: 0, count: levels), count: levels)
    var (urgency, urgencyOf) = (none, Array(repeating: none, count: levels))
    var moves: [Int: Leading] = [:]
    let width = pairs.b.model.causes.count
    for place in pairs.places {
      let (a, b) = (pairs.a.answers[place.a], pairs.b.answers[place.b])
      urgency[Int(a.given)][Int(b.given)] += 1
      let (first, second) = (Int(a.leading), Int(b.leading))
      let key = first * width + second
      var move =
        moves[key]
        ?? Leading(
          a: first, b: second,
          isSame: pairs.a.model.causes[first].id == pairs.b.model.causes[second].id)
      move.count += 1
      if let own = a.judged, let other = b.judged {
        move.diagnosedCount += 1
        if own.leads { move.rightByA += 1 }
        if other.leads { move.rightByB += 1 }
        if let covered = own.covered, other.covered != nil {
          urgencyOf[Int(covered.own)][Int(a.given)][Int(b.given)] += 1
        }
      }
      moves[key] = move
    }
    self.urgency = urgency
    self.urgencyOf = urgencyOf
    leading = moves.values.sorted {
      ($1.count, $0.a, $0.b) < ($0.count, $1.a, $1.b)
    }
  }
}
