import Dorsal
import Testing

@Suite struct LimitedMemoryDescentTests {
  /// H. H. Rosenbrock's valley (Comput J 1960;3:175), whose floor is bent: the minimum is at (1, 1).
  @Test func `the bottom of Rosenbrock's valley is found`() {
    let end = LimitedMemoryDescent.minimise(
      from: [-1.2, 1], tolerance: 1e-8, mostIterations: 500
    ) { place in
      let (x, y) = (place[0], place[1])
      return LimitedMemoryDescent.Value(
        loss: 100 * (y - x * x) * (y - x * x) + (1 - x) * (1 - x),
        gradient: [-400 * x * (y - x * x) - 2 * (1 - x), 200 * (y - x * x)])
    }
    #expect(end.isConverged)
    #expect(isClose(end.place[0], to: 1, within: 1e-6))
    #expect(isClose(end.place[1], to: 1, within: 1e-6))
  }

  /// Curvatures from 1 to 10,000: steepest descent alone would take tens of thousands of steps, where
  /// a thousand are allowed.
  @Test func `curvatures of all sizes take few steps`() {
    let curvatures = (0..<60).map { 1 + 9999 * Double($0 * $0) / 3481 }
    let end = LimitedMemoryDescent.minimise(
      from: curvatures.map { _ in 3 }, tolerance: 1e-6, mostIterations: 1000
    ) { place in
      let gradient = zip(place, curvatures).map { ($0 - 2) * $1 }
      return LimitedMemoryDescent.Value(
        loss: zip(place, gradient).reduce(0) { $0 + ($1.0 - 2) * $1.1 / 2 }, gradient: gradient)
    }
    #expect(end.isConverged)
    #expect(end.place.allSatisfy { isClose($0, to: 2, within: 1e-5) })
  }

  @Test func `steps end where they are told to`() {
    let end = LimitedMemoryDescent.minimise(from: [5], tolerance: 0, mostIterations: 3) { place in
      LimitedMemoryDescent.Value(loss: -place[0], gradient: [-1])
    }
    #expect(!end.isConverged)
    #expect(end.iterations == 3)
  }
}
