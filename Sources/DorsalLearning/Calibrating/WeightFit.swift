public import DorsalCore
internal import DorsalNumerics

/// Weights for findings that repeat one another, fitted to labelled cases by penalised
/// likelihood.
///
/// With A(i, c, t) the sum of the log-likelihood ratios to the background of the known
/// findings of term t in case i, and b(i, c) the rest of the score,
///
///     score(i, c) = b(i, c) + Σ weight(t) · A(i, c, t)
///     minimise −Σ log posterior(i, diagnosis of i) + ridge / 2 · Σ (weight(t) − m(t))²
///
/// over weights in 0...1, where a term is a group of findings, or with a ridge a single
/// finding and m(t) the mean weight of its group. The loss is convex: the gradient is a sum
/// of differences of A from its posterior mean, and the Hessian a sum of its posterior
/// covariances, one `dsyrk` a block of cases. Newton steps of the weights that are not held
/// by a bound solve the normal equations by Cholesky's factorisation and are projected into
/// the bounds (D. P. Bertsekas, SIAM J Control Optim 1982;20:221-46).
///
/// Findings without a group keep the weight that the model gives them.
public struct WeightFit: Sendable {
  /// What shares a weight.
  public struct Term: Sendable, Hashable {
    /// The name of the group, or the finding's id.
    public let name: String
    /// The group.
    public let group: String
    /// The findings, as indices into `model.findings`.
    public let findings: [Int]
    /// The fitted weight.
    public let weight: Double
    /// The standard error of the weight from the Hessian, or nothing where a bound holds it.
    public let standardError: Double?
  }

  /// How weights are fitted.
  public struct Options: Sendable {
    /// How strongly the findings of a group are held to their mean weight, above 0, on the
    /// scale of a sum over cases; nothing for one weight a group.
    public var ridge: Double?
    /// The most Newton steps.
    public var mostIterations = 50

    /// One weight a group.
    public init() {}
  }

  /// What was fitted, in the order of the model.
  public let terms: [Term]
  /// The weight of every finding of the model, fitted or not.
  public let weights: [Double]
  /// How many cases were used: those with one diagnosis.
  public let caseCount: Int
  /// The mean log loss of those cases with the model's own weights, in nats.
  public let logLossBefore: Double
  /// The mean log loss with the fitted weights, penalty not counted.
  public let logLossAfter: Double
  /// How many Newton steps were taken.
  public let iterations: Int
  /// The largest element of the gradient of the weights that no bound holds, for each case.
  public let gradientNorm: Double
  /// Whether the gradient came below `tolerance`.
  public let isConverged: Bool

  /// Converged when no element of the gradient is larger, for each case.
  public static let tolerance = 1e-8

  /// Fits the weights of a scorer's model.
  ///
  /// - Parameters:
  ///   - batch: Labelled cases; those without a diagnosis or with several are left out.
  ///   - scorer: Gives the model and the setting of cases that name none.
  ///   - options: How to fit.
  /// - Throws: `DorsalError` where the model has no groups, the cases have no or only one
  ///   diagnosis, or they tell nothing of a weight.
  /// - Complexity: O(cases × causes × (known findings + terms²)) for each step, on the
  ///   calling thread. Sums are in the order of the cases.
  public init(
    _ batch: CaseBatch, scorer: Scorer, options: Options = Options()
  ) throws(DorsalError) {
    let model = scorer.model
    let groups = model.findings.map(\.group).uniqued().filter { !$0.isEmpty }
    guard !groups.isEmpty else {
      throw DorsalError(
        .weights, "the model has no groups of findings, so that there is nothing to fit")
    }
    precondition(options.ridge.map { $0 > 0 } ?? true, "a ridge is above zero")
    let members = groups.map { group in
      model.findings.indices.filter { model.findings[$0].group == group }
    }
    let findings = options.ridge == nil ? members : members.flatMap { $0.map { [$0] } }
    let problem = WeightProblem(batch, scorer: scorer, terms: findings)
    guard let first = problem.diagnoses.first else {
      throw DorsalError(.weights, "no case has one diagnosis; expected labelled cases")
    }
    guard problem.diagnoses.contains(where: { $0 != first }) else {
      throw DorsalError(
        .weights,
        "every case has the diagnosis \(model.causes[first].id); expected cases of several causes")
    }
    let penalty = Self.penalty(
      options.ridge ?? 0, groups: findings.map { model.findings[$0[0]].group })
    let names = findings.map {
      $0.count == 1 ? model.findings[$0[0]].id : model.findings[$0[0]].group
    }
    let start = findings.map { term in
      term.reduce(0) { $0 + model.findings[$1].weight } / Double(term.count)
    }
    let solution = try Self.minimise(
      problem, penalty: penalty, start: start, names: names, options: options)
    let errors = solution.standardErrors
    terms = findings.indices.map { index in
      Term(
        name: names[index], group: model.findings[findings[index][0]].group,
        findings: findings[index], weight: solution.weights[index], standardError: errors[index])
    }
    var weights = model.findings.map(\.weight)
    for term in terms { for finding in term.findings { weights[finding] = term.weight } }
    self.weights = weights
    caseCount = problem.diagnoses.count
    let scale = 1 / Double(caseCount)
    logLossBefore =
      scale * WeightProblem.loss(batch, scorer: scorer)
    logLossAfter = scale * problem.sum(at: solution.weights).loss
    iterations = solution.iterations
    gradientNorm = solution.gradientNorm
    isConverged = solution.gradientNorm <= Self.tolerance
  }

  /// The Hessian of the penalty: the ridge times what takes a group's mean away.
  private static func penalty(_ ridge: Double, groups: [String]) -> DoubleMatrix {
    var penalty = DoubleMatrix(rowCount: groups.count, columnCount: groups.count)
    for row in groups.indices {
      for column in groups.indices where groups[row] == groups[column] {
        let size = Double(groups.count { $0 == groups[row] })
        penalty[row, column] = ridge * ((row == column ? 1 : 0) - 1 / size)
      }
    }
    return penalty
  }

  private struct Solution {
    var weights: [Double]
    var standardErrors: [Double?]
    var iterations: Int
    var gradientNorm: Double
  }

  private static func minimise(
    _ problem: WeightProblem, penalty: DoubleMatrix, start: [Double], names: [String],
    options: Options
  ) throws(DorsalError) -> Solution {
    func penalised(_ weights: [Double]) -> WeightProblem.Sum {
      var sum = problem.sum(at: weights)
      for row in weights.indices {
        for column in weights.indices {
          let pull = penalty[row, column] * weights[column]
          sum.loss += 0.5 * weights[row] * pull
          sum.gradient[row] += pull
        }
      }
      sum.hessian.add(penalty)
      return sum
    }
    var rules = NewtonDescent<WeightProblem.Sum>.Rules()
    rules.rest = .gradient(tolerance)
    rules.mostIterations = options.mostIterations
    rules.bounds = 0...1
    let first = penalised(start)
    for (term, name) in names.enumerated() where first.hessian[term, term] <= 0 {
      throw Self.untold(name)
    }
    var descent = NewtonDescent(
      from: start, sum: first, caseCount: Double(problem.diagnoses.count), rules: rules)
    do {
      while let place = try descent.next() { descent.take(penalised(place)) }
    } catch {
      throw Self.untold(names[error.row])
    }
    var errors = [Double?](repeating: nil, count: start.count)
    for (place, term) in descent.free.enumerated()
    where descent.place[term] > 0 && descent.place[term] < 1 {
      var unit = [Double](repeating: 0, count: descent.free.count)
      unit[place] = 1
      errors[term] = descent.factor.map { $0.solve(unit)[place].squareRoot() }
    }
    return Solution(
      weights: descent.place, standardErrors: errors, iterations: descent.iterations,
      gradientNorm: descent.gradientNorm)
  }

  private static func untold(_ name: String) -> DorsalError {
    DorsalError(
      .weights,
      "the cases tell nothing of the weight of \(name) that they do not tell of others; expected "
        + "cases in which its findings are known")
  }
}
