internal import DorsalNumerics

/// The random numbers of one case for one purpose.
///
/// A stream begins at a hash of the seed, the number of the case and the purpose, so that a
/// case is the same whatever was drawn before it: on any thread, in any block, and for each
/// purpose whatever the others drew. The states of a case stay when the pattern of its
/// unknown findings changes.
package struct CaseStream {
  /// What the numbers are for.
  package enum Purpose: UInt64 {
    case cause, states, groups, unknown, workup, numbers, likelihoods
  }

  private var generator: SplitMix64
  private var spareNormal: Double?

  /// - Parameters:
  ///   - seed: The seed of the whole simulation.
  ///   - index: The number of the case, 0 or more.
  ///   - purpose: What the numbers are for.
  package init(seed: UInt64, case index: Int, purpose: Purpose) {
    // The finaliser of SplitMix64 as a hash, one word after the other.
    var key = SplitMix64(seed: seed)
    key = SplitMix64(seed: key.next() ^ UInt64(index))
    key = SplitMix64(seed: key.next() ^ purpose.rawValue)
    generator = SplitMix64(seed: key.next())
  }

  /// A number from 0 up to but not including 1, a multiple of 2⁻⁵³.
  package mutating func uniform() -> Double {
    Double(generator.next() >> 11) * 0x1p-53
  }

  /// A standard normal variable (G. Marsaglia, T. A. Bray, SIAM Rev 1964;6:260-4).
  package mutating func normal() -> Double {
    if let spare = spareNormal {
      spareNormal = nil
      return spare
    }
    while true {
      let u = 2 * uniform() - 1
      let v = 2 * uniform() - 1
      let square = u * u + v * v
      guard square > 0, square < 1 else { continue }
      let factor = (-2 * Elementary.log(square) / square).squareRoot()
      spareNormal = v * factor
      return u * factor
    }
  }

  /// The next 64 random bits.
  package mutating func bits() -> UInt64 { generator.next() }
}
