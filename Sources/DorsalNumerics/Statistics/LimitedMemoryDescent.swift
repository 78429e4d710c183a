/// The least value of a smooth function of many parameters, by the method of D. C. Liu and
/// J. Nocedal (Math Program 1989;45:503-28): steps downhill, bent by what the last steps said of
/// the curvature. For fits whose Hessian would not fit into memory, where `NewtonDescent` cannot
/// go.
package enum LimitedMemoryDescent {
  /// A function at one place.
  package struct Value: Sendable {
    /// What is to be made least.
    package var loss: Double
    /// Its derivatives, one a parameter.
    package var gradient: [Double]

    /// A loss and its derivatives.
    package init(loss: Double, gradient: [Double]) {
      self.loss = loss
      self.gradient = gradient
    }
  }

  /// Where the method ended.
  package struct End: Sendable {
    /// The parameters.
    package let place: [Double]
    /// The loss there.
    package let loss: Double
    /// How many steps were taken.
    package let iterations: Int
    /// Whether the gradient came to rest.
    package let isConverged: Bool
  }

  private struct Step {
    let change: [Double]
    let gradientChange: [Double]
    let product: Double
  }

  /// How many steps are remembered.
  private static let memory = 8
  /// How much of the promised descent a step has to give, and how often it is halved for it.
  private static let (share, mostHalvings) = (1e-4, 40)

  /// Goes downhill from a place.
  ///
  /// - Parameters:
  ///   - start: Where to begin.
  ///   - tolerance: The greatest element of the gradient at which the method rests.
  ///   - mostIterations: The most steps.
  ///   - function: The function; called one place after the other.
  package static func minimise(
    from start: [Double], tolerance: Double, mostIterations: Int, _ function: ([Double]) -> Value
  ) -> End {
    var place = start
    var value = function(place)
    var steps: [Step] = []
    for iteration in 0..<mostIterations {
      if greatest(value.gradient) <= tolerance {
        return End(place: place, loss: value.loss, iterations: iteration, isConverged: true)
      }
      var direction = self.direction(value.gradient, steps)
      var slope = dot(direction, value.gradient)
      if !(slope < 0) {
        steps = []
        direction = value.gradient.map { -$0 }
        slope = dot(direction, value.gradient)
      }
      // The first step knows nothing of the curvature.
      var length = steps.isEmpty ? 1 / max(1, (-slope).squareRoot()) : 1
      var next: (place: [Double], value: Value)?
      for _ in 0..<mostHalvings {
        let candidate = zip(place, direction).map { $0 + length * $1 }
        let there = function(candidate)
        if there.loss <= value.loss + share * length * slope {
          next = (candidate, there)
          break
        }
        length /= 2
      }
      guard let next else {
        // What is remembered may have bent the step: the gradient alone is tried before the end.
        if !steps.isEmpty {
          steps = []
          continue
        }
        // No place along the gradient is lower by what a `Double` can tell.
        return End(place: place, loss: value.loss, iterations: iteration, isConverged: false)
      }
      remember(
        change: zip(next.place, place).map { $0 - $1 },
        gradientChange: zip(next.value.gradient, value.gradient).map { $0 - $1 }, in: &steps)
      (place, value) = next
    }
    return End(place: place, loss: value.loss, iterations: mostIterations, isConverged: false)
  }

  private static func remember(
    change: [Double], gradientChange: [Double], in steps: inout [Step]
  ) {
    let product = dot(change, gradientChange)
    // Along a step on which the function bends down nothing is learnt.
    guard product > 1e-12 * dot(gradientChange, gradientChange) else { return }
    steps.append(Step(change: change, gradientChange: gradientChange, product: product))
    if steps.count > memory { steps.removeFirst() }
  }

  /// Minus the gradient, times what the steps say of the inverse Hessian.
  private static func direction(_ gradient: [Double], _ steps: [Step]) -> [Double] {
    var result = gradient.map { -$0 }
    var shares = [Double](repeating: 0, count: steps.count)
    for (index, step) in steps.enumerated().reversed() {
      shares[index] = dot(step.change, result) / step.product
      add(step.gradientChange, times: -shares[index], to: &result)
    }
    if let last = steps.last {
      let scale = last.product / dot(last.gradientChange, last.gradientChange)
      for index in result.indices { result[index] *= scale }
    }
    for (index, step) in steps.enumerated() {
      let back = dot(step.gradientChange, result) / step.product
      add(step.change, times: shares[index] - back, to: &result)
    }
    return result
  }

  private static func dot(_ left: [Double], _ right: [Double]) -> Double {
    var sum = 0.0
    for index in left.indices { sum += left[index] * right[index] }
    return sum
  }

  private static func add(_ values: [Double], times factor: Double, to result: inout [Double]) {
    for index in result.indices { result[index] += factor * values[index] }
  }

  private static func greatest(_ values: [Double]) -> Double {
    values.reduce(0) { max($0, abs($1)) }
  }
}
