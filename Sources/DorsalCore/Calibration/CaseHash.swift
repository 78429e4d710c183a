internal import DorsalNumerics

/// Numbers that hang on a case's id and a seed alone: the same wherever the case stands in
/// a file, whichever cases stand beside it, and on any thread.
package enum CaseHash {
  /// 64 bits of an id (FNV-1a).
  package static func bits(of id: some Sequence<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in id { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    return hash
  }

  /// 64 bits for one purpose, of the bits of an id.
  ///
  /// - Parameters:
  ///   - bits: The bits of the id.
  ///   - seed: The seed of the run.
  ///   - purpose: What they are for, so that folds say nothing of draws.
  package static func bits(_ bits: UInt64, seed: UInt64, purpose: Purpose) -> UInt64 {
    var generator = SplitMix64(seed: seed &* 4 &+ purpose.rawValue)
    var mixed = SplitMix64(seed: bits ^ generator.next())
    return mixed.next()
  }

  /// What numbers are drawn for.
  package enum Purpose: UInt64 {
    case fold, setApart, predictionSet, quantile
  }

  /// The fold that an id falls in, of `count` folds.
  package static func fold(_ bits: UInt64, of count: Int) -> Int {
    Int(bits.multipliedFullWidth(by: UInt64(count)).high)
  }

  /// A number between 0 and 1 and neither of them, by the bits of an id.
  package static func uniform(_ bits: UInt64) -> Double {
    (Double(bits >> 11) + 0.5) / 9_007_199_254_740_992  // 2^53
  }
}
