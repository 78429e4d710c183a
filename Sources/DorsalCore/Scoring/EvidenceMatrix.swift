internal import DorsalNumerics

/// The weighted log-likelihoods of a model as one matrix: a row for each state of
/// each finding, a column for each cause.
///
/// - A row of a finding holds weight × (log P(state | cause) − log P(state | background)).
///   Centring on the background keeps sums small, which a `Float` needs: uncentred
///   logarithms of size 10 put posteriors 1.5e-4 off their double-precision values.
/// - A row of the finding `setting` holds log P(cause | setting) − log P(unlisted | setting).
///
/// The score of a case is then the sum of the rows of its known states, up to a
/// constant that is the same for every cause and cancels in the softmax, and of what
/// findings that hang on each other say together (`JointStates`), in rows of their own.
///
/// Every element is a whole number of a `unit`, 2⁻²² nats, and so is every score. Sums of
/// whole numbers are *exact*, in whatever order the terms come. So an answer is the same bit
/// for bit on every processor, with either kernel, and for every block size and thread
/// count. The rounding of an element, at most 1.2e-7 nats, is far less than any of the
/// numbers is known to. A model of so many findings that a score could leave 31 bits, some
/// 256 nats, gets a coarser unit.
public struct EvidenceMatrix: Sendable {
  /// The elements in nats: `values[stateRow * causeCount + cause]`.
  public let values: [Double]
  /// What one is in the whole numbers, in nats: a power of two.
  public let unit: Double

  /// Fine parts are what is below this power of two.
  static let fineBits = 11
  /// Below so many findings the sums of fine parts are exact in `Float`.
  static let greatestFindingCount = 1 << (24 - (fineBits - 1))

  /// Computes the matrix of a model, once.
  ///
  /// - Complexity: O(states × causes).
  public init(model: Model) {
    var values = Self.unroundedValues(model: model)
    let unit = Self.unit(of: values, model: model)
    for index in values.indices { values[index] = (values[index] / unit).rounded() * unit }
    self.values = values
    self.unit = unit
  }

  /// The elements in nats as the tables give them, before they are rounded to the unit.
  static func unroundedValues(model: Model) -> [Double] {
    let table = model.likelihoodTable
    let causes = table.causeCount
    var values = [Double](repeating: 0, count: table.stateRowCount * causes)
    for (index, finding) in model.findings.enumerated() {
      let isSetting = index == model.settingFinding
      for state in finding.states.indices {
        let row = table.firstStateRow[index] + state
        let reference = Elementary.log(
          isSetting ? model.priorTable[state * causes + causes - 1] : table.background[row])
        for cause in 0..<causes {
          let probability =
            isSetting
            ? model.priorTable[state * causes + cause]
            : table.probability(stateRow: row, cause: cause)
          values[row * causes + cause] =
            (isSetting ? 1 : finding.weight) * (Elementary.log(probability) - reference)
        }
      }
    }
    return values
  }

  /// The finest unit with which scores stay below 2³⁰: a score reaches no further than the
  /// greatest elements of every finding together, and the slack of joint states.
  static func unit(of values: [Double], model: Model) -> Double {
    let table = model.likelihoodTable
    var reach = 0.0
    for (first, finding) in zip(table.firstStateRow, model.findings) {
      let own = first * table.causeCount..<(first + finding.states.count) * table.causeCount
      reach += values[own].reduce(0) { max($0, abs($1)) }
    }
    reach += model.jointStates?.slack ?? 0
    var unit = 1.0 / 4_194_304  // 2^-22
    while reach / unit > 1_000_000_000 { unit *= 2 }
    return unit
  }

  /// The elements in units.
  var wholeNumbers: [Int32] { values.map { Int32($0 / unit) } }

  /// The elements as `sgemm` takes them: the coarse parts of all causes, in multiples of
  /// 2¹¹ units, then the fine parts in units. Sums of either are whole numbers below 2²⁴,
  /// so they are exact in `Float`.
  func parts(causeCount: Int) -> Matrix {
    let rowCount = values.count / causeCount
    var matrix = Matrix(rowCount: rowCount, columnCount: 2 * causeCount)
    let coarseUnit = Double(1 << Self.fineBits)
    matrix.withElements { elements in
      for row in 0..<rowCount {
        for cause in 0..<causeCount {
          let whole = values[row * causeCount + cause] / unit
          let coarse = (whole / coarseUnit).rounded()
          elements[2 * row * causeCount + cause] = Float(coarse)
          elements[(2 * row + 1) * causeCount + cause] = Float(whole - coarse * coarseUnit)
        }
      }
    }
    return matrix
  }
}
