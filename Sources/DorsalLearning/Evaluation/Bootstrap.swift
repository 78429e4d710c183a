internal import DorsalNumerics

/// Bootstrap samples of the cases, and the figures in them (B. Efron, Ann Stat 1979;7:1-26).
///
/// A sample is as many cases as there are, drawn with replacement; or as many patients, each with
/// all of its cases. Samples are drawn 64 at a time
/// and worked on up to 256 at a time; every event is then one piece of work for a thread, so
/// that figures do not depend on the number of threads. Memory: one byte a case and sample
/// of those worked on, 64 to 256 bytes a case.
struct Bootstrap {
  let caseCount: Int
  let draws: Int
  let seed: UInt64
  let threads: Int
  /// What the cases count, and whose they are.
  var weights = CaseWeights.plain

  /// The figures in all samples.
  struct Samples {
    /// For each event.
    var events: [EventResampling.Samples]
    /// The sums of contributions, for each list of them: `means[list][column][sample]`.
    var means: [[[Double]]]
  }

  /// What one piece of work gives.
  private enum Part: Sendable {
    case means([[Double]])
    case event(EventResampling.Samples)
  }

  /// Pieces of 64 samples that are worked on together: more make fewer passes over the cases,
  /// fewer need less memory. It depends on the number of cases alone.
  private var piecesAtATime: Int { caseCount <= 1 << 20 ? 4 : caseCount <= 1 << 21 ? 2 : 1 }

  /// Draws the samples and reckons the figures.
  ///
  /// - Complexity: O(`draws` × cases × events).
  func run(events: [EventResampling], means: [MeanResampling]) -> Samples {
    var samples = Samples(
      events: events.map { event in
        EventResampling.Samples(
          statistics: EventResampling.Statistic.allCases.map { _ in [] },
          netBenefit: event.thresholds.map { _ in [] },
          netBenefitOfAll: event.thresholds.map { _ in [] })
      },
      means: means.map { list in (0..<list.contributions.columnCount).map { _ in [] } })
    guard caseCount > 0, draws > 0 else { return samples }
    let pieceCount = (draws + SampleCounts.laneCount - 1) / SampleCounts.laneCount
    for first in stride(from: 0, to: pieceCount, by: piecesAtATime) {
      let last = min(first + piecesAtATime, pieceCount)
      let pieces = ParallelMap.run(last - first, threads: threads) { index in
        weights.samples(
          caseCount: caseCount, first: (first + index) * SampleCounts.laneCount, seed: seed)
      }
      // Samples beyond those asked for fill up the last piece and are left out.
      let wanted = min(draws, last * SampleCounts.laneCount) - first * SampleCounts.laneCount
      let drawn = ResampledCounts(pieces: pieces, weights: weights.weights)
      let parts = ParallelMap.run(means.count + events.count, threads: threads) { index -> Part in
        index < means.count
          ? .means(means[index].run(drawn)) : .event(events[index - means.count].run(drawn))
      }
      for (index, part) in parts.enumerated() {
        switch part {
        case .means(let sums):
          for column in sums.indices { samples.means[index][column] += sums[column].prefix(wanted) }
        case .event(let part): samples.events[index - means.count].append(part, count: wanted)
        }
      }
    }
    return samples
  }
}

extension EventResampling.Samples {
  /// Adds the first samples of a batch behind these.
  fileprivate mutating func append(_ part: Self, count: Int) {
    for index in statistics.indices { statistics[index] += part.statistics[index].prefix(count) }
    for index in netBenefit.indices {
      netBenefit[index] += part.netBenefit[index].prefix(count)
      netBenefitOfAll[index] += part.netBenefitOfAll[index].prefix(count)
    }
  }

  /// The values of one figure.
  subscript(_ statistic: EventResampling.Statistic) -> [Double] { statistics[statistic.rawValue] }
}
