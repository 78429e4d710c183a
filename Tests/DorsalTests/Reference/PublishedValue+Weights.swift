import Foundation

/// What a model says where its findings have weights.
///
/// A weight is of evidence: patients have a finding as often as the tables say, but it counts for
/// less. So a share of patients stays that of the tables, and what a model says of patients with a
/// combination is the mean of their posteriors, each by the weighted evidence of the states that
/// this patient has. It is summed over all states of the items: no convolution of their points.
extension PublishedValue {
  /// The value as the model says it: of predictive values the mean posterior of such patients; of
  /// ratios how the odds of that differ from the odds among all patients of the study, and of odds
  /// ratios from those of the other patients. With weights of 1 it is `value(in:groups:)`.
  func saidValue(in model: ReferenceScorer, groups: [String: String]) -> Double {
    guard ["ppv", "lr", "odds_ratio"].contains(kind) else {
      return value(in: model, groups: groups)
    }
    let patients = patients(in: model, groups: groups)
    let (positive, negative) = means(of: patients, in: model)
    let all = patients.shares.reduce(0, +)
    let sought = patients.shares.indices.reduce(0) {
      $0 + (patients.sought[$1] ? patients.shares[$1] : 0)
    }
    func odds(_ share: Double) -> Double { share / (1 - share) }
    switch kind {
    case "ppv": return positive
    case "lr": return odds(positive) / odds(sought / all)
    default: return odds(positive) / odds(negative)
    }
  }

  /// A finding of an item, by the item's place.
  private struct Part {
    let item: Int
    let finding: String
    let points: [String: Double]
    /// Whether the item is that any of several findings is so.
    let isAny: Bool
  }

  /// The mean posterior of the causes that are sought, of patients with the combination and of the
  /// others.
  private func means(
    of patients: Patients, in model: ReferenceScorer
  ) -> (positive: Double, negative: Double) {
    let (items, range) = combination
    let parts = items.enumerated().flatMap { place, item in
      let texts = item.components(separatedBy: "+")
      return texts.map { text in
        let (finding, points) = Self.parts(text)
        return Part(item: place, finding: finding, points: points, isAny: texts.count > 1)
      }
    }
    // Of patients with the combination at 1, of the others at 0: how many, and their posteriors.
    var count = [0.0, 0.0]
    var sum = [0.0, 0.0]
    /// Goes through the states of the parts from `place` on. `having` is how many patients of each
    /// cause have the states so far, `said` the prior with their weighted evidence.
    func visit(_ place: Int, _ points: [Int], _ having: [Double], _ said: [Double]) {
      guard place < parts.count else {
        let own = having.reduce(0, +)
        let side = range.contains(points.reduce(0, +)) ? 1 : 0
        guard own > 0 else { return }
        let sought = said.indices.reduce(0) { $0 + (patients.sought[$1] ? said[$1] : 0) }
        count[side] += own
        sum[side] += own * sought / said.reduce(0, +)
        return
      }
      let part = parts[place]
      let weight = model.weights[part.finding] ?? .nan
      for state in model.states[part.finding, default: []] {
        let p = model.causes.indices.map { patients.probability(part.finding, state, $0) }
        let gained = Int(part.points[state, default: 0])
        var points = points
        points[part.item] = part.isAny ? max(points[part.item], min(gained, 1)) : gained
        visit(
          place + 1, points, zip(having, p).map(*), zip(said, p).map { $0 * pow($1, weight) })
      }
    }
    visit(0, items.map { _ in 0 }, patients.shares, patients.shares)
    return (sum[1] / count[1], sum[0] / count[0])
  }
}
