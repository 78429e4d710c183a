internal import CKernels
internal import FoundationEssentials

/// Which instructions the inner loops use. Answers are the same at every level, bit for bit.
public enum CPULevel: Int, Sendable, CaseIterable, Comparable {
  /// Every processor.
  case baseline = 0
  /// x86-64-v3: AVX2.
  case v3 = 3
  /// x86-64-v4: AVX-512.
  case v4 = 4

  /// Whether a level has fewer instructions than another.
  public static func < (left: CPULevel, right: CPULevel) -> Bool {
    left.rawValue < right.rawValue
  }

  /// The widest level of this processor; lower where the environment variable
  /// `DORSAL_CPU_LEVEL` says `baseline` or `v3`.
  public static let best: CPULevel = {
    let own = CPULevel(rawValue: Int(ck_best_level())) ?? .baseline
    let asked = ProcessInfo.processInfo.environment["DORSAL_CPU_LEVEL"]
    return min(own, allCases.first { "\($0)" == asked } ?? own)
  }()

  /// The levels that this processor can run.
  package static var available: [CPULevel] { allCases.filter { $0 <= best } }
}
