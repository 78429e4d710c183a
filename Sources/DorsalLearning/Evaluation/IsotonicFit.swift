internal import DorsalNumerics

/// The best forecast of an event that keeps the order of its probabilities: isotonic
/// regression by pooling adjacent violators (M. Ayer and others, Ann Math Stat 1955;26:641-7).
package struct IsotonicFit: Sendable {
  /// Cases that get one value.
  package struct Block: Sendable, Hashable {
    /// How many cases, or what they count.
    package var count: Double
    /// How many events among them, or what they count.
    package var events: Double
    /// The least probability of its cases.
    package var leastProbability: Float

    /// The share of events, which is the block's value.
    package var value: Double { events / count }
  }

  /// The blocks, from the most probable cases down; values fall strictly.
  package let blocks: [Block]

  /// - Complexity: O(cases).
  package init(_ forecast: EventForecast) {
    var blocks: [Block] = []
    func add(_ block: Block) {
      var block = block
      // Going down values may not rise; a block that is not below the last joins it.
      while let last = blocks.last, block.events * last.count >= last.events * block.count {
        block.count += last.count
        block.events += last.events
        blocks.removeLast()
      }
      blocks.append(block)
    }
    var place = 0
    var tied = 0.0
    for run in forecast.runs {
      let weight = forecast.weight(of: place..<place + run.count)
      place += run.count
      let least = forecast.probabilities[place - 1]
      switch run.kind {
      case .free: add(Block(count: weight, events: 0, leastProbability: least))
      case .tied: tied = weight
      case .event:
        let events = weight
        add(Block(count: tied + events, events: events, leastProbability: least))
        tied = 0
      }
    }
    self.blocks = blocks
  }

  /// The value for a probability that is among those of the fit.
  ///
  /// - Complexity: O(log blocks).
  package func value(at probability: Float) -> Double {
    var (low, high) = (0, blocks.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if probability >= blocks[middle].leastProbability { high = middle } else { low = middle + 1 }
    }
    return blocks[low].value
  }
}

/// A score split into what is wrong with the probabilities, what they tell apart, and what
/// the cases are like: `score = miscalibration - discrimination + uncertainty` (T. Dimitriadis,
/// T. Gneiting, A. Jordan, Proc Natl Acad Sci USA 2021;118:e2016191118).
///
/// *Miscalibration* is what isotonic recalibration would save, *discrimination* what the
/// recalibrated probabilities are better by than the share of events for every case, whose
/// score is the *uncertainty*. All are over the cases themselves and need no bins; on few
/// cases miscalibration and discrimination both come out too large, alike.
public struct ScoreDecomposition: Sendable, Hashable {
  /// The mean score.
  public let score: Double
  /// What recalibration would save.
  public let miscalibration: Double
  /// What the recalibrated probabilities are better by than the same one for all.
  public let discrimination: Double
  /// The score of the same probability for all.
  public let uncertainty: Double

  /// From the scores of three sets of probabilities.
  package init(score: Double, recalibrated: Double, constant: Double) {
    self.score = score
    miscalibration = score - recalibrated
    discrimination = constant - recalibrated
    uncertainty = constant
  }

  /// Splits the Brier score of an event.
  package static func brier(_ score: Double, _ fit: IsotonicFit) -> ScoreDecomposition {
    decompose(score, fit) { $0 * (1 - $0) }
  }

  /// Splits the log loss of an event.
  package static func logLoss(_ score: Double, _ fit: IsotonicFit) -> ScoreDecomposition {
    decompose(score, fit, entropy)
  }

  /// The log loss of a probability for an event that has this probability.
  package static func entropy(_ p: Double) -> Double {
    func term(_ p: Double) -> Double { p > 0 ? -p * Elementary.log(p) : 0 }
    return term(p) + term(1 - p)
  }

  private static func decompose(
    _ score: Double, _ fit: IsotonicFit, _ loss: (Double) -> Double
  ) -> ScoreDecomposition {
    let count = fit.blocks.reduce(0) { $0 + $1.count }
    let events = fit.blocks.reduce(0) { $0 + $1.events }
    let recalibrated = fit.blocks.reduce(0) { $0 + $1.count * loss($1.value) } / count
    return ScoreDecomposition(
      score: score, recalibrated: recalibrated, constant: loss(events / count))
  }
}
