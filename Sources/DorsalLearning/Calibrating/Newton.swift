package import DorsalCore
package import DorsalNumerics

/// Newton's method with step halving on a penalised negative log-likelihood. Steps solve
/// the normal equations by Cholesky's factorisation.
package enum Newton {
  /// A sum over the cases at one place: the negative log-likelihood, its gradient, and the
  /// upper triangle of its Hessian (or of a positive bound on it).
  package struct Sum: Sendable {
    package var loss = 0.0
    package var gradient: [Double]
    package var hessian: DoubleMatrix
    /// Whether every case's diagnosis leads.
    package var isSeparated = true

    package init(parameterCount: Int) {
      gradient = [Double](repeating: 0, count: parameterCount)
      hessian = DoubleMatrix(rowCount: parameterCount, columnCount: parameterCount)
    }

    package mutating func add(_ other: Sum) {
      loss += other.loss
      for index in gradient.indices { gradient[index] += other.gradient[index] }
      hessian.add(other.hessian)
      isSeparated = isSeparated && other.isSeparated
    }
  }

  /// Adds the parts of a sum over cases, the same bit for bit on any count of threads.
  ///
  /// - Parameters:
  ///   - parameterCount: How many parameters there are.
  ///   - count: How many cases.
  ///   - threads: How many parts to work on at a time.
  ///   - part: The part of a range of cases; called on any thread.
  static func sum(
    parameterCount: Int, over count: Int, threads: Int,
    part: @escaping @Sendable (Range<Int>) -> Sum
  ) async -> Sum {
    var sum = Sum(parameterCount: parameterCount)
    await OrderedSum.run(over: count, threads: threads, part: part) { sum.add($0) }
    sum.hessian.mirrorUpperTriangle()
    return sum
  }

  /// Where the method ended.
  package struct Fit: Sendable {
    /// The parameters.
    package let parameters: [Double]
    /// How it ended.
    package let convergence: Convergence
  }

  /// The most steps.
  package static let mostIterations = 100
  /// Converged when a further step would lower the mean loss by less than this.
  package static let tolerance = 1e-13

  /// Minimises sum(parameters) + ridge / 2 · |parameters − centre|².
  package static func minimise(
    centre: [Double], start: [Double]? = nil, ridge: Double, caseCount: Int,
    sum: ([Double]) async -> Sum
  ) async throws(CalibrationError) -> Fit {
    var penalty = DoubleMatrix(rowCount: centre.count, columnCount: centre.count)
    for index in centre.indices { penalty[index, index] = ridge }
    return try await minimise(
      centre: centre, start: start, penalty: penalty, caseCount: caseCount, sum: sum)
  }

  /// Minimises sum(parameters) + ½ (parameters − centre)' penalty (parameters − centre).
  ///
  /// - Parameters:
  ///   - centre: What the penalty draws to, and where the method starts unless told.
  ///   - start: Where to start.
  ///   - penalty: Symmetric, with no negative eigenvalue; all zeros for none.
  ///   - caseCount: How many cases the sums are over.
  ///   - sum: The sum at given parameters.
  /// - Throws: `CalibrationError` where the cases are separated or leave parameters
  ///   undetermined and no penalty holds them.
  package static func minimise(
    centre: [Double], start: [Double]? = nil, penalty: DoubleMatrix, caseCount: Int,
    sum: ([Double]) async -> Sum
  ) async throws(CalibrationError) -> Fit {
    precondition(caseCount > 0, "cases to fit to")
    let scale = 1 / Double(caseCount)
    func penalised(_ sum: Sum, at parameters: [Double]) -> Sum {
      var result = sum
      let distances = zip(parameters, centre).map { $0 - $1 }
      for row in parameters.indices {
        var pull = 0.0
        for column in parameters.indices { pull += penalty[row, column] * distances[column] }
        result.loss += distances[row] * pull / 2
        result.gradient[row] += pull
      }
      result.hessian.add(penalty)
      return result
    }
    let isFree = penalty.elements.allSatisfy { $0 == 0 }
    var parameters = start ?? centre
    var current = penalised(await sum(parameters), at: parameters)
    var iterations = 0
    while true {
      if current.isSeparated, isFree { throw Self.separation }
      let factor: Cholesky
      do {
        factor = try Cholesky(current.hessian)
      } catch {
        throw Self.undetermined(parameter: error.row)
      }
      let step = factor.solve(current.gradient)
      let decrement = zip(step, current.gradient).reduce(0) { $0 + $1.0 * $1.1 }
      let gradientNorm = (current.gradient.map(abs).max() ?? 0) * scale
      let isConverged = decrement / 2 * scale < tolerance
      func fit(_ isConverged: Bool) -> Fit {
        Fit(
          parameters: parameters,
          convergence: Convergence(
            isConverged: isConverged, iterations: iterations, gradientNorm: gradientNorm,
            effectiveParameters: Double(parameters.count)
              - (isFree ? 0 : factor.solve(penalty).trace),
            isSeparated: current.isSeparated))
      }
      if isConverged || iterations == mostIterations { return fit(isConverged) }
      iterations += 1
      var length = 1.0
      while true {
        let place = zip(parameters, step).map { $0 - length * $1 }
        let next = penalised(await sum(place), at: place)
        // Armijo's condition: a fair part of the promised decrease.
        if next.loss <= current.loss - 1e-4 * length * decrement {
          (parameters, current) = (place, next)
          break
        }
        length /= 2
        // No decrease that a Double can tell: this is the minimum.
        if length < 1e-10 { return fit(gradientNorm < 1e-6) }
      }
    }
  }

  private static let separation = CalibrationError(
    "perfect separation: every case's diagnosis already leads, so that no finite scale fits "
      + "best; add a ridge, or more cases")

  private static func undetermined(parameter: Int) -> CalibrationError {
    CalibrationError(
      "the cases leave parameter \(parameter + 1) undetermined (the Hessian is not positive "
        + "definite there); add a ridge, or choose a method with fewer parameters")
  }
}

/// How a fit ended.
public struct Convergence: Sendable, Hashable {
  /// Whether the method came to rest.
  public let isConverged: Bool
  /// How many steps it took.
  public let iterations: Int
  /// The largest element of the gradient, for each case.
  public let gradientNorm: Double
  /// How many parameters' worth of freedom the cases determined and not the ridge:
  /// the trace of H (H + P)⁻¹ with H the Hessian of the cases and P that of the ridge. Nothing for methods
  /// without a ridge.
  public let effectiveParameters: Double?
  /// Whether every case's diagnosis leads after the fit (complete separation), so that the
  /// ridge alone keeps the parameters finite.
  public let isSeparated: Bool
}
