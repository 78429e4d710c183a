package import DorsalCore
package import DorsalNumerics

/// Fits by `NewtonDescent` on a penalised negative log-likelihood, summed over cases.
package enum Newton {
  /// A sum over the cases at one place: the negative log-likelihood, its gradient, and the
  /// upper triangle of its Hessian (or of a positive bound on it).
  package struct Sum: NewtonSum, Sendable {
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

  /// Minimises sum(parameters) + ridge / 2 · |parameters − centre|².
  package static func minimise(
    centre: [Double], start: [Double]? = nil, ridge: Double, caseCount: Int,
    sum: ([Double]) async -> Sum
  ) async throws(DorsalError) -> Fit {
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
  /// - Throws: `DorsalError` where the cases are separated or leave parameters
  ///   undetermined and no penalty holds them.
  package static func minimise(
    centre: [Double], start: [Double]? = nil, penalty: DoubleMatrix, caseCount: Int,
    sum: ([Double]) async -> Sum
  ) async throws(DorsalError) -> Fit {
    precondition(caseCount > 0, "cases to fit to")
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
    let first = start ?? centre
    var descent = NewtonDescent(
      from: first, sum: penalised(await sum(first), at: first), caseCount: Double(caseCount))
    func next() throws(DorsalError) -> [Double]? {
      if descent.current.isSeparated, isFree { throw Self.separation }
      do {
        return try descent.next()
      } catch {
        throw Self.undetermined(parameter: error.row)
      }
    }
    while let place = try next() { descent.take(penalised(await sum(place), at: place)) }
    let held = isFree ? 0 : descent.factor?.solve(penalty).trace ?? 0
    return Fit(
      parameters: descent.place,
      convergence: Convergence(
        isConverged: descent.isConverged, iterations: descent.iterations,
        gradientNorm: descent.gradientNorm,
        effectiveParameters: Double(first.count) - held,
        isSeparated: descent.current.isSeparated))
  }

  private static let separation = DorsalError(
    .calibration,
    "perfect separation: every case's diagnosis already leads, so that no finite scale fits "
      + "best; add a ridge, or more cases")

  private static func undetermined(parameter: Int) -> DorsalError {
    DorsalError(
      .calibration,
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
