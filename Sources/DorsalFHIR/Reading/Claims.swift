import DorsalCore
import DorsalReport

/// What a resource says of a finding.
struct Claim {
  let finding: Int
  /// The code of the state.
  let code: UInt8
  /// The number that it was made of, in the unit of the finding; nothing where that is not known.
  let number: Double?
  /// When it was so; nothing for now.
  let time: FHIRDate?
  /// Whether it stays so: what has been cannot be undone by a later record.
  let isLasting: Bool
  let element: FHIRElement
  /// The place of the resource in the list of records.
  let record: Int
}

/// What resources say of the findings of a case, put together.
struct Claims {
  private var all: [Int: [Claim]] = [:]

  mutating func add(_ claim: Claim) { all[claim.finding, default: []].append(claim) }

  /// Whether a finding has been said anything of.
  func holds(_ finding: Int) -> Bool { all[finding] != nil }

  /// The claim that counts for each finding, and the records that say the same.
  ///
  /// Of several that disagree the last one counts. Those of the same time, and those about what
  /// lasts, contradict each other.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - issues: Gets what was overtaken.
  ///   - faults: Gets the contradictions.
  func settled(
    model: Model, issues: inout IssueList, faults: inout [FHIRIssue]
  ) -> [(claim: Claim, records: Set<Int>)] {
    var settled: [(claim: Claim, records: Set<Int>)] = []
    for (finding, claims) in all.sorted(by: { $0.key < $1.key }) {
      let last = lastOnes(of: claims)
      guard let best = last.first else { continue }
      let rival =
        last.first { $0.code != best.code }
        ?? claims.first { $0.code != best.code && ($0.isLasting || best.isLasting) }
      if let rival {
        faults.append(conflict(of: best, and: rival, model.findings[finding]))
        continue
      }
      for claim in claims where claim.code != best.code {
        issues.add(
          claim.element, .information, "informational",
          "\(model.findings[finding].id): overtaken by a later record")
      }
      settled.append((best, Set(claims.filter { $0.code == best.code }.map(\.record))))
    }
    return settled
  }

  /// The claims than which none is later, in any order of the records the same.
  ///
  /// A claim is overtaken by one whose first day is behind its last, and at the same day by a later
  /// time. What has no time is of now.
  private func lastOnes(of claims: [Claim]) -> [Claim] {
    let undated = claims.filter { $0.time == nil }
    if !undated.isEmpty { return undated }
    guard let latest = claims.lazy.compactMap({ $0.time?.first }).max() else { return [] }
    let instant = claims.lazy.compactMap { claim in
      claim.time?.first == latest ? claim.time?.instant : nil
    }.max()
    return claims.filter { claim in
      guard let time = claim.time, time.last >= latest else { return false }
      guard time.first == latest, let own = time.instant, let instant else { return true }
      return own >= instant
    }
  }

  private func conflict(of claim: Claim, and other: Claim, _ finding: Finding) -> FHIRIssue {
    func word(_ claim: Claim) -> String {
      let state = Int(claim.code) - 1
      return finding.states.indices.contains(state) ? finding.states[state] : "of several states"
    }
    let place = claim.element.text.expression(of: claim.element.node)
    return other.element.fault(
      "\(finding.id) is \(word(other)) here and \(word(claim)) at \(place); expected resources "
        + "that agree", code: "conflict")
  }
}
