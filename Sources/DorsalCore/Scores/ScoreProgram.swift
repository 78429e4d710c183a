/// The scores of a model, prepared: which points each region of a finding gives, and in which order
/// scores that look at others follow them.
struct ScoreProgram: Sendable {
  /// A score, prepared.
  struct Score: Sendable {
    /// The items of points, each by itself.
    var items: [ScoreItemProgram] = []
    /// The points of items that look at one finding alone, by its place: those of all such items
    /// together, by region.
    var direct: [(place: Int, points: [Int])] = []
    /// The indices of the other items.
    var indirect: [Int] = []
    /// The rules of a decision table.
    var table: JointItem?
    /// Findings and inputs that it asks for, those of its parts included, in the order of items.
    var inputs: [Int] = []
    /// The scores that it looks at.
    var parts: [Int] = []
    /// Findings and inputs one of which has to be known for the score to be shown.
    var key: [Int] = []
  }

  let regions: ScoreRegions
  let scores: [Score]
  /// The scores by rounds: those of a round look at scores of earlier rounds alone.
  let rounds: [[Int]]
  /// How many bands each score has.
  let bandCounts: [Int]
  /// The points of the bands of each score, in hundredths; of decision tables none.
  let bandRanges: [[ClosedRange<Int>]]
  /// The regions or bands of each place that are possible where nothing is known.
  let allPossible: [UInt64]

  /// An item that cannot be prepared.
  struct Fault: Error {
    let score: Int
    /// The item; nothing for a whole decision table.
    let item: Int?
    let message: String
  }

  /// Prepares scores that do not go round in circles.
  init(
    _ scores: [ClinicalScore], findings: [Finding], inputs: [Finding]
  ) throws(Fault) {
    let regions = ScoreRegions(findings: findings, inputs: inputs, scores: scores)
    let bandCounts = scores.map(\.bands.count)
    let placeCount = regions.findings.count
    func regionCount(_ place: Int) -> Int {
      place < placeCount ? regions.count(of: place) : bandCounts[place - placeCount]
    }
    var programs: [Score] = []
    for (index, score) in scores.enumerated() {
      var program = Score()
      for (place, item) in score.items.enumerated() {
        for condition in item.options.flatMap(\.conditions) {
          if case .score(let part) = condition.subject {
            if !program.parts.contains(part) { program.parts.append(part) }
          } else if regionCount(regions.place(of: condition.subject)) > ScoreLimits.regions {
            throw Fault(
              score: index, item: place,
              message: "more than \(ScoreLimits.regions) states or ranges of "
                + regions.findings[regions.place(of: condition.subject)].id)
          }
        }
      }
      func together<Value>(_ item: Int?, _ make: () throws(JointItem.TooMany) -> Value)
        throws(Fault) -> Value
      {
        do throws(JointItem.TooMany) {
          return try make()
        } catch {
          throw Fault(
            score: index, item: item,
            message: "\(error.combinations) or more combinations of states are looked at together; "
              + "expected at most \(ScoreLimits.combinations): make a part of some")
        }
      }
      if score.kind == .table {
        program.table = try together(nil) { () throws(JointItem.TooMany) in
          try JointItem(table: score.items, regions, regionCount: regionCount)
        }
      } else {
        for (place, item) in score.items.enumerated() {
          guard let apart = ApartItem(item, regions, regionCount: regionCount) else {
            let joint = try together(place) { () throws(JointItem.TooMany) in
              try JointItem(item: item, regions, regionCount: regionCount)
            }
            program.items.append(.together(joint))
            program.indirect.append(place)
            continue
          }
          program.items.append(.apart(apart))
          if apart.parts.count == 1, apart.parts[0].place < placeCount {
            let finding = apart.parts[0].place
            let points = (0..<regionCount(finding)).map(apart.value)
            if let known = program.direct.firstIndex(where: { $0.place == finding }) {
              program.direct[known].points = zip(program.direct[known].points, points).map(+)
            } else {
              program.direct.append((finding, points))
            }
          } else {
            program.indirect.append(place)
          }
        }
      }
      programs.append(program)
    }
    rounds = Self.rounds(of: programs.map(\.parts))
    Self.fillInputs(&programs, scores, rounds, regions)
    self.regions = regions
    self.scores = programs
    self.bandCounts = bandCounts
    bandRanges = scores.map { $0.bands.compactMap(\.hundredths) }
    allPossible =
      regions.masks.map { $0.first ?? .max } + bandCounts.map { (1 << UInt64($0)) - 1 }
  }

  /// Scores by rounds.
  private static func rounds(of parts: [[Int]]) -> [[Int]] {
    var rounds: [[Int]] = []
    var done = Set<Int>()
    while done.count < parts.count {
      let round = parts.indices.filter { index in
        !done.contains(index) && parts[index].allSatisfy(done.contains)
      }
      // Only a circle leaves none, and there is none.
      if round.isEmpty { break }
      rounds.append(round)
      done.formUnion(round)
    }
    return rounds
  }

  private static func fillInputs(
    _ programs: inout [Score], _ scores: [ClinicalScore], _ rounds: [[Int]], _ regions: ScoreRegions
  ) {
    for index in rounds.joined() {
      let conditions = scores[index].items.flatMap(\.options).flatMap(\.conditions)
      programs[index].inputs = conditions.flatMap { condition in
        if case .score(let part) = condition.subject { return programs[part].inputs }
        return [regions.place(of: condition.subject)]
      }.uniqued()
      programs[index].key =
        scores[index].key.isEmpty
        ? programs[index].inputs
        : programs[index].inputs.filter { scores[index].key.contains(regions.findings[$0].id) }
    }
  }

  /// All sums of a number of each set; nothing where there are too many to look at.
  static func sums(of sets: [Set<Int>]) -> Set<Int>? {
    var sums: Set<Int> = [0]
    for set in sets where set != [0] {
      guard sums.count * set.count <= ScoreLimits.sums else { return nil }
      var next = Set<Int>()
      for sum in sums { for points in set { next.insert(sum + points) } }
      sums = next
    }
    return sums
  }

  /// All totals that the items of a score can give; nothing where there are too many to look at.
  func totals(of score: Int) -> Set<Int>? {
    var sets = scores[score].direct.map { Set($0.points) }
    for place in scores[score].indirect {
      guard let outcomes = scores[score].items[place].outcomes else { return nil }
      sets.append(outcomes)
    }
    return Self.sums(of: sets)
  }
}
