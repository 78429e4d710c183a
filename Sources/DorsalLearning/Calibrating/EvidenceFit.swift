package import DorsalCore
package import DorsalNumerics

/// Evidence of the states for the causes, refined by cases with diagnoses: multinomial logistic
/// regression whose prior mean is the model (a hybrid of generative and discriminative fits in
/// the sense of J. A. Lasserre, C. M. Bishop and T. P. Minka, CVPR 2006).
///
/// Of `EvidenceChange` it finds the scale, the offsets and what states add, as the minimum of
///
///     −Σ log P(diagnosis of i)
///       + ridge / 2 · Σ added(s, c)²
///       + shrinkage / 2 · Σ (scale · L(s, c) + added(s, c))²
///       + Σ offset(c)² / 2 + (scale − 1)² / 2
///
/// with L the model's evidence matrix. So the evidence of a state for a cause, in nats, is
/// normal around `scale` times that of the model with variance 1 / ridge and, where the model
/// was fitted to the same few cases, around 0 with variance 1 / shrinkage. Findings that repeat
/// one another, which the model counts each in full, share what they say.
///
/// States that no case of the fit has add nothing, which is where the minimum has them but for
/// the shrinkage.
package struct EvidenceFit: Sendable {
  /// The most parameters: their Hessian has 32 MB.
  package static let mostParameters = 2000

  let labelled: LabelledLogPosteriors
  let folds: [UInt8]
  let threads: Int
  let ridge: Double
  let shrinkage: Double
  private let model: Model
  /// The state rows that a labelled case has, in ascending order.
  private let stateRows: [Int]
  /// The place of each state row among these, counted from 1, or 0 for none.
  private let places: [Int]
  private let firstStateRow: [Int]
  private let logPriors: [Double]
  /// L: `evidence[stateRow * causeCount + cause]`.
  private let evidence: [Double]

  /// Prepares a fit.
  ///
  /// - Parameters:
  ///   - labelled: The cases, with their findings.
  ///   - folds: The fold of each.
  ///   - model: The model whose posteriors they have.
  ///   - ridge: How strongly evidence is held to the model's, 0 or more.
  ///   - shrinkage: How strongly it is held to none, 0 or more.
  ///   - threads: How many parts to work on at a time.
  /// - Throws: `DorsalError` where nothing holds the evidence, or there is too much of it.
  package init(
    _ labelled: LabelledLogPosteriors, folds: [UInt8], model: Model, ridge: Double,
    shrinkage: Double,
    threads: Int
  ) throws(DorsalError) {
    guard labelled.findingCount == model.findings.count else {
      throw DorsalError(
        .calibration,
        "the cases were read without their findings, which evidence is fitted to; read them "
          + "with keepsFindings")
    }
    guard ridge + shrinkage > 0 else {
      throw DorsalError(
        .calibration,
        "nothing holds the evidence: a constant for all causes changes no posterior, so that "
          + "the cases leave it undetermined; expected a ridge above 0")
    }
    self.labelled = labelled
    self.folds = folds
    self.model = model
    self.ridge = ridge
    self.shrinkage = shrinkage
    self.threads = threads
    let table = model.likelihoodTable
    firstStateRow = table.firstStateRow
    logPriors = model.priorTable.map(Elementary.log)
    evidence = EvidenceMatrix(model: model).values
    var isSeen = [Bool](repeating: false, count: table.stateRowCount)
    for index in labelled.indices where labelled.singleDiagnosis(of: index) != -1 {
      for finding in firstStateRow.indices where finding != model.settingFinding {
        let code = labelled.codes[index * labelled.findingCount + finding]
        if code != CaseBatch.unknown { isSeen[firstStateRow[finding] + Int(code) - 1] = true }
      }
    }
    let seen = isSeen.indices.filter { isSeen[$0] }
    var places = [Int](repeating: 0, count: table.stateRowCount)
    for (place, row) in seen.enumerated() { places[row] = place + 1 }
    stateRows = seen
    self.places = places
    let count = 1 + labelled.causeCount * (1 + seen.count)
    guard count <= Self.mostParameters else {
      throw DorsalError(
        .calibration,
        "\(count) parameters: a scale, and for each of \(labelled.causeCount) causes an offset and "
          + "the evidence of \(seen.count) states that the cases have; at most "
          + "\(Self.mostParameters) can be fitted. Leave findings out, or choose vector, which "
          + "has \(2 * labelled.causeCount)")
    }
  }

  /// Parameters: the scale; then by rows the offsets of the causes, and what each state adds.
  private var parameterCount: Int { 1 + labelled.causeCount * rowCount }
  /// The offsets and the states.
  private var rowCount: Int { 1 + stateRows.count }

  /// A fit and how it ended.
  package struct Result: Sendable {
    package let change: EvidenceChange
    package let convergence: Convergence
    /// The parameters, as a place to start from.
    package let parameters: [Double]
  }

  /// Fits to the labelled cases outside one fold.
  ///
  /// - Parameters:
  ///   - fold: The fold that is left out, or nothing for none.
  ///   - start: Where to start.
  /// - Complexity: O(cases × parameters²) a step in `dgemm`, and O(parameters³) in `dpotrf`.
  package func fit(
    excluding fold: UInt8?, start: [Double]? = nil
  ) async throws(DorsalError) -> Result {
    let count = labelled.indices.count { isUsed($0, excluding: fold) }
    guard count > 0 else {
      throw DorsalError(
        .calibration,
        "no labelled case outside one of the folds; expected more cases, or fewer folds")
    }
    func minimum(
      _ prior: (penalty: DoubleMatrix, centre: [Double]), start: [Double]?
    ) async throws(DorsalError) -> Newton.Fit {
      try await Newton.minimise(
        centre: prior.centre, start: start, penalty: prior.penalty, caseCount: count
      ) { parameters in
        await Newton.sum(
          parameterCount: parameters.count, over: labelled.count, threads: threads
        ) { range in
          part(range, parameters: parameters, excluding: fold)
        }
      }
    }
    var fit = try await minimum(prior, start: start)
    // A scale below 0 turns findings round: it is what noise gives where the evidence was fitted
    // to cases beside these. The function is convex, so its minimum within the bound has a scale of 0.
    var parameters = fit.parameters
    if parameters[0] < 0 {
      fit = try await minimum(priorWithoutScale, start: nil)
      parameters = fit.parameters
      parameters[0] = 0
    }
    let causes = labelled.causeCount
    var added = [Double](repeating: 0, count: evidence.count)
    for (place, row) in stateRows.enumerated() {
      for cause in 0..<causes {
        added[row * causes + cause] = parameters[1 + (place + 1) * causes + cause]
      }
    }
    return Result(
      change: EvidenceChange(
        model: model, scale: parameters[0],
        offsets: Array(parameters[1..<1 + causes]), added: added),
      convergence: fit.convergence, parameters: parameters)
  }

  /// The penalty where the scale is held at 0: its cross terms vanish.
  private var priorWithoutScale: (penalty: DoubleMatrix, centre: [Double]) {
    var penalty = prior.penalty
    for index in 1..<parameterCount {
      (penalty[0, index], penalty[index, 0]) = (0, 0)
    }
    penalty[0, 0] = 1e12
    return (penalty, [Double](repeating: 0, count: parameterCount))
  }

  /// The penalty as a quadratic form around its minimum.
  package var prior: (penalty: DoubleMatrix, centre: [Double]) {
    let causes = labelled.causeCount
    var penalty = DoubleMatrix(rowCount: parameterCount, columnCount: parameterCount)
    var centre = [Double](repeating: 0, count: parameterCount)
    for index in 0...causes { penalty[index, index] = 1 }
    var squares = 0.0
    for (place, row) in stateRows.enumerated() {
      for cause in 0..<causes {
        let own = evidence[row * causes + cause]
        let index = 1 + (place + 1) * causes + cause
        penalty[index, index] = ridge + shrinkage
        penalty[0, index] = shrinkage * own
        penalty[index, 0] = shrinkage * own
        squares += own * own
      }
    }
    penalty[0, 0] += shrinkage * squares
    // Of the evidence the least penalty at a scale is at −scale · shrinkage / (ridge +
    // shrinkage) · L; what it leaves of the scale's own is a parabola.
    let kept = shrinkage / (ridge + shrinkage)
    centre[0] = 1 / (1 + ridge * kept * squares)
    for (place, row) in stateRows.enumerated() {
      for cause in 0..<causes {
        centre[1 + (place + 1) * causes + cause] =
          -centre[0] * kept * evidence[row * causes + cause]
      }
    }
    return (penalty, centre)
  }

  private func isUsed(_ index: Int, excluding fold: UInt8?) -> Bool {
    labelled.singleDiagnosis(of: index) != -1 && fold != folds[index]
  }
}

extension EvidenceFit {
  /// Cases of a product at a time.
  private static let blockSize = 256

  /// The sums over a range of cases.
  ///
  /// With X the indicators of the states, a first column of ones for the offsets, P the
  /// probabilities, Y the diagnoses and E the model's evidence, scores are X · added + scale · E
  /// and prior, the gradient is X'(P − Y), and the block of causes c and k of the Hessian is
  /// X' diag(p(c) · ([c = k] − p(k))) X.
  private func part(
    _ range: Range<Int>, parameters: [Double], excluding fold: UInt8?
  ) -> Newton.Sum {
    let causes = labelled.causeCount
    var sum = Newton.Sum(parameterCount: parameters.count)
    var added = DoubleMatrix(rowCount: rowCount, columnCount: causes)
    added.withElements { for index in $0.indices { $0[index] = parameters[index + 1] } }
    var block = EvidenceBlock(caseCount: Self.blockSize, rowCount: rowCount, causeCount: causes)
    var cases: [Int] = []
    func flush() {
      block.addSums(of: cases.count, added: added, scale: parameters[0], to: &sum)
      cases.removeAll(keepingCapacity: true)
    }
    for index in range where isUsed(index, excluding: fold) {
      fill(&block, row: cases.count, with: index)
      cases.append(index)
      if cases.count == Self.blockSize { flush() }
    }
    flush()
    block.addBlocks(to: &sum)
    return sum
  }

  /// Writes a case as a row of a block.
  private func fill(_ block: inout EvidenceBlock, row: Int, with index: Int) {
    let causes = labelled.causeCount
    let prior = Int(labelled.settings[index]) * causes
    block.begin(row: row, accepted: labelled.diagnosis(of: index))
    for cause in 0..<causes {
      let logPrior = logPriors[prior + cause]
      block.setPrior(
        logPrior, evidence: Double(labelled.logPosteriors[index * causes + cause]) - logPrior,
        row: row, cause: cause)
    }
    for finding in firstStateRow.indices where finding != model.settingFinding {
      let code = labelled.codes[index * labelled.findingCount + finding]
      guard code != CaseBatch.unknown else { continue }
      let place = places[firstStateRow[finding] + Int(code) - 1]
      if place > 0 { block.mark(row: row, place: place) }
    }
  }
}
