package import DorsalCore

/// Of any number of cases with one diagnosis so many that a fit can go over them again and again.
/// Which ones are taken hangs on their ids alone; all cases with one id are in, or none.
package struct CaseSample: Sendable {
  /// The most cases that are kept.
  package static let mostCases = 20_000

  /// The cases.
  package private(set) var cases: CaseBatch
  /// One id in 2^level is kept.
  private var level = 0

  /// No cases yet.
  package init(model: Model) { cases = CaseBatch(model: model) }

  /// Adds those cases of a batch that are in.
  package mutating func add(_ batch: CaseBatch) {
    for index in 0..<batch.count
    where batch.diagnosis(of: index).count == 1 && Self.isIn(index, of: batch, level: level) {
      cases.append(case: index, of: batch)
    }
    while cases.count > Self.mostCases, level < 64 {
      level += 1
      cases = Self.part(of: cases, level: level)
    }
  }

  /// The same, or of more cases than a number fewer.
  package func atMost(_ count: Int) -> CaseBatch {
    var (result, level) = (cases, level)
    while result.count > count, level < 64 {
      level += 1
      result = Self.part(of: result, level: level)
    }
    return result
  }

  private static func part(of cases: CaseBatch, level: Int) -> CaseBatch {
    var kept = CaseBatch(like: cases)
    for index in 0..<cases.count where isIn(index, of: cases, level: level) {
      kept.append(case: index, of: cases)
    }
    return kept
  }

  private static func isIn(_ index: Int, of batch: CaseBatch, level: Int) -> Bool {
    guard level > 0 else { return true }
    let bits = CaseHash.bits(
      CaseHash.bits(of: batch.idBytes(of: index)), seed: 0, purpose: .setApart)
    return bits >> UInt64(64 - min(level, 63)) == 0
  }
}
