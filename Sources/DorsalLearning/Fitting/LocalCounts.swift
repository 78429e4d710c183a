package import DorsalCore
package import DorsalNumerics

/// How often each state of each finding was seen with each diagnosis: the sufficient
/// statistics X'Y of the cases, with X their indicators and Y their diagnoses.
///
/// Only cases with one diagnosis are counted. A finding that was not observed counts for no
/// state: what is unknown is taken to be missing whatever the state would have been.
package struct LocalCounts: Sendable {
  /// `counts[stateRow, cause]`: whole numbers. The rows of the finding `setting` count the
  /// cases; a case that names none counts for the default one.
  package private(set) var counts: DoubleMatrix
  /// Cases that were counted.
  package private(set) var countedCases = 0
  /// Cases that accept several diagnoses; none of them was counted.
  package private(set) var ambiguousCases = 0
  /// Cases without a diagnosis.
  package private(set) var unlabelledCases = 0

  /// Cases of a block.
  private static let blockSize = 512

  /// Counts nothing yet.
  package init(model: Model) {
    counts = DoubleMatrix(
      rowCount: model.likelihoodTable.stateRowCount, columnCount: model.causes.count)
  }

  /// Counts the cases of a batch: a product of matrices of zeros and ones for each block.
  /// Its sums are whole numbers below 2²⁴, which a `Float` holds exactly.
  ///
  /// - Parameters:
  ///   - batch: The cases.
  ///   - scorer: The scorer of the model.
  ///   - isUsed: Which cases to count, or all.
  /// - Complexity: O(cases × states × causes) in `sgemm`.
  package init(_ batch: CaseBatch, scorer: Scorer, where isUsed: ((Int) -> Bool)? = nil) {
    batch.requireCases(of: scorer.model)
    self.init(model: scorer.model)
    let causes = scorer.model.causes.count
    var diagnoses = Matrix(rowCount: Self.blockSize, columnCount: causes)
    var sum = Matrix(rowCount: counts.rowCount, columnCount: causes)
    scorer.indicators.eachBlock(of: batch, size: Self.blockSize) { block, start, count in
      let labels = (start..<start + count).map { index -> Int? in
        guard isUsed?(index) ?? true else { return nil }
        let diagnosis = batch.diagnosis(of: index)
        if diagnosis.isEmpty { unlabelledCases += 1 }
        if diagnosis.count > 1 { ambiguousCases += 1 }
        if diagnosis.count == 1 { countedCases += 1 }
        return diagnosis.count == 1 ? diagnosis[0] : nil
      }
      diagnoses.withElements { elements in
        for index in 0..<count * causes { elements[index] = 0 }
        for (row, cause) in labels.enumerated() {
          if let cause { elements[row * causes + cause] = 1 }
        }
      }
      BLAS.addProduct(ofTransposed: block, diagnoses, to: &sum, rowCount: count)
    }
    counts.add(sum)
  }

  /// Adds the counts of other cases.
  package mutating func add(_ other: LocalCounts) {
    counts.add(other.counts)
    countedCases += other.countedCases
    ambiguousCases += other.ambiguousCases
    unlabelledCases += other.unlabelledCases
  }

  /// The counts without those of some of the cases.
  package func subtracting(_ other: LocalCounts) -> LocalCounts {
    var result = self
    let subtrahend = other.counts.elements.span
    result.counts.withElements { elements in
      for index in elements.indices { elements[index] -= subtrahend[index] }
    }
    result.countedCases -= other.countedCases
    result.ambiguousCases -= other.ambiguousCases
    result.unlabelledCases -= other.unlabelledCases
    return result
  }

  /// How many counted cases have each cause.
  package func casesByCause(model: Model) -> [Int] {
    let first = model.likelihoodTable.firstStateRow[model.settingFinding]
    return model.causes.indices.map { cause in
      Int(
        model.settings.indices.reduce(0) { $0 + counts[first + $1, cause] })
    }
  }
}
