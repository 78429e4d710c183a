package import DorsalCore
internal import DorsalNumerics

/// What a fit to local cases changes, each case judged by a fit to the other folds.
public struct FitCheck: Sendable, Hashable {
  /// How often and how well, before or after.
  public struct Figures: Sendable, Hashable {
    /// The mean of −ln P(diagnosis), in nats.
    public let logLoss: Double
    /// The share of cases whose diagnosis leads.
    public let first: Double
    /// The share of cases whose diagnosis is among the first three.
    public let firstThree: Double
    /// How many emergencies are among the first three.
    public let emergencies: Int
  }

  /// A cause whose prior moved more than threefold.
  public struct MovedPrior: Sendable, Hashable {
    /// The setting.
    public let setting: String
    /// The cause.
    public let cause: String
    /// P(cause) before.
    public let before: Double
    /// P(cause) after.
    public let after: Double
  }

  /// What is wrong with a fit.
  public enum Objection: Sendable, Hashable {
    /// Too few cases to tell.
    case fewCases
    /// The log loss did not fall.
    case logLoss
    /// Fewer emergencies are among the first three, beyond chance.
    case emergencies
  }

  /// How many cases were judged.
  public let caseCount: Int
  /// How many of them are emergencies.
  public let emergencyCount: Int
  /// In how many folds.
  public let foldCount: Int
  /// Of the prior model.
  public let before: Figures
  /// Of the fitted models.
  public let after: Figures
  /// By how much the log loss fell.
  public let gain: Double
  /// The standard error of that, over the cases.
  public let gainError: Double
  /// Emergencies that were among the first three and no longer are.
  public let lostEmergencies: Int
  /// Emergencies that are now among the first three and were not.
  public let gainedEmergencies: Int
  /// Whether the shifts that the written numbers have came to rest.
  public let isConverged: Bool
  /// Priors that moved more than threefold, the greatest move first.
  public let movedPriors: [MovedPrior]

  /// The fewest cases of which a fit can be judged.
  public static let fewestCases = 20

  /// What speaks against the fit; nothing where it is at least as good as the prior model.
  ///
  /// Fewer emergencies count where chance alone would lose as many of those that changed in fewer
  /// than one of 20 fits: the sign test.
  public var objections: [Objection] {
    if caseCount < Self.fewestCases { return [.fewCases] }
    var found: [Objection] = []
    if !(gain > 0) { found.append(.logLoss) }
    if Self.signTest(lost: lostEmergencies, gained: gainedEmergencies) < 0.05 {
      found.append(.emergencies)
    }
    return found
  }

  /// The probability that of so many changes as many or more are losses, if either is as likely.
  package static func signTest(lost: Int, gained: Int) -> Double {
    let count = lost + gained
    var term = -Double(count) * Elementary.log(2)
    var sum = 0.0
    // From no gain on: the binomial coefficient of each count of gains after the other.
    for place in 0...gained {
      if place > 0 { term += Elementary.log(Double(count - place + 1) / Double(place)) }
      sum += Elementary.exp(term)
    }
    return sum
  }

  /// Compares posteriors of the same cases.
  ///
  /// - Parameters:
  ///   - before: Those of the prior model.
  ///   - after: Those of the fitted models, in the same order.
  ///   - model: The prior model.
  ///   - fitted: The model that was fitted to all cases.
  ///   - foldCount: In how many folds the cases are.
  ///   - isConverged: Whether the fit to all cases came to rest.
  package init(
    before: LabelledLogPosteriors, after: LabelledLogPosteriors, model: Model, fitted: Model,
    foldCount: Int,
    isConverged: Bool = true
  ) {
    self.isConverged = isConverged
    let isEmergency = model.causes.map { $0.urgency == .emergency }
    var (losses, firsts) = ((before: 0.0, after: 0.0), (before: 0, after: 0))
    var (threes, emergencies) = ((before: 0, after: 0), (before: 0, after: 0))
    var (lost, gained, count, differences) = (0, 0, 0, [Double]())
    for index in before.indices {
      let diagnosis = before.singleDiagnosis(of: index)
      let old = Self.place(of: diagnosis, index, in: before)
      let new = Self.place(of: diagnosis, index, in: after)
      losses.before += old.loss
      losses.after += new.loss
      differences.append(old.loss - new.loss)
      if old.rank == 0 { firsts.before += 1 }
      if new.rank == 0 { firsts.after += 1 }
      if old.rank < 3 { threes.before += 1 }
      if new.rank < 3 { threes.after += 1 }
      guard isEmergency[diagnosis] else { continue }
      count += 1
      if old.rank < 3 { emergencies.before += 1 }
      if new.rank < 3 { emergencies.after += 1 }
      if old.rank < 3, new.rank >= 3 { lost += 1 }
      if old.rank >= 3, new.rank < 3 { gained += 1 }
    }
    let n = Double(max(before.count, 1))
    caseCount = before.count
    emergencyCount = count
    self.foldCount = foldCount
    self.before = Figures(
      logLoss: losses.before / n, first: Double(firsts.before) / n,
      firstThree: Double(threes.before) / n, emergencies: emergencies.before)
    self.after = Figures(
      logLoss: losses.after / n, first: Double(firsts.after) / n,
      firstThree: Double(threes.after) / n, emergencies: emergencies.after)
    let mean = differences.reduce(0, +) / n
    gain = mean
    let squares = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    gainError = (squares / max(n - 1, 1) / n).squareRoot()
    (lostEmergencies, gainedEmergencies) = (lost, gained)
    movedPriors = Self.moved(model, fitted)
  }

  private static func place(
    of diagnosis: Int, _ index: Int, in labelled: LabelledLogPosteriors
  ) -> (loss: Double, rank: Int) {
    let z = labelled.logPosteriors.span
    let first = index * labelled.causeCount
    let own = z[first + diagnosis]
    var rank = 0
    // Ties go to the order of causes, as in a ranking.
    for cause in 0..<labelled.causeCount
    where z[first + cause] > own || (z[first + cause] == own && cause < diagnosis) { rank += 1 }
    return (-Double(own), rank)
  }

  private static func moved(_ model: Model, _ fitted: Model) -> [MovedPrior] {
    let causes = model.causes.count
    let moves = model.priorTable.indices.map { index -> (index: Int, size: Double) in
      (index, abs(Elementary.log(fitted.priorTable[index] / model.priorTable[index])))
    }
    return moves.filter { $0.size > Elementary.log(3) }.sorted { $0.size > $1.size }.map {
      MovedPrior(
        setting: model.settings[$0.index / causes], cause: model.causes[$0.index % causes].id,
        before: model.priorTable[$0.index], after: fitted.priorTable[$0.index])
    }
  }
}
