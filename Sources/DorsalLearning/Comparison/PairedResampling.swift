internal import DorsalCore
internal import DorsalNumerics

/// The figures of two sides on the same cases, with their bootstrap samples.
struct PairedResampling {
  /// What each case contributes, over cases with a diagnosis: differences of B less A.
  private enum Column: Int, CaseIterable {
    case one, logLossOfAll, brierOfAll
    /// 1 where both models have the diagnosis, and then:
    case covered, logLoss, brier, reciprocalRank
    /// Whether the triage called it, rightly and wrongly.
    case urgentHit, urgentFalseAlarm, emergencyHit, emergencyFalseAlarm
  }

  /// The figures, in a fixed order.
  private(set) var measures: [PairedMeasure] = []
  private(set) var causeGroups: [(cause: Int, group: Comparison.Group)] = []
  private(set) var urgencyGroups: [(urgency: Urgency, group: Comparison.Group)] = []
  private(set) var benefits: [Comparison.Benefit] = []

  private let pairs: PairedAnswers
  private let rowCount: Int
  private var sumsOfA = [Double](repeating: 0, count: Column.allCases.count)
  private var sumsOfB = [Double](repeating: 0, count: Column.allCases.count)
  private var differ = [Bool](repeating: false, count: Column.allCases.count)

  /// Thresholds of net benefit, beside those of the losses.
  private static let thresholds = [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5]

  /// - Complexity: O(`options.draws` × cases).
  init(_ pairs: PairedAnswers, options: Evaluation.Options) {
    self.pairs = pairs
    rowCount = pairs.judged.count
    let contributions = contributions()
    let (causes, urgencies) = groups()
    let events = [Urgency.urgent, .emergency].map { urgency in
      PairedEvent(pairs, urgency, thresholds: Self.thresholds)
    }
    let bootstrap = Bootstrap(
      caseCount: rowCount, draws: options.draws, seed: options.seed, threads: options.threads)
    let lists = (urgencies.map(\.rows) + causes.map(\.rows)).map(groupContributions)
    let samples = bootstrap.run(
      events: events.flatMap(\.resamplings),
      means: [MeanResampling(contributions: contributions)] + lists)
    let groupSamples = samples.means.dropFirst()
    urgencyGroups = zip(urgencies, groupSamples).map { ($0.urgency, group($0.rows, $1)) }
    causeGroups = zip(causes, groupSamples.dropFirst(urgencies.count)).map {
      ($0.cause, group($0.rows, $1))
    }
    for (index, event) in events.enumerated() {
      event.add(
        samples.events[2 * index], samples.events[2 * index + 1],
        calls: calls(event.urgency, samples.means[0]), to: &benefits)
    }
    measures = figures(samples.means[0])
    for (index, event) in events.enumerated() {
      measures.append(
        event.area(samples.events[2 * index], samples.events[2 * index + 1]))
    }
  }

  private mutating func contributions() -> Matrix {
    var matrix = Matrix(rowCount: rowCount, columnCount: Column.allCases.count)
    for row in 0..<rowCount {
      let judged = pairs.judged[row]
      let (a, b) = pairs.answers(row)
      func set(_ column: Column, _ first: Double, _ second: Double) {
        sumsOfA[column.rawValue] += first
        sumsOfB[column.rawValue] += second
        if first != second { differ[column.rawValue] = true }
        matrix[row, column.rawValue] = Float(second - first)
      }
      matrix[row, Column.one.rawValue] = 1
      set(.logLossOfAll, Double(judged.a.logLossOfAll), Double(judged.b.logLossOfAll))
      set(.brierOfAll, Double(judged.a.brierOfAll), Double(judged.b.brierOfAll))
      let own = Int(judged.a.own)
      func call(_ urgency: Urgency, _ hit: Column, _ falseAlarm: Column) {
        let (first, second) = (
          Int(a.given) >= urgency.rank ? 1.0 : 0, Int(b.given) >= urgency.rank ? 1.0 : 0
        )
        set(own >= urgency.rank ? hit : falseAlarm, first, second)
      }
      call(.urgent, .urgentHit, .urgentFalseAlarm)
      call(.emergency, .emergencyHit, .emergencyFalseAlarm)
      guard let (first, second) = pairs.outcomes(row) else { continue }
      matrix[row, Column.covered.rawValue] = 1
      set(.logLoss, Double(first.logLoss), Double(second.logLoss))
      set(.brier, Double(first.brier), Double(second.brier))
      set(.reciprocalRank, 1 / Double(first.rank), 1 / Double(second.rank))
    }
    return matrix
  }

  /// The covered cases by the first of their diagnoses, and by its urgency.
  private func groups() -> (
    causes: [(cause: Int, rows: [UInt32])], urgencies: [(urgency: Urgency, rows: [UInt32])]
  ) {
    var causes: [Int: [UInt32]] = [:]
    var urgencies = [[UInt32]](repeating: [], count: Urgency.allCases.count)
    for row in pairs.covered {
      guard let (outcome, _) = pairs.outcomes(row) else { continue }
      causes[Int(outcome.cause), default: []].append(UInt32(row))
      urgencies[Int(outcome.own)].append(UInt32(row))
    }
    return (
      causes.sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
      zip(Urgency.allCases, urgencies).filter { !$1.isEmpty }.map { ($0, $1) }
    )
  }

  private func groupContributions(_ rows: [UInt32]) -> MeanResampling {
    var matrix = Matrix(rowCount: rows.count, columnCount: 2)
    for (place, row) in rows.enumerated() {
      matrix[place, 0] = 1
      if let (a, b) = pairs.outcomes(Int(row)) { matrix[place, 1] = b.logLoss - a.logLoss }
    }
    return MeanResampling(contributions: matrix, rows: rows)
  }

  private func group(_ rows: [UInt32], _ samples: [[Double]]) -> Comparison.Group {
    var (lossOfA, lossOfB, differs) = (0.0, 0.0, false)
    var (probabilityOfA, probabilityOfB) = (0.0, 0.0)
    var (otherProbabilities, otherUrgencies) = (0, 0)
    for row in rows {
      guard let (a, b) = pairs.outcomes(Int(row)) else { continue }
      if pairs.haveOtherProbabilities(Int(row)) { otherProbabilities += 1 }
      if pairs.haveOtherUrgencies(Int(row)) { otherUrgencies += 1 }
      lossOfA += Double(a.logLoss)
      lossOfB += Double(b.logLoss)
      if a.logLoss != b.logLoss { differs = true }
      probabilityOfA += Double(a.probability)
      probabilityOfB += Double(b.probability)
    }
    let count = Double(rows.count)
    let loss = PairedMeasure(
      "log_loss", "log loss (nats)", .lower, a: lossOfA / count, b: lossOfB / count,
      interval: Intervals.percentiles(of: zip(samples[1], samples[0]).map(/)), method: .percentile,
      count: rows.count, areAlike: !differs)
    return Comparison.Group(
      count: rows.count, measures: [loss] + rankings(rows) + misplaced(rows),
      meanProbability: (probabilityOfA / count, probabilityOfB / count),
      otherProbabilityCount: otherProbabilities, otherUrgencyCount: otherUrgencies)
  }

  /// Shares of some covered cases.
  private func counted(
    of rows: some Sequence<UInt32>, where holds: (Side, UInt8) -> Bool
  ) -> PairedMeasure.Pairs {
    var counts = PairedMeasure.Pairs()
    for row in rows {
      guard let (first, second) = pairs.outcomes(Int(row)) else { continue }
      let (a, b) = pairs.answers(Int(row))
      counts.add(
        holds(Side(rank: first.rank, given: a.given), first.own),
        holds(Side(rank: second.rank, given: b.given), first.own))
    }
    return counts
  }

  /// What one side makes of a covered case.
  private struct Side {
    let rank: UInt16
    let given: UInt8
  }

  private func rankings(_ rows: [UInt32]) -> [PairedMeasure] {
    [
      .share(
        "top_1", "diagnosis ranked first", .higher, counted(of: rows) { side, _ in side.rank <= 1 }),
      .share(
        "top_3", "diagnosis in the first 3", .higher,
        counted(of: rows) { side, _ in side.rank <= 3 }),
    ]
  }

  private func misplaced(_ rows: [UInt32]) -> [PairedMeasure] {
    [
      .share(
        "under_triage", "given less urgency than the cause has", .lower,
        counted(of: rows) { $0.given < $1 }),
      .share(
        "over_triage", "given more urgency than the cause has", .lower,
        counted(of: rows) { $0.given > $1 }),
    ]
  }

  private func figures(_ samples: [[Double]]) -> [PairedMeasure] {
    let rows = pairs.covered.map { UInt32($0) }
    func mean(
      _ name: String, _ title: String, _ sense: PairedMeasure.Sense, _ column: Column,
      of base: Column, count: Int
    ) -> PairedMeasure {
      let size = Double(count)
      return PairedMeasure(
        name, title, sense, a: count == 0 ? nil : sumsOfA[column.rawValue] / size,
        b: count == 0 ? nil : sumsOfB[column.rawValue] / size,
        interval: Intervals.percentiles(
          of: zip(samples[column.rawValue], samples[base.rawValue]).map(/)),
        method: .percentile, count: count, areAlike: !differ[column.rawValue])
    }
    let emergency = UInt8(Urgency.emergency.rank)
    func own(_ holds: (UInt8) -> Bool) -> [UInt32] {
      rows.filter { row in pairs.outcomes(Int(row)).map { holds($0.a.own) } ?? false }
    }
    let emergencies = own { $0 == emergency }
    let benign = own { $0 <= UInt8(Urgency.routine.rank) }
    let count = rows.count
    return [
      mean("log_loss", "log loss (nats)", .lower, .logLoss, of: .covered, count: count),
      mean("brier", "Brier score (0 to 2)", .lower, .brier, of: .covered, count: count),
    ] + rankings(rows) + [
      mean(
        "mean_reciprocal_rank", "mean reciprocal rank", .higher, .reciprocalRank, of: .covered,
        count: count),
      .share(
        "emergencies_top_3", "emergencies in the first 3", .higher,
        counted(of: emergencies) { side, _ in side.rank <= 3 }),
      .share(
        "emergencies_given_urgent", "emergencies given urgent or emergency", .higher,
        counted(of: emergencies) { side, _ in side.given >= UInt8(Urgency.urgent.rank) }),
      .share(
        "emergencies_given_emergency", "emergencies given emergency", .higher,
        counted(of: emergencies) { side, _ in side.given == emergency }),
      .share(
        "benign_given_emergency", "self-care and routine causes given emergency", .lower,
        counted(of: benign) { side, _ in side.given == emergency }),
    ] + misplaced(rows) + [
      mean(
        "log_loss_of_all", "log loss, unlisted as a cause like others", .lower, .logLossOfAll,
        of: .one, count: rowCount),
      mean(
        "brier_of_all", "Brier score, unlisted as a cause like others", .lower, .brierOfAll,
        of: .one, count: rowCount),
    ]
  }

  /// How often the triage called an urgency by both sides, and in the samples, B less A.
  private func calls(_ urgency: Urgency, _ samples: [[Double]]) -> PairedEvent.Calls {
    let (hit, falseAlarm) =
      urgency == .urgent
      ? (Column.urgentHit, Column.urgentFalseAlarm)
      : (Column.emergencyHit, Column.emergencyFalseAlarm)
    return PairedEvent.Calls(
      hits: (sumsOfA[hit.rawValue], sumsOfB[hit.rawValue]),
      falseAlarms: (sumsOfA[falseAlarm.rawValue], sumsOfB[falseAlarm.rawValue]),
      differ: differ[hit.rawValue] || differ[falseAlarm.rawValue],
      hitSamples: samples[hit.rawValue], falseAlarmSamples: samples[falseAlarm.rawValue],
      countSamples: samples[Column.one.rawValue])
  }
}
