import Dorsal
import TestSupport
import Testing

@Suite(.releaseOnly) struct ScalingFitTests {
  private let model: Model

  init() throws { model = try SmallModel().load() }

  private func fit(
    _ kind: ScalingFit.Kind, _ drawn: DrawnCases, ridge: Double, threads: Int = 1
  ) async throws -> Newton.Fit {
    let labelled = drawn.labelled(model: model)
    return try await ScalingFit(
      kind, labelled: labelled, folds: [UInt8](repeating: 0, count: labelled.count),
      threads: threads
    ).fit(excluding: nil, ridge: ridge)
  }

  /// The reference objective has no lower place nearby: it is convex, so that there is none
  /// anywhere.
  @Test(arguments: [0.01, 1, 50])
  func `a vector scaling is the minimum of its objective`(ridge: Double) async throws {
    var drawn = DrawnCases(
      300, scales: [0.6, 0.8, 1.4], offsets: [0.5, -0.5, 0], seed: 11)
    // One that accepts two causes.
    drawn.diagnoses[7] = [0, 2]
    let fit = try await fit(.vector, drawn, ridge: ridge)
    #expect(fit.convergence.isConverged)
    func objective(_ p: [Double]) -> Double {
      drawn.objective(scales: Array(p[..<3]), offsets: Array(p[3...]), ridge: ridge)
    }
    let least = objective(fit.parameters)
    for index in fit.parameters.indices {
      for step in [-1e-3, 1e-3] {
        var place = fit.parameters
        place[index] += step
        #expect(objective(place) > least)
      }
    }
    var generator = SplitMix64(seed: 5)
    for _ in 0..<20 {
      let place = fit.parameters.map { $0 + Double.random(in: -0.1...0.1, using: &generator) }
      #expect(objective(place) > least)
    }
  }

  @Test func `a temperature is the minimum of its objective`() async throws {
    let drawn = DrawnCases(400, scales: [0.7, 0.7, 0.7], offsets: [0, 0, 0], seed: 12)
    let fit = try await fit(.temperature, drawn, ridge: 2)
    let scale = fit.parameters[0]
    func objective(_ scale: Double) -> Double {
      // The ridge of one scale, not of three.
      drawn.objective(scales: [scale, scale, scale], offsets: [0, 0, 0], ridge: 0)
        + (scale - 1) * (scale - 1)
    }
    for step in [-1e-3, 1e-3, 0.2, -0.2] {
      #expect(objective(scale + step) > objective(scale))
    }
  }

  /// 20,000 cases: the standard error of a scale is about 0.02 and of an offset 0.04; four of
  /// them hold for all but one seed in some thousand.
  @Test func `the parameters that cases were drawn with are found again`() async throws {
    let (scales, offsets) = ([0.6, 1.2, 0.9], [0.4, -0.3, -0.1])
    let drawn = DrawnCases(20_000, scales: scales, offsets: offsets, seed: 13)
    let fit = try await fit(.vector, drawn, ridge: 1e-6)
    for cause in 0..<3 {
      #expect(isClose(fit.parameters[cause], to: scales[cause], within: 0.08))
      // Offsets are known up to a constant; the ridge makes their sum nearly 0, as it is here.
      #expect(isClose(fit.parameters[3 + cause], to: offsets[cause], within: 0.16))
    }
  }

  @Test func `the fit is the same bit for bit on any count of threads`() async throws {
    let drawn = DrawnCases(9000, scales: [0.6, 0.8, 1.4], offsets: [0, 1, 0], seed: 14)
    let one = try await fit(.vector, drawn, ridge: 1)
    let four = try await fit(.vector, drawn, ridge: 1, threads: 4)
    #expect(one.parameters == four.parameters)
  }

  @Test func `a great ridge changes nothing and leaves the cases nothing to tell`() async throws {
    let drawn = DrawnCases(200, scales: [0.2, 0.2, 0.2], offsets: [0, 0, 0], seed: 15)
    let fit = try await fit(.temperature, drawn, ridge: 1e9)
    // A gradient of at most some hundreds, over the ridge.
    #expect(isClose(fit.parameters[0], to: 1, within: 1e-5))
    let told = try #require(fit.convergence.effectiveParameters)
    #expect(told < 1e-3 && told >= 0)
  }

  /// What causes share has a prior of variance 1 whatever the ridge, as the temperature of a
  /// ridge of 1 has.
  @Test func `a great ridge leaves of a vector scaling its temperature`() async throws {
    let drawn = DrawnCases(200, scales: [0.2, 0.9, 0.4], offsets: [0, 1, 0], seed: 15)
    let shared = try await fit(.temperature, drawn, ridge: 1)
    let fit = try await fit(.vector, drawn, ridge: 1e7)
    for cause in 0..<3 {
      // A gradient of at most some hundreds, over the ridge.
      #expect(isClose(fit.parameters[cause], to: shared.parameters[0], within: 1e-4))
      #expect(isClose(fit.parameters[3 + cause], to: 0, within: 1e-4))
    }
    let told = try #require(fit.convergence.effectiveParameters)
    let toldShared = try #require(shared.convergence.effectiveParameters)
    #expect(isClose(told, to: toldShared, within: 1e-3))
  }

  /// The diagnosis leads in every case, so that a greater scale always fits better.
  @Test func `separated cases need a ridge, and are told`() async throws {
    var drawn = DrawnCases(100, scales: [1, 1, 1], offsets: [0, 0, 0], seed: 16)
    for (index, row) in drawn.z.enumerated() {
      drawn.diagnoses[index] = [row.indices.max { row[$0] < row[$1] } ?? 0]
    }
    await #expect(throws: DorsalError.self) {
      _ = try await fit(.temperature, drawn, ridge: 0)
    }
    let held = try await fit(.temperature, drawn, ridge: 1)
    #expect(held.convergence.isSeparated)
    #expect(held.parameters[0] > 1)
  }

  /// A constant added to all offsets changes no posterior.
  @Test func `a vector scaling without a ridge is not determined`() async throws {
    let drawn = DrawnCases(100, scales: [0.5, 1, 1], offsets: [0, 0, 0], seed: 17)
    let error = await #expect(throws: DorsalError.self) {
      _ = try await fit(.vector, drawn, ridge: 0)
    }
    #expect(error?.description.contains("undetermined") == true)
  }
}
