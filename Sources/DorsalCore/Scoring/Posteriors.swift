public import DorsalNumerics

/// P(cause given the case) for every case of a batch: each row sums to one over
/// the causes of the model.
public struct Posteriors: Sendable {
  /// A row for each case, a column for each cause.
  public private(set) var matrix: Matrix

  /// The leading causes, as far as they were ranked with the scores.
  private var leading: Leading

  /// Posteriors of no case, to score into.
  public init() { self.init(matrix: Matrix(rowCount: 0, columnCount: 0)) }

  /// Posteriors from a matrix whose rows are cases and sum to one.
  package init(matrix: Matrix) {
    self.init(matrix: matrix, leading: Leading(rowCount: matrix.rowCount, top: 0))
  }

  init(matrix: Matrix, leading: Leading) {
    self.matrix = matrix
    self.leading = leading
  }

  /// Makes room for the posteriors of some cases. What was there before is lost, and what is
  /// there now has no meaning until it is written.
  mutating func reshape(caseCount: Int, causeCount: Int, ranked: Int) {
    if matrix.rowCount != caseCount || matrix.columnCount != causeCount {
      matrix = Matrix(unwrittenRowCount: caseCount, columnCount: causeCount)
    }
    if leading.top != ranked || leading.columns.count != caseCount * ranked {
      leading = Leading(rowCount: caseCount, top: ranked)
    }
  }

  /// Changes posteriors and ranking in place.
  mutating func write(_ body: (inout Matrix, inout Leading) -> Void) { body(&matrix, &leading) }

  /// One cause at its place in a ranking.
  public struct Ranked: Sendable, Hashable {
    /// The index of the cause.
    public let cause: Int
    /// Its posterior.
    public let probability: Float
  }

  /// The posterior of a cause in a case.
  public func probability(case index: Int, cause: Int) -> Float { matrix[index, cause] }

  /// The leading causes of a case, the most probable first; ties go to the order
  /// of causes in the model.
  ///
  /// - Parameters:
  ///   - index: The case.
  ///   - count: How many causes, or nothing for all.
  /// - Complexity: O(causes × `count`), or O(`count`) where so many were ranked with the scores.
  public func ranking(of index: Int, top count: Int? = nil) -> [Ranked] {
    var ranking: [Ranked] = []
    appendRanking(of: index, top: count ?? matrix.columnCount, to: &ranking)
    return ranking
  }

  /// The same, into memory that is used again.
  package func appendRanking(of index: Int, top count: Int, to ranking: inout [Ranked]) {
    ranking.removeAll(keepingCapacity: true)
    let limit = min(count, matrix.columnCount)
    guard limit > 0 else { return }
    if limit <= leading.top {
      for place in index * leading.top..<index * leading.top + limit {
        ranking.append(
          Ranked(
            cause: Int(leading.columns[place]), probability: leading.probabilities[place]))
      }
      return
    }
    var best = LeadingList<Ranked>(limit: limit)
    let row = matrix.row(index)
    for cause in 0..<matrix.columnCount {
      let probability = row[row.startIndex + cause]
      best.add(Ranked(cause: cause, probability: probability), key: Double(probability))
    }
    ranking = best.elements
  }

  /// The leading causes of all cases.
  ///
  /// - Parameter top: How many of each, at most as many as there are causes.
  /// - Complexity: O(1) where `Scorer.score` ranked so many on the way, otherwise O(cases ×
  ///   causes × `top`).
  public func leading(top: Int) -> Leading {
    let top = max(0, min(top, matrix.columnCount))
    if top == leading.top { return leading }
    var result = Leading(rowCount: matrix.rowCount, top: top)
    var ranking: [Ranked] = []
    for index in 0..<matrix.rowCount {
      appendRanking(of: index, top: top, to: &ranking)
      for (place, ranked) in ranking.enumerated() {
        result.columns[index * top + place] = Int32(ranked.cause)
        result.probabilities[index * top + place] = ranked.probability
      }
    }
    return result
  }

  /// P(group given the case): the posteriors times the membership of causes in groups.
  ///
  /// - Parameter model: The model that the cases were scored with.
  /// - Returns: A row for each case, a column for each group in the order of
  ///   `model.groups`; rows sum to one.
  /// - Complexity: O(cases × causes × groups).
  public func groupProbabilities(model: Model) -> Matrix {
    let groups = model.groups
    var membership = Matrix(rowCount: model.causes.count, columnCount: groups.count)
    for (cause, definition) in model.causes.enumerated() {
      for (column, group) in groups.enumerated() where definition.group == group {
        membership[cause, column] = 1
      }
    }
    return matrix.productInOrder(membership)
  }
}
