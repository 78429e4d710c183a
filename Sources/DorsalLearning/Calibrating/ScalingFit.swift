package import DorsalCore
package import DorsalNumerics

/// Temperature and vector scaling: softmax(scale · log posterior + offset), with one scale
/// for all causes (C. Guo et al., "On calibration of modern neural networks", ICML 2017) or
/// a scale and an offset for each.
package struct ScalingFit: Sendable {
  /// Which parameters there are.
  package enum Kind: Sendable { case temperature, vector }

  package let kind: Kind
  package let labelled: LabelledLogPosteriors
  /// The fold of each case, and the one that is left out.
  package let folds: [UInt8]
  package let threads: Int

  package init(_ kind: Kind, labelled: LabelledLogPosteriors, folds: [UInt8], threads: Int) {
    self.kind = kind
    self.labelled = labelled
    self.folds = folds
    self.threads = threads
  }

  /// The parameters that change nothing: scales of 1, offsets of 0.
  package var identity: [Double] {
    switch kind {
    case .temperature: [1]
    case .vector:
      [Double](repeating: 1, count: labelled.causeCount)
        + [Double](repeating: 0, count: labelled.causeCount)
    }
  }

  /// The penalty that is added to the negative log-likelihood.
  ///
  /// Of a temperature it is ridge / 2 · (scale − 1)². Of a vector scaling, with m the mean of
  /// the scales, ridge / 2 · (10 Σ (scale − m)² + Σ offset²) + (m − 1)² / 2: normal priors of
  /// variance 0.1 / ridge on what scales differ by, of 1 / ridge on how prevalences move, and of
  /// 1 on what all scales share. So a cause with few cases gets the temperature of all, and a
  /// great ridge leaves nothing else. A ridge of 0 is no penalty.
  package func penalty(ridge: Double) -> DoubleMatrix {
    let count = identity.count
    var penalty = DoubleMatrix(rowCount: count, columnCount: count)
    for index in 0..<count { penalty[index, index] = ridge }
    guard kind == .vector, ridge > 0 else { return penalty }
    let causes = Double(labelled.causeCount)
    let ofScales = Self.strengthOfScales * ridge
    for row in 0..<labelled.causeCount {
      for column in 0..<labelled.causeCount {
        penalty[row, column] =
          (row == column ? ofScales : 0) - ofScales / causes + 1 / (causes * causes)
      }
    }
    return penalty
  }

  /// How much more strongly scales are held to their mean than offsets to 0: the scales of
  /// causes differ by a third, while prevalences often move threefold.
  private static let strengthOfScales = 10.0

  /// Fits the parameters to the labelled cases outside one fold.
  ///
  /// - Parameters:
  ///   - fold: The fold that is left out, or nothing for none.
  ///   - ridge: How strongly parameters are held, 0 or more (see `penalty`).
  ///   - start: Where to start.
  package func fit(
    excluding fold: UInt8?, ridge: Double, start: [Double]? = nil
  ) async throws(DorsalError) -> Newton.Fit {
    let count = labelled.indices.count { isUsed($0, excluding: fold) }
    guard count > 0 else {
      throw DorsalError(
        .calibration,
        "no labelled case outside one of the folds; expected more cases, or fewer folds")
    }
    return try await Newton.minimise(
      centre: identity, start: start, penalty: penalty(ridge: ridge), caseCount: count
    ) { parameters in
      await Newton.sum(
        parameterCount: parameters.count, over: labelled.count, threads: threads
      ) { range in
        part(range, parameters: parameters, excluding: fold)
      }
    }
  }

  private func isUsed(_ index: Int, excluding fold: UInt8?) -> Bool {
    labelled.singleDiagnosis(of: index) != -1 && fold != folds[index]
  }

  /// Rows of a product with the transpose at a time.
  private static let blockSize = 128

  private func part(
    _ range: Range<Int>, parameters: [Double], excluding fold: UInt8?
  ) -> Newton.Sum {
    let causes = labelled.causeCount
    let isVector = kind == .vector
    var sum = Newton.Sum(parameterCount: parameters.count)
    // Of a vector scaling the Hessian is the sum of diag(p) ⊗ u u' − v v', with u = (z, 1) of
    // a cause and v = (p z, p) of a case: the first on three diagonals, the second a product
    // of a matrix with itself.
    var products = DoubleMatrix(
      rowCount: isVector ? Self.blockSize : 0, columnCount: parameters.count)
    var gram = DoubleMatrix(rowCount: parameters.count, columnCount: parameters.count)
    var filled = 0
    var softmax = ScaledSoftmax(causeCount: causes)
    let z = labelled.logPosteriors.span
    for index in range where isUsed(index, excluding: fold) {
      let first = index * causes
      let logSum = softmax.write(z, first: first, parameters: parameters, isVector: isVector)
      let target = labelled.singleDiagnosis(of: index)
      let accepted = target >= 0 ? [target] : labelled.diagnosis(of: index)
      // Of one cause the logarithm is a difference of scores, which cannot underflow.
      let acceptedSum = accepted.reduce(0) { $0 + softmax.probabilities[$1] }
      sum.loss +=
        target >= 0
        ? logSum - softmax.scores[target] : -Elementary.log(max(acceptedSum, .leastNormalMagnitude))
      sum.isSeparated = sum.isSeparated && softmax.leads(accepted)
      func share(_ cause: Int) -> Double {
        target >= 0 || acceptedSum == 0 ? 1 : softmax.probabilities[cause] / acceptedSum
      }
      if isVector {
        softmax.addMoments(z, first: first, products: &products, row: filled)
        for cause in accepted {
          sum.gradient[cause] -= share(cause) * Double(z[first + cause])
          sum.gradient[causes + cause] -= share(cause)
        }
        filled += 1
        if filled == Self.blockSize {
          BLAS.addGram(of: products, toUpperTriangleOf: &gram, rowCount: filled)
          filled = 0
        }
      } else {
        let (mean, meanSquare) = softmax.momentsOfScore(z, first: first)
        let expected = accepted.reduce(0) { $0 + share($1) * Double(z[first + $1]) }
        sum.gradient[0] += mean - expected
        sum.hessian[0, 0] += meanSquare - mean * mean
      }
    }
    guard isVector else { return sum }
    BLAS.addGram(of: products, toUpperTriangleOf: &gram, rowCount: filled)
    let gramElements = gram.elements.span
    sum.hessian.withElements { hessian in
      for index in hessian.indices { hessian[index] -= gramElements[index] }
    }
    for cause in 0..<causes {
      let offset = causes + cause
      sum.gradient[cause] += softmax.moments[causes + cause]
      sum.gradient[offset] += softmax.moments[cause]
      sum.hessian[cause, cause] += softmax.moments[2 * causes + cause]
      sum.hessian[cause, offset] += softmax.moments[causes + cause]
      sum.hessian[offset, offset] += softmax.moments[cause]
    }
    return sum
  }
}
