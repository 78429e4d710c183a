internal import DorsalNumerics

/// An upper bound on the posterior of all sets of causes that have more members than the
/// hypotheses do, case by case, without going through them.
///
/// Let k be the most causes of a hypothesis, W(S) = w(S) · L(S) the weight of a set (prior
/// weight × likelihood of the case), Z the sum over the hypotheses and R that over all larger
/// sets of listed causes. R / (Z + R) is what was left out. Each larger set is charged to its
/// leading member a, the one with the greatest W alone, as S = {a} ∪ D with j = |D| ≥ k,
/// and W(S) ≤ W(a) · (a factor for each c in D), finding by finding, with b = P(state) of
/// the background and p = P(state | cause):
///
/// - *Prior.* w(S) is at most Π P(c) times the product of multipliers along a greatest spanning
///   forest of S (`LinkedCauses`). A forest has one link a member at most, but for one
///   member, so with ν(c) = the greatest multiplier of c, or 1, that is at most Π ν over S
///   without its member of greatest ν, which is quick; where it matters the forests are used.
/// - *Present.* Where p(a) ≥ b a noisy-or with more causes grows ever more slowly: the factor
///   is at most 1 + q(c) (1 − p(a)) / p(a), its gain beside a alone. Where p(a) < b, max(1, p(c) / p(a)).
/// - *Absent.* The factor is at most min(1, (1 − p(c)) / (1 − b)).
/// - *Averages.* With ρ(c) = p(c) / p(a) the average is p(a) (1 + Σρ) / (1 + j), and a
///   logarithm lies below its tangent at any ρ = σ > 0 (the variational bound of T. Jaakkola and
///   M. Jordan, J Artif Intell Res 1999;10:291-322, here for averages), so that it is at most
///   p(a) · (1 + jσ) / (1 + j) · Π exp((ρ(c) − σ) / (1 + jσ)).
///
/// The sum over all D of one size is then an elementary symmetric polynomial of the
/// factors. Sizes k to k + 2 have a polynomial each; all larger ones share factors that are
/// at least as great for every j (σ ≥ 1 for the first part, terms below σ left out in the
/// second) in Π (1 + factor) less its first terms. The places σ of the tangents change how
/// close the bound is, not that it holds.
///
/// A weight below 1 is a power: it is applied as such, or by (1 + x)^weight ≤ 1 + weight · x.
struct RemainderBound: Sendable {
  /// Sizes of D with a polynomial of their own.
  private static let exactSizes = 3
  /// Of a remainder below this the closer sum is not worth its time.
  private static let negligible = 1e-3
  /// Sets of the causes behind are bounded all at once where that adds no more than this share.
  private static let negligibleShare = 0.02
  /// Covers the rounding of posteriors, which are `Float`s.
  private static let roundingMargin = 1.0001

  private let model: Model
  private let defaultSetting: Int
  private let upTo: Int
  /// Causes that are in sets: all but `unlisted`.
  private let listed: Int
  /// The greatest multiplier above 1 of each cause, or 1.
  private let greatestMultiplier: [Double]
  /// The causes by their greatest multiplier, descending.
  private let byMultiplier: [Int]
  private let linked: LinkedCauses?
  /// weight × log P(state | cause): `logTerms[stateRow * listed + cause]`.
  private let logTerms: [Double]

  init(model: Model, hypotheses: Hypotheses, defaultSetting: Int) {
    self.model = model
    self.defaultSetting = defaultSetting
    upTo = hypotheses.upTo
    let table = model.likelihoodTable
    let listed = hypotheses.causeCount - 1
    var greatest = [Double](repeating: 1, count: listed)
    for association in model.associations {
      for cause in [association.first, association.second] {
        greatest[cause] = max(greatest[cause], association.oddsMultiplier)
      }
    }
    var terms = [Double](repeating: 0, count: table.stateRowCount * listed)
    for (index, finding) in model.findings.enumerated() where index != model.settingFinding {
      for row in table.firstStateRow[index]..<table.firstStateRow[index] + finding.states.count {
        for cause in 0..<listed {
          terms[row * listed + cause] =
            finding.weight * Elementary.log(table.probability(stateRow: row, cause: cause))
        }
      }
    }
    self.listed = listed
    linked = LinkedCauses(model: model, listed: listed)
    greatestMultiplier = greatest
    byMultiplier = (0..<listed).sorted { (-greatest[$0], $0) < (-greatest[$1], $1) }
    logTerms = terms
  }

  /// A finding of a case that is known.
  private struct Known {
    let stateRow: Int
    let weight: Double
    let isBinary: Bool
    let isPresent: Bool
  }

  /// The bound for one case, 0...1.
  ///
  /// - Parameters:
  ///   - index: The case.
  ///   - batch: Its batch.
  ///   - posterior: The posterior of every hypothesis; the causes alone come first.
  /// - Complexity: O(known findings × causes²).
  func value(case index: Int, of batch: CaseBatch, posterior: ArraySlice<Float>) -> Double {
    guard listed > upTo else { return 0 }
    let known = knownFindings(of: index, in: batch)
    let setting = batch.state(of: model.settingFinding, case: index) ?? defaultSetting
    let priors = (0..<listed).map { model.priorTable[setting * (listed + 1) + $0] }
    var logWeights = priors.map(Elementary.log)
    for finding in known {
      for cause in 0..<listed { logWeights[cause] += logTerms[finding.stateRow * listed + cause] }
    }
    let order = (0..<listed).sorted { (-logWeights[$0], $0) < (-logWeights[$1], $1) }
    // Weights relative to Z come from a cause whose posterior has not vanished.
    let leader = Double(posterior[posterior.startIndex + order[0]])
    guard leader > 1e-30 else { return 1 }
    let logZ = logWeights[order[0]] - Elementary.log(leader)
    var remainder = 0.0
    var byCause = [Double](repeating: 0, count: listed)
    let terms = Terms(known: known, order: order, model: model, listed: listed)
    let sizes = upTo..<(upTo + Self.exactSizes)
    for place in 0..<(listed - upTo) {
      // What sets without the leading causes add is often little by the loosest bound.
      if place == 2 || place == 4 || place % 8 == 0 && place > 0 {
        let rest = weightOfRest(from: place, terms: terms, priors: priors, order: order, logZ: logZ)
        if rest <= Self.negligible + Self.negligibleShare * remainder {
          remainder += rest
          break
        }
      }
      let factors = terms.factors(of: place, priors: priors, sizes: sizes)
      let alone = Elementary.exp(logWeights[order[place]] - logZ)
      for (size, polynomial) in factors.enumerated() {
        let andLarger = size == Self.exactSizes
        var sum = sumOverSets(
          from: place + 1, leader: greatestMultiplier[order[place]], order: order,
          factors: polynomial.factors, size: upTo + size, andLarger: andLarger)
        if let linked, alone * polynomial.common * sum > Self.negligible {
          for index in 0...place { byCause[order[index]] = 0 }
          for (index, factor) in polynomial.factors.enumerated() {
            byCause[order[place + 1 + index]] = factor
          }
          let closer = linked.sumOverSets(
            led: order[place], factors: byCause, size: upTo + size, andLarger: andLarger)
          sum = min(sum, closer)
        }
        remainder += alone * polynomial.common * sum
      }
    }
    remainder *= Self.roundingMargin
    return remainder.isFinite ? remainder / (1 + remainder) : 1
  }

  private func knownFindings(of index: Int, in batch: CaseBatch) -> [Known] {
    let table = model.likelihoodTable
    var known: [Known] = []
    for (finding, definition) in model.findings.enumerated() where finding != model.settingFinding {
      guard let state = batch.state(of: finding, case: index) else { continue }
      known.append(
        Known(
          stateRow: table.firstStateRow[finding] + state, weight: definition.weight,
          isBinary: definition.kind == .binary, isPresent: state == 1))
    }
    return known
  }

  /// A bound on the weight over Z of all larger sets whose causes stand at a place or behind,
  /// beside the background instead of a leading cause: present findings give at most
  /// b Π max(1, p / b), absent ones the greatest 1 − p or 1 − b times Π min(1, (1 − p) / (1 − b)),
  /// and averages of n causes at most σ b Π exp((p / b − σ) / nσ).
  private func weightOfRest(
    from place: Int, terms: Terms, priors: [Double], order: [Int], logZ: Double
  ) -> Double {
    let (logCommon, polynomials) = terms.factorsBesideBackground(
      from: place, priors: priors, sizes: (upTo + 1)..<(upTo + 1 + Self.exactSizes))
    var sum = 0.0
    for (size, factors) in polynomials.enumerated() {
      sum += sumOverSets(
        from: place, leader: 1, order: order, factors: factors, size: upTo + 1 + size,
        andLarger: size == Self.exactSizes)
    }
    let weight = Elementary.exp(logCommon - logZ) * sum
    return weight.isNaN ? .infinity : weight
  }

  /// The sum over sets D of causes from a place on of Π factor × ν, the greatest ν of D and its
  /// leader left out: sets of one size, or of that size and all larger ones.
  ///
  /// Causes are taken from the smallest ν to the greatest, so that the one just taken is
  /// the one whose ν is left out, as long as it is above the leader's.
  private func sumOverSets(
    from place: Int, leader: Double, order: [Int], factors: [Double], size: Int, andLarger: Bool
  ) -> Double {
    var rank = [Int](repeating: -1, count: listed)
    for index in place..<listed { rank[order[index]] = index - place }
    var symmetric = [Double](repeating: 0, count: size + 1)
    symmetric[0] = 1
    var product = 1.0
    var sum = 0.0
    var leaderIsRoot = true
    /// Sets of `count` causes so far, or of as many and more.
    func sets(_ count: Int) -> Double {
      guard andLarger else { return symmetric[count] }
      return max(0, product - symmetric[..<count].reduce(0, +))
    }
    for cause in byMultiplier.reversed() where rank[cause] >= 0 {
      let multiplier = greatestMultiplier[cause]
      if multiplier > leader {
        if leaderIsRoot {
          sum += sets(size)
          leaderIsRoot = false
        }
        sum += factors[rank[cause]] * leader * sets(size - 1)
      }
      let term = factors[rank[cause]] * multiplier
      for count in stride(from: size, to: 0, by: -1) {
        symmetric[count] += term * symmetric[count - 1]
      }
      product *= 1 + term
    }
    return leaderIsRoot ? sum + sets(size) : sum
  }

  /// The likelihoods of a case's findings, with causes in the order of their weight alone.
  private struct Terms {
    private let known: [Known]
    private let order: [Int]
    private let listed: Int
    /// P(state | cause): `own[finding * listed + place]`.
    private var own: [Double] = []
    /// P(state) of the background, by finding.
    private var background: [Double] = []
    /// The product of the factors of absent findings, by place.
    private var absent: [Double]

    init(known: [Known], order: [Int], model: Model, listed: Int) {
      let table = model.likelihoodTable
      self.known = known
      self.order = order
      self.listed = listed
      absent = [Double](repeating: 1, count: listed)
      own.reserveCapacity(known.count * listed)
      for finding in known {
        let usual = table.background[finding.stateRow]
        background.append(usual)
        for (place, cause) in order.enumerated() {
          let value = table.probability(stateRow: finding.stateRow, cause: cause)
          own.append(value)
          if finding.isBinary, !finding.isPresent, value < usual {
            absent[place] *=
              finding.weight == 1
              ? value / usual : Elementary.exp(finding.weight * Elementary.log(value / usual))
          }
        }
      }
    }

    /// What is common to all sets of a size, and the factor of each cause behind the
    /// leading one.
    typealias Polynomial = (common: Double, factors: [Double])

    /// The factors of the causes behind a leading one: for each size of D, and at last
    /// for all sizes from there on.
    func factors(of place: Int, priors: [Double], sizes: Range<Int>) -> [Polynomial] {
      let behind = (place + 1)..<listed
      let count = behind.count
      var base = behind.map { priors[order[$0]] * absent[$0] }
      var common = [Double](repeating: 1, count: sizes.count + 1)
      var exponents = [Double](repeating: 0, count: count * (sizes.count + 1))
      for (index, finding) in known.enumerated() where !finding.isBinary || finding.isPresent {
        let row = index * listed
        let (leading, usual, weight) = (own[row + place], background[index], finding.weight)
        let values = row + place + 1
        if finding.isBinary {
          if leading >= usual {
            let scale = weight * (1 - leading) / leading / (1 - usual)
            for other in 0..<count {
              base[other] *= 1 + scale * max(0, own[values + other] - usual)
            }
          } else {
            let scale = weight / leading
            for other in 0..<count {
              base[other] *= 1 + scale * max(0, own[values + other] - leading)
            }
          }
          continue
        }
        var greatest = 0.0
        for other in 0..<count { greatest = max(greatest, own[values + other]) }
        let tangent = max(1, usual / leading, greatest / leading / 2)
        for level in 0...sizes.count {
          let size = Double(sizes.lowerBound + level)
          let slope = weight / (1 + size * tangent)
          let scale = slope / leading
          let shift = slope * tangent
          let first = level * count
          if level == sizes.count {
            common[level] *= 1 + weight * (tangent - 1)
            for other in 0..<count {
              exponents[first + other] += max(0, own[values + other] * scale - shift)
            }
          } else {
            common[level] *= 1 + weight * ((1 + size * tangent) / (1 + size) - 1)
            for other in 0..<count {
              exponents[first + other] += own[values + other] * scale - shift
            }
          }
        }
      }
      return (0...sizes.count).map { level in
        (
          common[level],
          (0..<count).map { base[$0] * Elementary.exp(exponents[level * count + $0]) }
        )
      }
    }

    /// The factors of all causes from a place on beside the background: for each number of
    /// causes of a set, and at last for all from there on; and the logarithm of what is common.
    func factorsBesideBackground(
      from place: Int, priors: [Double], sizes: Range<Int>
    ) -> (logCommon: Double, polynomials: [[Double]]) {
      let causes = place..<listed
      var base = causes.map { priors[order[$0]] * absent[$0] }
      var exponents = [Double](repeating: 0, count: causes.count * (sizes.count + 1))
      var logCommon = 0.0
      for (index, finding) in known.enumerated() {
        let row = index * listed
        let (usual, weight) = (background[index], finding.weight)
        var greatest = usual
        for other in causes { greatest = max(greatest, own[row + other]) }
        if finding.isBinary {
          logCommon += weight * Elementary.log(finding.isPresent ? usual : greatest)
          guard finding.isPresent else { continue }
          for other in causes {
            base[other - place] *= 1 + weight * max(0, own[row + other] / usual - 1)
          }
          continue
        }
        let tangent = max(1, greatest / usual / 2)
        logCommon += weight * Elementary.log(usual * tangent)
        for other in causes {
          let above = weight * (own[row + other] / usual / tangent - 1)
          for level in 0...sizes.count {
            exponents[level * causes.count + other - place] +=
              (level == sizes.count ? max(0, above) : above)
              / Double(sizes.lowerBound + level)
          }
        }
      }
      let polynomials = (0...sizes.count).map { level in
        base.indices.map { base[$0] * Elementary.exp(exponents[level * causes.count + $0]) }
      }
      return (logCommon, polynomials)
    }
  }
}
