import Dorsal
import Foundation
import Testing

/// Values of M. Abramowitz and I. Stegun, "Handbook of Mathematical Functions", and exact ones.
@Suite struct PolygammaTests {
  @Test func `digamma has its known values`() {
    let euler = 0.57721566490153286
    #expect(isClose(Polygamma.digamma(1), to: -euler, within: 1e-13))
    #expect(isClose(Polygamma.digamma(0.5), to: -euler - 2 * log(2), within: 1e-13))
    // Table 6.1.
    #expect(isClose(Polygamma.digamma(1.5), to: 0.0364899740, within: 1e-10))
    #expect(isClose(Polygamma.digamma(2), to: 1 - euler, within: 1e-13))
  }

  @Test func `trigamma has its known values`() {
    #expect(isClose(Polygamma.trigamma(1), to: .pi * .pi / 6, within: 1e-12))
    #expect(isClose(Polygamma.trigamma(0.5), to: .pi * .pi / 2, within: 1e-12))
    #expect(isClose(Polygamma.trigamma(2), to: .pi * .pi / 6 - 1, within: 1e-12))
  }

  @Test(arguments: [0.01, 0.3, 1, 2.5, 11.9, 12.1, 100, 1e6])
  func `both follow their recurrences`(x: Double) {
    // Differences of nearly equal numbers lose digits where x is large.
    let digamma = Polygamma.digamma(x + 1) - Polygamma.digamma(x)
    #expect(isClose(digamma * x, to: 1, within: 1e-14 * x + 1e-9))
    let trigamma = Polygamma.trigamma(x) - Polygamma.trigamma(x + 1)
    #expect(isClose(trigamma * x * x, to: 1, within: 1e-15 * x * x + 1e-9))
  }

  @Test(arguments: [
    (0.975, 1.959963984540054), (0.95, 1.6448536269514722), (0.5, 0), (0.995, 2.5758293035489004),
    (0.001, -3.090232306167813), (0.025, -1.959963984540054),
  ])
  func `normal quantiles have their tabled values`(p: Double, z: Double) {
    #expect(isClose(NormalDistribution.quantile(p), to: z, within: 1e-12))
  }
}
