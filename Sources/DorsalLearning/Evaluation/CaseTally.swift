internal import DorsalCore
internal import DorsalNumerics

/// One pass over the labelled cases: what is counted, and what each case contributes.
struct CaseTally {
  /// How many cases the model has the diagnosis of.
  private(set) var coveredCount = 0
  /// `triage[own][given]`, over covered cases.
  private(set) var triage: [[Int]]
  /// `confusion[diagnosis][leading]`.
  private(set) var confusion: [[Int]]
  /// The only diagnosis of each case, or -1 where it accepts several.
  private(set) var sole: [Int32] = []
  /// The leading cause of each case; ties go to the order of causes.
  private(set) var leading: [UInt16] = []
  /// Whether the leading cause is a diagnosis.
  private(set) var leadingIsRight: [Bool] = []
  /// The urgency of each case's diagnosis; of several the greatest.
  private(set) var own: [Urgency] = []
  /// P(urgent or more) of each case.
  private(set) var urgent: [Float] = []
  /// P(emergency) of each case.
  private(set) var emergency: [Float] = []
  /// The mean posterior of each cause.
  private(set) var means: [Double]
  /// How many cases were triaged.
  private(set) var triagedCount = 0
  /// What cases count, and whose they are.
  let weights: CaseWeights
  /// What each case contributes: the columns of `MeanResampling`.
  private(set) var contributions: Matrix
  /// The sums of the contributions.
  private(set) var sums = [Double](repeating: 0, count: MeanResampling.Column.allCases.count)

  private let model: Model
  private var byCause: [CauseCounts]
  private var shares = Shares()

  private struct CauseCounts {
    var count = 0
    var weight = 0.0
    var within = [0, 0, 0]
    var probability = 0.0
    var reciprocalRank = 0.0
  }

  /// Counts of covered cases that are shown as shares.
  private struct Shares {
    var within = [0, 0, 0]
    var emergencies = 0
    var emergenciesWithin3 = 0
    var unlisted = 0
    var unlistedLeads = 0
  }

  /// The places in a ranking that are counted.
  private static let places = [1, 3, 5]

  /// - Complexity: O(cases × causes).
  init(_ cases: LabelledPosteriors, model: Model) {
    self.model = model
    weights = cases.caseWeights
    let causeCount = model.causes.count
    let urgencyCount = Urgency.allCases.count
    triage = Array(repeating: Array(repeating: 0, count: urgencyCount), count: urgencyCount)
    confusion = Array(repeating: Array(repeating: 0, count: causeCount), count: causeCount)
    means = Array(repeating: 0, count: causeCount)
    byCause = Array(repeating: CauseCounts(), count: causeCount)
    contributions = Matrix(
      rowCount: cases.count,
      columnCount: weights.isPlain
        ? MeanResampling.Column.plainCount : MeanResampling.Column.allCases.count)
    let urgencies = model.causes.map(\.urgency)
    for row in 0..<cases.count {
      add(
        row, cases.row(row), diagnosis: cases.diagnosis(of: row).map(Int.init),
        given: cases.urgency(of: row), urgencies: urgencies)
    }
    let total = sums[MeanResampling.Column.one.rawValue]
    for cause in means.indices where cases.count > 0 { means[cause] /= total }
  }

  private mutating func add(
    _ row: Int, _ posteriors: ArraySlice<Float>, diagnosis: [Int], given: Urgency?,
    urgencies: [Urgency]
  ) {
    let first = posteriors.startIndex
    let unlisted = urgencies.count - 1
    let weight = weights.weight(row)
    var lead = 0
    var (urgentSum, emergencySum) = (0.0, 0.0)
    for cause in urgencies.indices {
      let posterior = posteriors[first + cause]
      if posterior > posteriors[first + lead] { lead = cause }
      means[cause] += weight * Double(posterior)
      if urgencies[cause] >= .urgent { urgentSum += Double(posterior) }
      if urgencies[cause] == .emergency { emergencySum += Double(posterior) }
    }
    let isRight = diagnosis.contains(lead)
    sole.append(diagnosis.count == 1 ? Int32(diagnosis[0]) : -1)
    leading.append(UInt16(lead))
    leadingIsRight.append(isRight)
    let ownUrgency = diagnosis.map { urgencies[$0] }.max() ?? .selfCare
    own.append(ownUrgency)
    urgent.append(Float(min(urgentSum, 1)))
    emergency.append(Float(min(emergencySum, 1)))
    confusion[isRight ? lead : diagnosis[0]][lead] += 1

    var values: [(MeanResampling.Column, Double)] = [(.one, 1)]
    let all = CaseOutcome(
      posteriors: posteriors, accepted: diagnosis, given: given, model: model)
    values += [(.logLossOfAll, all.logLoss), (.brierOfAll, all.brier)]
    let accepted = diagnosis.filter { $0 != unlisted }
    if accepted.isEmpty {
      shares.unlisted += 1
      if lead == unlisted { shares.unlistedLeads += 1 }
      values += [(.uncovered, 1), (.uncoveredLeads, lead == unlisted ? 1 : 0)]
    } else {
      let outcome =
        accepted.count == diagnosis.count
        ? all
        : CaseOutcome(posteriors: posteriors, accepted: accepted, given: given, model: model)
      count(outcome, weight: weight)
      if !weights.isPlain { values += Self.shareValues(outcome) }
      values += [
        (.covered, 1), (.reciprocalRank, 1 / Double(outcome.rank)), (.logLoss, outcome.logLoss),
        (.brier, outcome.brier),
      ]
    }
    if let given {
      triagedCount += 1
      values.append((.triaged, 1))
      if given >= .urgent {
        values.append((ownUrgency >= .urgent ? .urgentHit : .urgentFalseAlarm, 1))
      }
      if given == .emergency {
        values.append((ownUrgency == .emergency ? .emergencyHit : .emergencyFalseAlarm, 1))
      }
    }
    for (column, value) in values where column.rawValue < contributions.columnCount {
      contributions[row, column.rawValue] = Float(value)
      sums[column.rawValue] += weight * value
    }
  }

  /// What a covered case contributes to shares.
  private static func shareValues(_ outcome: CaseOutcome) -> [(MeanResampling.Column, Double)] {
    func one(_ holds: Bool) -> Double { holds ? 1 : 0 }
    let isEmergency = outcome.own == .emergency
    let isBenign = outcome.own <= .routine
    var values: [(MeanResampling.Column, Double)] = [
      (.top1, one(outcome.rank <= 1)), (.top3, one(outcome.rank <= 3)),
      (.top5, one(outcome.rank <= 5)),
      (.emergencies, one(isEmergency)), (.emergenciesTop3, one(isEmergency && outcome.rank <= 3)),
      (.emergenciesUrgent, one(isEmergency && outcome.givenAtLeast(.urgent))),
      (.emergenciesEmergency, one(isEmergency && outcome.givenAtLeast(.emergency))),
      (.benign, one(isBenign)),
      (.benignEmergency, one(isBenign && outcome.givenAtLeast(.emergency))),
    ]
    if let given = outcome.given {
      values += [
        (.own(outcome.own.rank), 1), (.less(outcome.own.rank), one(given < outcome.own)),
        (.more(outcome.own.rank), one(given > outcome.own)),
      ]
    }
    return values
  }

  private mutating func count(_ outcome: CaseOutcome, weight: Double) {
    coveredCount += 1
    if let given = outcome.given { triage[outcome.own.rank][given.rank] += 1 }
    byCause[outcome.cause].count += 1
    byCause[outcome.cause].weight += weight
    byCause[outcome.cause].probability += weight * outcome.probability
    byCause[outcome.cause].reciprocalRank += weight / Double(outcome.rank)
    for (index, place) in Self.places.enumerated() where outcome.rank <= place {
      shares.within[index] += 1
      byCause[outcome.cause].within[index] += 1
    }
    if outcome.own == .emergency {
      shares.emergencies += 1
      if outcome.rank <= 3 { shares.emergenciesWithin3 += 1 }
    }
  }

  /// A row for each cause that is a diagnosis of a covered case.
  var causeRows: [Evaluation.CauseRow] {
    byCause.enumerated().compactMap { cause, own in
      guard own.count > 0 else { return nil }
      return Evaluation.CauseRow(
        cause: cause, count: own.count, top1: own.within[0], top3: own.within[1],
        top5: own.within[2], meanProbability: own.probability / own.weight,
        meanReciprocalRank: own.reciprocalRank / own.weight)
    }
  }

  /// The figures of rankings, losses and triage, with the sums in bootstrap samples.
  func measures(_ samples: [[Double]]) -> [Evaluation.Measure] {
    typealias Column = MeanResampling.Column
    func mean(
      _ name: String, _ title: String, _ column: Column, of base: Column, count: Int
    ) -> Evaluation.Measure {
      let total = sums[base.rawValue]
      return .percentile(
        name, title, count > 0 ? sums[column.rawValue] / total : nil,
        samples: zip(samples[column.rawValue], samples[base.rawValue]).map(/), count: count)
    }
    func share(
      _ name: String, _ title: String, _ hits: Int, of count: Int, _ columns: [Column],
      of bases: [Column]
    ) -> Evaluation.Measure {
      weights.isPlain
        ? .share(name, title, hits, of: count)
        : weighted(name, title, columns, of: bases, count: count, samples)
    }
    let emergencies = triage[Urgency.emergency.rank].reduce(0, +)
    let benign =
      triage[Urgency.selfCare.rank].reduce(0, +) + triage[Urgency.routine.rank].reduce(0, +)
    let triaged = triage.joined().reduce(0, +)
    let levels = Array(Urgency.allCases.indices)
    func misplaced(where holds: (Int, Int) -> Bool) -> Int {
      (0..<4).reduce(0) { sum, own in
        sum + (0..<4).reduce(0) { $0 + (holds(own, $1) ? triage[own][$1] : 0) }
      }
    }
    return [
      share(
        "top_1", "diagnosis ranked first", shares.within[0], of: coveredCount,
        [.top1], of: [.covered]),
      share(
        "top_3", "diagnosis in the first 3", shares.within[1], of: coveredCount,
        [.top3], of: [.covered]),
      share(
        "top_5", "diagnosis in the first 5", shares.within[2], of: coveredCount,
        [.top5], of: [.covered]),
      mean(
        "mean_reciprocal_rank", "mean reciprocal rank", .reciprocalRank, of: .covered,
        count: coveredCount),
      mean("log_loss", "log loss (nats)", .logLoss, of: .covered, count: coveredCount),
      mean("brier", "Brier score (0 to 2)", .brier, of: .covered, count: coveredCount),
      share(
        "emergencies_top_3", "emergencies in the first 3", shares.emergenciesWithin3,
        of: shares.emergencies, [.emergenciesTop3], of: [.emergencies]),
      share(
        "emergencies_given_urgent", "emergencies given urgent or emergency",
        triage[3][2] + triage[3][3], of: emergencies, [.emergenciesUrgent], of: [.emergencies]),
      share(
        "emergencies_given_emergency", "emergencies given emergency", triage[3][3],
        of: emergencies, [.emergenciesEmergency], of: [.emergencies]),
      share(
        "benign_given_emergency", "self-care and routine causes given emergency",
        triage[0][3] + triage[1][3], of: benign, [.benignEmergency], of: [.benign]),
      share(
        "under_triage", "given less urgency than the cause has", misplaced { $1 < $0 }, of: triaged,
        levels.map(Column.less), of: levels.map(Column.own)),
      share(
        "over_triage", "given more urgency than the cause has", misplaced { $1 > $0 }, of: triaged,
        levels.map(Column.more), of: levels.map(Column.own)),
      share(
        "unlisted_top_1", "unlisted diseases with unlisted first", shares.unlistedLeads,
        of: shares.unlisted, [.uncoveredLeads], of: [.uncovered]),
      mean(
        "log_loss_of_all", "log loss, unlisted as a cause like others", .logLossOfAll, of: .one,
        count: contributions.rowCount),
      mean(
        "brier_of_all", "Brier score, unlisted as a cause like others", .brierOfAll, of: .one,
        count: contributions.rowCount),
    ]
  }

  /// A share of cases that do not all count one: sums of some columns over sums of others.
  private func weighted(
    _ name: String, _ title: String, _ columns: [MeanResampling.Column],
    of bases: [MeanResampling.Column], count: Int, _ samples: [[Double]]
  ) -> Evaluation.Measure {
    func sampled(_ columns: [MeanResampling.Column]) -> [Double] {
      guard let first = columns.first else { return [] }
      return samples[first.rawValue].indices.map { sample in
        columns.reduce(0) { $0 + samples[$1.rawValue][sample] }
      }
    }
    func sum(_ columns: [MeanResampling.Column]) -> Double {
      columns.reduce(0) { $0 + sums[$1.rawValue] }
    }
    return .share(
      name, title, sum(columns), samples: sampled(columns), of: sum(bases), samples: sampled(bases),
      count: count, effectiveShare: weights.effectiveShare)
  }

  /// Under- and over-triage of each urgency, with the sums in bootstrap samples.
  func triageRows(_ samples: [[Double]]) -> [TriageRow] {
    Urgency.allCases.map { own in
      let given = triage[own.rank]
      guard !weights.isPlain else { return TriageRow(own: own, given: given) }
      func share(
        _ name: String, _ title: String, _ columns: [MeanResampling.Column]
      ) -> Evaluation.Measure {
        weighted(
          name, title, columns, of: [.own(own.rank)], count: given.reduce(0, +), samples)
      }
      // What is neither less nor more is right.
      let less = MeanResampling.Column.less(own.rank).rawValue
      let (more, all) = (
        MeanResampling.Column.more(own.rank).rawValue, MeanResampling.Column.own(own.rank).rawValue
      )
      let right = Evaluation.Measure.share(
        "right_triage", TriageRow.rightTitle, sums[all] - sums[less] - sums[more],
        samples: samples[all].indices.map {
          samples[all][$0] - samples[less][$0] - samples[more][$0]
        }, of: sums[all], samples: samples[all], count: given.reduce(0, +),
        effectiveShare: weights.effectiveShare)
      return TriageRow(
        own: own, under: share("under_triage", TriageRow.underTitle, [.less(own.rank)]),
        right: right, over: share("over_triage", TriageRow.overTitle, [.more(own.rank)]))
    }
  }
}
