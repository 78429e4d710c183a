import Dorsal

/// A clinical score as a published study adds it up, under the model: the distribution of its
/// points among patients with a cause and among the others of a setting.
///
/// Findings are independent given the cause, so the points of a cause are a convolution of
/// those of the items. Others are mixed by their priors and by how often they show what all
/// patients of the study have. Nothing here uses the scorer.
struct Cluster {
  /// An item: the points of some states of a finding; its other states give none.
  struct Item {
    let finding: String
    let points: [String: Int]
    init(_ finding: String, _ points: [String: Int]) {
      self.finding = finding
      self.points = points
    }
  }

  let items: [Item]
  /// The causes that the study looked for.
  let causes: [String]
  var setting = "specialist"
  /// What all patients of the study have: a finding and the states allowed.
  var among: [(finding: String, states: [String])] = []

  /// Shares of patients by points.
  struct Points {
    var shares: [Int: Double] = [:]
    func share(from least: Int) -> Double {
      shares.reduce(0) { $0 + ($1.key >= least ? $1.value : 0) }
    }
  }

  /// The points of patients with the causes, and of the others.
  func distributions(in model: Model) -> (with: Points, without: Points) {
    let table = model.likelihoodTable
    func probability(_ finding: String, _ state: String, _ cause: Int) -> Double {
      guard let index = model.findings.firstIndex(where: { $0.id == finding }),
        let row = model.findings[index].states.firstIndex(of: state)
      else { return .nan }
      return table.probability(stateRow: table.firstStateRow[index] + row, cause: cause)
    }
    func points(_ cause: Int) -> [Int: Double] {
      items.reduce([0: 1.0]) { sums, item in
        var next: [Int: Double] = [:]
        let shares = item.points.map { ($0.value, probability(item.finding, $0.key, cause)) }
        let rest = 1 - shares.reduce(0) { $0 + $1.1 }
        for (sum, share) in sums {
          for (value, p) in shares { next[sum + value, default: 0] += share * p }
          next[sum, default: 0] += share * rest
        }
        return next
      }
    }
    let priors = (model.settings.firstIndex(of: setting) ?? 0) * model.causes.count
    var result = [true: Points(), false: Points()]
    var totals = [true: 0.0, false: 0.0]
    for (cause, definition) in model.causes.enumerated() {
      let isSought = causes.contains(definition.id)
      let weight = among.reduce(model.priorTable[priors + cause]) { weight, condition in
        weight * condition.states.reduce(0) { $0 + probability(condition.finding, $1, cause) }
      }
      totals[isSought, default: 0] += weight
      for (sum, share) in points(cause) {
        result[isSought, default: Points()].shares[sum, default: 0] += weight * share
      }
    }
    func normalised(_ isSought: Bool) -> Points {
      Points(shares: (result[isSought]?.shares ?? [:]).mapValues { $0 / (totals[isSought] ?? 1) })
    }
    return (normalised(true), normalised(false))
  }

  /// The likelihood ratio of having at least so many points, and of having fewer.
  func ratios(from least: Int, in model: Model) -> (positive: Double, negative: Double) {
    let (with, without) = distributions(in: model)
    let sensitivity = with.share(from: least)
    let falseAlarms = without.share(from: least)
    return (sensitivity / falseAlarms, (1 - sensitivity) / (1 - falseAlarms))
  }

  /// The area under the ROC curve; equal points count half.
  func area(in model: Model) -> Double {
    let (with, without) = distributions(in: model)
    return with.shares.reduce(0) { sum, one in
      sum
        + without.shares.reduce(0) { inner, other in
          let order = one.key > other.key ? 1 : one.key == other.key ? 0.5 : 0
          return inner + one.value * other.value * order
        }
    }
  }
}
