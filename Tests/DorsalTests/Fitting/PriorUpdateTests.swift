import Dorsal
import Testing

@Suite struct PriorUpdateTests {
  /// Half the 90% quantile of chi-square with 2 (count + 1) degrees of freedom, as tables of the
  /// Poisson distribution have it: one-sided 95%.
  @Test(arguments: [
    (0.0, 2.9957), (1, 4.7439), (2, 6.2958), (5, 10.5130), (10, 16.9622), (100, 118.0794),
  ])
  func `the upper end of a rate is that of the Poisson distribution`(
    count: Double, expected: Double
  ) {
    let rate = PriorUpdate.upperRate(count: count, of: 1e6) * 1e6
    #expect(isClose(rate, to: expected, within: expected * 0.01))
    #expect(PriorUpdate.upperRate(count: count, of: 1) == 1)
  }

  private func updated(_ priors: [Double], worth: Double, counts: [Double]) -> [Double] {
    PriorUpdate.probabilities(
      priors.map { PriorUpdate.Prior(probability: $0, effectiveN: worth) }, counts: counts)
  }

  /// Embolism of the issue: 0.7 cases were to be expected in 2,000, and none was seen.
  @Test func `a rare cause that was not seen keeps its prior`() {
    let prior = 0.00035
    let result = updated([1 - prior, prior], worth: 20, counts: [2000, 0])
    #expect(isClose(result[1], to: prior, within: prior * 0.01))
    #expect(isClose(result[0] + result[1], to: 1, within: 1e-12))
  }

  /// 100 were to be expected: what 0 of 2,000 allow is 3, and that is where the floor is.
  @Test func `a cause that ought to have been seen falls to what the counts allow`() {
    let result = updated([0.95, 0.05], worth: 10, counts: [2000, 0])
    #expect(isClose(result[1], to: 2.9957 / 2000, within: 0.02 * 2.9957 / 2000))
  }

  /// Where priors are well known, and where cases are many, it is the mean of a Dirichlet, and the
  /// share.
  @Test func `counts have their weight`() {
    let known = updated([0.6, 0.4], worth: 100, counts: [30, 70])
    #expect(isClose(known[0], to: (60.0 + 30) / 200, within: 1e-12))
    let many = updated([0.6, 0.3999, 0.0001], worth: 100, counts: [2e6, 7.9e6, 1e5])
    #expect(isClose(many[2], to: 0.01, within: 1e-4))
    // Known well enough to expect two cases: the mean, however few were seen.
    let none = updated([0.98, 0.02], worth: 100, counts: [900, 0])
    #expect(isClose(none[1], to: 2.0 / 1000, within: 1e-12))
    #expect(updated([0.6, 0.4], worth: 100, counts: [0, 0]) == [0.6, 0.4])
  }
}
