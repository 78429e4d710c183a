internal import DorsalNumerics

/// What a patient may have: every cause of a model alone, and every set of two causes, or
/// of two and three, that are present together.
///
/// The first hypotheses are the causes alone, in the order of the model, then come the
/// pairs and the triples in lexical order. `unlisted` is a hypothesis alone and is in no set:
/// it is what remains where the model knows nothing.
///
/// The prior weight of a set in a setting is
///
///     w(S) = Π P(c) over its causes c  ×  Π m(a, b) over its pairs
///
/// with P(c) from `priors.csv` and m the odds multipliers of `associations.csv`, 1 for a
/// pair without a row. In a triple whose three pairs all have a multiplier above 1 the
/// smallest is left out: the third link follows from the other two (a metastasis makes a
/// fracture and compresses the cord; that the fracture goes with the compression is no
/// further evidence). Divided by their sum over all hypotheses of a setting the weights
/// are the priors; they sum to one.
public struct Hypotheses: Sendable {
  /// How many causes the model has.
  public let causeCount: Int
  /// The most causes of a set: 2 or 3.
  public let upTo: Int
  /// The causes of all hypotheses one behind the other, each set's in ascending order.
  private let members: [Int]
  /// Where the causes of each hypothesis begin, and behind the last one the end.
  private let starts: [Int]

  /// Lists the hypotheses of a model.
  ///
  /// - Parameters:
  ///   - causeCount: The causes of the model, `unlisted` the last.
  ///   - upTo: The most causes of a set, 2 or 3.
  /// - Complexity: O(causes to the power `upTo`).
  init(causeCount: Int, upTo: Int) {
    precondition((2...3).contains(upTo), "sets have up to two or three causes")
    var members = Array(0..<causeCount)
    var starts = Array(0...causeCount)
    let listed = max(causeCount - 1, 0)
    for first in 0..<listed {
      for second in (first + 1)..<max(listed, first + 1) {
        members += [first, second]
        starts.append(members.count)
      }
    }
    if upTo == 3 {
      for first in 0..<listed {
        for second in (first + 1)..<max(listed, first + 1) {
          for third in (second + 1)..<max(listed, second + 1) {
            members += [first, second, third]
            starts.append(members.count)
          }
        }
      }
    }
    self.causeCount = causeCount
    self.upTo = upTo
    self.members = members
    self.starts = starts
  }

  /// The most hypotheses that are scored: as many as some 300 causes have up to triples.
  public static let mostCount = 1 << 22

  /// The most numbers that hypotheses and the states of findings may make.
  public static let mostNumbers = 1 << 27

  /// How many hypotheses there would be.
  ///
  /// - Complexity: O(1).
  public static func count(causes: Int, upTo: Int) -> Int {
    let listed = max(causes - 1, 0)
    let pairs = listed * (listed - 1) / 2
    return causes + pairs + (upTo == 3 ? pairs * (listed - 2) / 3 : 0)
  }

  /// How many hypotheses there are.
  public var count: Int { starts.count - 1 }

  /// The indices of the causes of a hypothesis, ascending.
  public func causes(of hypothesis: Int) -> ArraySlice<Int> {
    members[starts[hypothesis]..<starts[hypothesis + 1]]
  }

  /// Which causes each hypothesis has: a row for each hypothesis, a column for each cause,
  /// 1 where the cause is in it.
  func membership() -> Matrix {
    var matrix = Matrix(rowCount: count, columnCount: causeCount)
    for hypothesis in 0..<count {
      for cause in causes(of: hypothesis) { matrix[hypothesis, cause] = 1 }
    }
    return matrix
  }

  /// How many hypotheses have the cause that is in most of them.
  var greatestMembership: Int {
    let others = max(causeCount - 2, 0)
    return 1 + others + (upTo == 3 ? others * (others - 1) / 2 : 0)
  }

  /// The logarithm of the prior weight of every hypothesis in a setting, in nats.
  func logWeights(model: Model, setting: Int) -> [Double] {
    let causes = causeCount
    var logMultipliers = [Double](repeating: 0, count: causes * causes)
    for association in model.associations {
      let value = Elementary.log(association.oddsMultiplier)
      logMultipliers[association.first * causes + association.second] = value
      logMultipliers[association.second * causes + association.first] = value
    }
    let logPriors = (0..<causes).map { Elementary.log(model.priorTable[setting * causes + $0]) }
    return (0..<count).map { hypothesis in
      let set = Array(self.causes(of: hypothesis))
      var sum = set.reduce(0) { $0 + logPriors[$1] }
      var links: [Double] = []
      for (place, cause) in set.enumerated() {
        for other in set[(place + 1)...] { links.append(logMultipliers[cause * causes + other]) }
      }
      sum += links.reduce(0, +)
      if links.count == 3, let weakest = links.min(), weakest > 0 { sum -= weakest }
      return sum
    }
  }

  /// The priors of all hypotheses in a setting; they sum to one.
  ///
  /// - Parameters:
  ///   - model: The model whose causes they are.
  ///   - setting: An index into `model.settings`.
  public func priors(model: Model, setting: Int) -> [Double] {
    let weights = logWeights(model: model, setting: setting).map(Elementary.exp)
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }
}
