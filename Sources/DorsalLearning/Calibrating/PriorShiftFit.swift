package import DorsalCore
internal import DorsalNumerics

/// The prevalence of the causes in a setting, from cases without diagnoses: the maximum that
/// the EM algorithm of M. Saerens, P. Latinne and C. Decaestecker (Neural Comput
/// 2002;14:21-41) climbs to.
///
/// With r(i, c) = posterior / prior of the model, the log-likelihood of prevalences q is
/// Σ log Σ r(i, c) q(c). Some steps of EM are followed by Newton steps on the same function,
/// since EM alone takes thousands where causes look alike. A Dirichlet prior worth
/// `pseudoCases` cases, with the model's own prior as its mean, keeps every prevalence
/// above 0; with it the function has one maximum.
package enum PriorShiftFit {
  /// The prevalences of one setting.
  package struct Fit: Sendable {
    /// P(cause) in the new setting.
    package let prevalences: [Double]
    /// Their posterior standard deviations, from the curvature of the log-likelihood and the
    /// Dirichlet prior together.
    package let standardErrors: [Double]
    package let convergence: Convergence
    package let caseCount: Int
  }

  private static let stepsOfEM = 10
  private static let mostIterations = 200
  private static let blockSize = 128

  private struct Sum: Sendable {
    var logLikelihood = 0.0
    var gradient: [Double]
    var hessian: DoubleMatrix
  }

  /// Fits the prevalences to the cases of one setting.
  ///
  /// - Parameters:
  ///   - labelled: The cases, with or without diagnoses.
  ///   - prior: The model's prior in the setting, which the scores were made with.
  ///   - pseudoCases: How many cases the model's prior is worth, above 0.
  ///   - threads: How many parts to work on at a time.
  ///   - isUsed: Which cases to use.
  package static func fit(
    _ labelled: LabelledLogPosteriors, prior: [Double], pseudoCases: Double, threads: Int,
    isUsed: @escaping @Sendable (Int) -> Bool
  ) async throws(DorsalError) -> Fit {
    let count = labelled.indices.count(where: isUsed)
    guard count > 0 else { throw DorsalError(.calibration, "no cases of the setting to fit to") }
    let total = Double(count) + pseudoCases
    let causes = prior.count
    func sum(_ prevalences: [Double]) async -> Sum {
      let factors = zip(prevalences, prior).map { $0 / $1 }
      var sum = empty(causes)
      await OrderedSum.run(over: labelled.count, threads: threads) { range in
        part(labelled, range, factors: factors, prior: prior, isUsed: isUsed)
      } add: { part in
        sum.logLikelihood += part.logLikelihood
        for cause in 0..<causes { sum.gradient[cause] += part.gradient[cause] }
        sum.hessian.add(part.hessian)
      }
      sum.hessian.mirrorUpperTriangle()
      return sum
    }
    var prevalences = prior
    var current = await sum(prevalences)
    for _ in 0..<stepsOfEM {
      prevalences = (0..<causes).map { cause in
        (prevalences[cause] * current.gradient[cause] + pseudoCases * prior[cause]) / total
      }
      current = await sum(prevalences)
    }
    let prior = Prior(prior: prior, pseudoCases: pseudoCases, total: total)
    var rules = NewtonDescent<Penalised>.Rules()
    rules.mostIterations = mostIterations - stepsOfEM
    rules.isPositive = true
    var descent = NewtonDescent(
      from: prevalences, sum: prior.penalise(current, at: prevalences), caseCount: total,
      rules: rules)
    do {
      while let place = try descent.next() {
        descent.take(prior.penalise(await sum(place), at: place))
      }
    } catch {
      throw DorsalError(
        .calibration,
        "the cases do not tell the causes apart (the Hessian is not positive definite at cause "
          + "\(error.row + 1)); more findings have to be known")
    }
    let mass = descent.place.reduce(0, +)
    return Fit(
      prevalences: descent.place.map { $0 / mass },
      standardErrors: standardErrors(descent.current.hessian, descent.place),
      convergence: Convergence(
        isConverged: descent.isConverged, iterations: stepsOfEM + descent.iterations,
        gradientNorm: descent.gradientNorm, effectiveParameters: nil, isSeparated: false),
      caseCount: count)
  }

  /// Minus the penalised log-likelihood at one place.
  private struct Penalised: NewtonSum {
    var loss: Double
    var gradient: [Double]
    var hessian: DoubleMatrix
  }

  /// The model's prior, as the weight of some cases.
  private struct Prior {
    let prior: [Double]
    let pseudoCases: Double
    let total: Double

    /// Adds the prior to a sum, and total · Σ q in place of the constraint Σ q = 1, which then
    /// holds at the minimum by itself.
    func penalise(_ sum: Sum, at prevalences: [Double]) -> Penalised {
      var result = Penalised(
        loss: -sum.logLikelihood, gradient: sum.gradient, hessian: sum.hessian)
      for cause in prior.indices {
        let q = prevalences[cause]
        result.loss += total * q
        result.loss -= pseudoCases * prior[cause] * Elementary.log(q)
        result.gradient[cause] = total - sum.gradient[cause] - pseudoCases * prior[cause] / q
        result.hessian[cause, cause] += pseudoCases * prior[cause] / (q * q)
      }
      return result
    }
  }

  private static func empty(_ causes: Int) -> Sum {
    Sum(
      gradient: [Double](repeating: 0, count: causes),
      hessian: DoubleMatrix(rowCount: causes, columnCount: causes))
  }

  private static func part(
    _ labelled: LabelledLogPosteriors, _ range: Range<Int>, factors: [Double], prior: [Double],
    isUsed: (Int) -> Bool
  ) -> Sum {
    let causes = prior.count
    var sum = empty(causes)
    // Rows r / Σ r q: their sum is the gradient, their product with themselves the Hessian.
    var rows = DoubleMatrix(rowCount: blockSize, columnCount: causes)
    var filled = 0
    let z = labelled.logPosteriors.span
    func flush() {
      BLAS.addGram(of: rows, toUpperTriangleOf: &sum.hessian, rowCount: filled)
      filled = 0
    }
    for index in range where isUsed(index) {
      let first = index * causes
      rows.withElements { rows in
        let start = filled * causes
        var likelihood = 0.0
        for cause in 0..<causes {
          let posterior = Elementary.exp(Double(z[first + cause]))
          rows[start + cause] = posterior
          likelihood += posterior * factors[cause]
        }
        for cause in 0..<causes {
          let ratio = rows[start + cause] / (prior[cause] * likelihood)
          rows[start + cause] = ratio
          sum.gradient[cause] += ratio
        }
        sum.logLikelihood += Elementary.log(likelihood)
      }
      filled += 1
      if filled == blockSize { flush() }
    }
    flush()
    return sum
  }

  private static func scaled(_ hessian: DoubleMatrix, by scales: [Double]) -> DoubleMatrix {
    var result = hessian
    for row in scales.indices {
      for column in scales.indices { result[row, column] *= scales[row] * scales[column] }
    }
    return result
  }

  /// The roots of the diagonal of the inverse Hessian on the plane Σ q = const.
  private static func standardErrors(
    _ hessian: DoubleMatrix, _ prevalences: [Double]
  ) -> [Double] {
    let count = prevalences.count
    guard let factor = try? Cholesky(scaled(hessian, by: prevalences)) else {
      return [Double](repeating: .nan, count: count)
    }
    var identity = DoubleMatrix(rowCount: count, columnCount: count)
    for cause in 0..<count { identity[cause, cause] = prevalences[cause] }
    let half = factor.solve(identity)
    // inverse(row, column) = q(row) · half(row, column).
    let rowSums = (0..<count).map { row in
      (0..<count).reduce(0) { $0 + prevalences[row] * half[row, $1] }
    }
    let mass = rowSums.reduce(0, +)
    return (0..<count).map { cause in
      let variance =
        prevalences[cause] * half[cause, cause] - rowSums[cause] * rowSums[cause] / mass
      return max(variance, 0).squareRoot()
    }
  }
}
