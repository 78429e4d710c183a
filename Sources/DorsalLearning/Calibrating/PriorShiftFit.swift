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
    /// Their standard errors, from the curvature of the log-likelihood.
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
  ///   - scores: The cases, with or without diagnoses.
  ///   - prior: The model's prior in the setting, which the scores were made with.
  ///   - pseudoCases: How many cases the model's prior is worth, above 0.
  ///   - threads: How many parts to work on at a time.
  ///   - isUsed: Which cases to use.
  package static func fit(
    _ scores: LabelledScores, prior: [Double], pseudoCases: Double, threads: Int,
    isUsed: @escaping @Sendable (Int) -> Bool
  ) async throws(CalibrationError) -> Fit {
    let count = scores.indices.count(where: isUsed)
    guard count > 0 else { throw CalibrationError("no cases of the setting to fit to") }
    let total = Double(count) + pseudoCases
    let causes = prior.count
    func sum(_ prevalences: [Double]) async -> Sum {
      let factors = zip(prevalences, prior).map { $0 / $1 }
      var sum = empty(causes)
      await OrderedSum.run(over: scores.count, threads: threads) { range in
        part(scores, range, factors: factors, prior: prior, isUsed: isUsed)
      } add: { part in
        sum.logLikelihood += part.logLikelihood
        for cause in 0..<causes { sum.gradient[cause] += part.gradient[cause] }
        sum.hessian.add(part.hessian)
      }
      sum.hessian.mirrorUpperTriangle()
      return sum
    }
    /// Minus the penalised log-likelihood, with total · Σ q in place of the constraint
    /// Σ q = 1, which then holds at the minimum by itself.
    func objective(_ sum: Sum, _ prevalences: [Double]) -> Double {
      var value = -sum.logLikelihood
      for cause in 0..<causes {
        value += total * prevalences[cause]
        value -= pseudoCases * prior[cause] * Elementary.log(prevalences[cause])
      }
      return value
    }
    var prevalences = prior
    var iterations = 0
    var current = await sum(prevalences)
    var isConverged = false
    var norm = Double.infinity
    while iterations < mostIterations, !isConverged {
      iterations += 1
      let gradient = (0..<causes).map { cause in
        total - current.gradient[cause] - pseudoCases * prior[cause] / prevalences[cause]
      }
      norm = zip(gradient, prevalences).map { abs($0 * $1) }.max().map { $0 / total } ?? 0
      if iterations <= stepsOfEM {
        prevalences = (0..<causes).map { cause in
          (prevalences[cause] * current.gradient[cause] + pseudoCases * prior[cause]) / total
        }
        current = await sum(prevalences)
        continue
      }
      var hessian = current.hessian
      for cause in 0..<causes {
        let q = prevalences[cause]
        hessian[cause, cause] += pseudoCases * prior[cause] / (q * q)
      }
      let step = try solve(hessian, gradient, prevalences)
      let decrement = zip(step, gradient).reduce(0) { $0 + $1.0 * $1.1 }
      isConverged = decrement / 2 / total < Newton.tolerance
      guard !isConverged else { break }
      // Not across 0.
      let furthest = zip(step, prevalences).map { $0 / $1 }.max() ?? 0
      var length = furthest > 0.99 ? 0.99 / furthest : 1
      let before = objective(current, prevalences)
      while true {
        let place = zip(prevalences, step).map { $0 - length * $1 }
        let next = await sum(place)
        if objective(next, place) <= before - 1e-4 * length * decrement {
          (prevalences, current) = (place, next)
          break
        }
        length /= 2
        if length < 1e-10 {
          isConverged = norm < 1e-6
          iterations = isConverged ? iterations : mostIterations
          break
        }
      }
    }
    let mass = prevalences.reduce(0, +)
    return Fit(
      prevalences: prevalences.map { $0 / mass },
      standardErrors: standardErrors(current.hessian, prior, prevalences, pseudoCases),
      convergence: Convergence(
        isConverged: isConverged, iterations: iterations, gradientNorm: norm,
        effectiveParameters: nil, isSeparated: false),
      caseCount: count)
  }

  private static func empty(_ causes: Int) -> Sum {
    Sum(
      gradient: [Double](repeating: 0, count: causes),
      hessian: DoubleMatrix(rowCount: causes, columnCount: causes))
  }

  private static func part(
    _ scores: LabelledScores, _ range: Range<Int>, factors: [Double], prior: [Double],
    isUsed: (Int) -> Bool
  ) -> Sum {
    let causes = prior.count
    var sum = empty(causes)
    // Rows r / Σ r q: their sum is the gradient, their product with themselves the Hessian.
    var rows = DoubleMatrix(rowCount: blockSize, columnCount: causes)
    var filled = 0
    let z = scores.logPosteriors.span
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

  /// The Newton step, in prevalences relative to where they are: these range over many
  /// orders of magnitude, and so would the Hessian's elements.
  private static func solve(
    _ hessian: DoubleMatrix, _ gradient: [Double], _ prevalences: [Double]
  ) throws(CalibrationError) -> [Double] {
    do {
      let factor = try Cholesky(scaled(hessian, by: prevalences))
      let step = factor.solve(zip(gradient, prevalences).map { $0 * $1 })
      return zip(step, prevalences).map { $0 * $1 }
    } catch {
      throw CalibrationError(
        "the cases do not tell the causes apart (the Hessian is not positive definite at cause "
          + "\(error.row + 1)); more findings have to be known")
    }
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
    _ hessian: DoubleMatrix, _ prior: [Double], _ prevalences: [Double], _ pseudoCases: Double
  ) -> [Double] {
    let count = prior.count
    var total = hessian
    for cause in 0..<count {
      let q = prevalences[cause]
      total[cause, cause] += pseudoCases * prior[cause] / (q * q)
    }
    guard let factor = try? Cholesky(scaled(total, by: prevalences)) else {
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
