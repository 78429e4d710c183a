internal import DorsalNumerics

/// Sums of what each case contributes, in bootstrap samples: means and shares that need no
/// order of the cases.
struct MeanResampling: Sendable {
  /// What a case contributes, as columns.
  enum Column: Int, CaseIterable, Sendable {
    /// 1 where the model has the diagnosis.
    case covered
    /// Of a covered case.
    case reciprocalRank, logLoss, brier
    /// Of every case, with `unlisted` as a cause like the others.
    case logLossOfAll, brierOfAll
    /// 1 where the case was triaged, then whether it was given an emergency rightly, wrongly,
    /// and urgent or more rightly, wrongly.
    case triaged, emergencyHit, emergencyFalseAlarm, urgentHit, urgentFalseAlarm
    /// 1 for every case.
    case one
    /// What shares are of, where cases do not all count one: 1 where a covered case has its
    /// diagnosis first, or in the first 3 or 5; is an emergency, and has it in the first 3, or is
    /// given urgent or more, or an emergency; is of a self-care or routine cause, and given an
    /// emergency; and of cases that are none of the model's, where `unlisted` leads.
    case top1, top3, top5, emergencies, emergenciesTop3, emergenciesUrgent, emergenciesEmergency
    case benign, benignEmergency, uncovered, uncoveredLeads
    /// 1 where a covered case was triaged, by its own urgency; and where it was given less, and more.
    case own0, own1, own2, own3, less0, less1, less2, less3, more0, more1, more2, more3

    /// The columns of cases that all count one, whose shares are of numbers of cases.
    static let plainCount = Column.one.rawValue + 1
    static func own(_ rank: Int) -> Column { allCases[own0.rawValue + rank] }
    static func less(_ rank: Int) -> Column { allCases[less0.rawValue + rank] }
    static func more(_ rank: Int) -> Column { allCases[more0.rawValue + rank] }
  }

  /// A row for each case, a column for each contribution.
  let contributions: Matrix
  /// The cases that the rows are of; nothing where they are all cases, in their order.
  var rows: [UInt32]?

  private static let blockSize = 512

  /// The sums in each sample: `sums[column][sample]`.
  ///
  /// - Complexity: O(cases × columns × samples) in `sgemm`.
  func run(_ drawn: ResampledCounts) -> [[Double]] {
    let lanes = drawn.laneCount
    let width = contributions.columnCount
    let rowCount = contributions.rowCount
    let blockSize = min(Self.blockSize, max(rowCount, 1))
    var counts = Matrix(rowCount: blockSize, columnCount: lanes)
    var block = Matrix(rowCount: blockSize, columnCount: width)
    var product = Matrix(rowCount: width, columnCount: lanes)
    var totals = [Double](repeating: 0, count: width * lanes)
    for first in stride(from: 0, to: rowCount, by: blockSize) {
      let last = min(first + blockSize, rowCount)
      if let rows {
        drawn.write(rows[first..<last], to: &counts)
      } else {
        drawn.write((first..<last).map { UInt32($0) }[...], to: &counts)
      }
      block.copyRows(first..<last, of: contributions, to: 0)
      product.withElements { for index in $0.indices { $0[index] = 0 } }
      BLAS.addProduct(ofTransposed: block, counts, to: &product, rowCount: last - first)
      for (index, value) in product.elements.enumerated() { totals[index] += Double(value) }
    }
    return (0..<width).map { Array(totals[$0 * lanes..<($0 + 1) * lanes]) }
  }
}
