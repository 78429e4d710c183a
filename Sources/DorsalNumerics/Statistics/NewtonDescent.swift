/// A function at one place: what a Newton step needs of it.
package protocol NewtonSum {
  /// What is to be made least.
  var loss: Double { get }
  /// Its derivatives, one a parameter.
  var gradient: [Double] { get }
  /// Its second derivatives, or a positive bound on them; the upper triangle is read.
  var hessian: DoubleMatrix { get }
}

/// Newton's method with step halving, for convex functions: the one that every fit uses.
///
/// It does not call the function. The caller asks for the next place and gives the function's
/// sum there, so that sums may be taken on any thread, at once or later:
///
///     var descent = NewtonDescent(from: start, sum: sum(start), caseCount: count)
///     while let place = try descent.next() { descent.take(sum(place)) }
///
/// Steps solve the normal equations by Cholesky's factorisation. Within bounds only parameters
/// that no bound holds take part, and places are projected into the bounds (D. P. Bertsekas,
/// SIAM J Control Optim 1982;20:221-46).
package struct NewtonDescent<Sum: NewtonSum> {
  /// When the method rests.
  package enum Rest: Sendable {
    /// A further step would lower the mean loss by less than this.
    case decrement(Double)
    /// No element of the gradient is larger, for each case.
    case gradient(Double)
    /// The last step was shorter than this, relative to one and the parameter.
    case step(Double)
  }

  /// How the method goes.
  package struct Rules: Sendable {
    /// When it rests.
    package var rest = Rest.decrement(1e-13)
    /// The most steps.
    package var mostIterations = 100
    /// What each parameter keeps to, or nothing.
    package var bounds: ClosedRange<Double>?
    /// Whether parameters stay above 0. Equations are then solved for what they change by
    /// relative to where they are: such parameters range over many orders of magnitude, and so
    /// would the elements of the Hessian.
    package var isPositive = false
    /// How much the loss may seem to rise by rounding, relative to itself.
    package var slack = 0.0

    /// The usual way: 100 steps, a decrement of 1e-13, no bounds.
    package init() {}
  }

  /// How the method ended.
  package enum End: Sendable {
    case rested
    case tooManySteps
    /// No place along the step had a loss that a `Double` can tell to be less.
    case noDecrease
  }

  /// The parameters so far.
  package private(set) var place: [Double]
  /// The sum there.
  package private(set) var current: Sum
  /// How many steps were taken.
  package private(set) var iterations = 0
  /// The largest element of the gradient of parameters that no bound holds, for each case;
  /// of positive parameters that of the relative gradient.
  package private(set) var gradientNorm = Double.infinity
  /// How the method ended, once it has.
  package private(set) var end: End?
  /// The parameters that no bound holds at the place, and the factor of their Hessian.
  package private(set) var free: [Int] = []
  package private(set) var factor: Cholesky?

  private let rules: Rules
  private let scale: Double
  private var step: [Double] = []
  private var decrement = 0.0
  private var length = 0.0
  private var candidate: [Double]?

  /// Begins at a place.
  ///
  /// - Parameters:
  ///   - start: The place, within the bounds.
  ///   - sum: The function's sum there.
  ///   - caseCount: Over how many cases, at least 1; what rests is judged for each.
  ///   - rules: How to go.
  package init(from start: [Double], sum: Sum, caseCount: Double, rules: Rules = Rules()) {
    precondition(caseCount > 0, "cases to fit to")
    (place, current, self.rules) = (start, sum, rules)
    scale = 1 / caseCount
  }

  /// Whether the method came to rest: by its rule, or where a gradient is as good as none.
  package var isConverged: Bool {
    switch end {
    case .rested: true
    case .noDecrease: gradientNorm < 1e-6
    case .tooManySteps, nil: false
    }
  }

  /// The next place to take the sum at, or nothing at the end.
  ///
  /// - Throws: Which parameter the function does not determine.
  /// - Complexity: O(parameters³) for a new step, O(parameters) for a shorter one.
  package mutating func next() throws(Cholesky.NotPositiveDefinite) -> [Double]? {
    guard end == nil else { return nil }
    if length == 0 { try prepareStep() }
    guard end == nil else { return nil }
    var next = place
    for (index, parameter) in free.enumerated() {
      next[parameter] -= length * step[index]
      if let bounds = rules.bounds {
        next[parameter] = min(bounds.upperBound, max(bounds.lowerBound, next[parameter]))
      }
    }
    candidate = next
    return next
  }

  /// Takes the sum at the place that was asked for.
  package mutating func take(_ sum: Sum) {
    guard let candidate else { return }
    self.candidate = nil
    // Of a projected step what it promises is less than of a whole one.
    let promised =
      rules.bounds == nil
      ? length * decrement
      : place.indices.reduce(0) { $0 + current.gradient[$1] * (place[$1] - candidate[$1]) }
    // Armijo's condition: a fair part of the promised decrease.
    if sum.loss <= current.loss - 1e-4 * promised + rules.slack * abs(current.loss),
      candidate != place
    {
      (place, current, length) = (candidate, sum, 0)
      return
    }
    length /= 2
    if length < 1e-10 { end = .noDecrease }
  }

  /// Finds the step from a new place, or the end.
  private mutating func prepareStep() throws(Cholesky.NotPositiveDefinite) {
    let gradient = current.gradient
    free = place.indices.filter { index in
      guard let bounds = rules.bounds else { return true }
      return !(place[index] <= bounds.lowerBound && gradient[index] > 0)
        && !(place[index] >= bounds.upperBound && gradient[index] < 0)
    }
    let relative = free.map { rules.isPositive ? gradient[$0] * place[$0] : gradient[$0] }
    gradientNorm = (relative.map(abs).max() ?? 0) * scale
    do {
      factor = try Cholesky(hessianOfFree)
    } catch {
      throw Cholesky.NotPositiveDefinite(row: free[error.row])
    }
    if case .step(let tolerance) = rules.rest, iterations > 0,
      zip(free, step).allSatisfy({ abs($1) <= tolerance * (1 + abs(place[$0])) })
    {
      end = .rested
      return
    }
    step = factor?.solve(relative) ?? []
    if rules.isPositive { step = zip(free, step).map { place[$0] * $1 } }
    decrement = zip(free, step).reduce(0) { $0 + $1.1 * gradient[$1.0] }
    switch rules.rest {
    case .decrement(let tolerance) where decrement / 2 * scale < tolerance: end = .rested
    case .gradient(let tolerance) where gradientNorm <= tolerance: end = .rested
    default: if iterations == rules.mostIterations { end = .tooManySteps }
    }
    guard end == nil else { return }
    iterations += 1
    length = 1
    if rules.isPositive {
      // Not across 0.
      let furthest = zip(free, step).map { $1 / place[$0] }.max() ?? 0
      if furthest > 0.99 { length = 0.99 / furthest }
    }
  }

  private var hessianOfFree: DoubleMatrix {
    if free.count == place.count, !rules.isPositive { return current.hessian }
    var part = DoubleMatrix(rowCount: free.count, columnCount: free.count)
    for (row, first) in free.enumerated() {
      for (column, second) in free.enumerated() {
        part[row, column] =
          current.hessian[first, second] * (rules.isPositive ? place[first] * place[second] : 1)
      }
    }
    return part
  }
}
