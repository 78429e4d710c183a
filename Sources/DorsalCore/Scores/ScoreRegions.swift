/// What scores tell apart: the findings of a model and the inputs, with numbers cut where the model
/// or any score cuts them.
///
/// A region is a state, or a stretch of numbers within which every condition of every score says the
/// same. Codes are 0 for unknown, then the regions from 1 on, and behind them the states of the
/// model that hold several regions: where only such a state is known, several regions are possible.
struct ScoreRegions: Sendable {
  /// The findings of the model, then the inputs; places are indices here.
  let findings: [Finding]
  /// How many of them are findings of the model.
  let modelFindingCount: Int
  /// The regions that each code leaves possible, one bit each: `masks[place][code]`. Empty for a
  /// finding with more regions than `ScoreLimits.regions`.
  let masks: [[UInt64]]

  init(findings: [Finding], inputs: [Finding], scores: [ClinicalScore]) {
    var cuts = [Set<Double>](repeating: [], count: findings.count + inputs.count)
    for score in scores {
      for condition in score.items.flatMap(\.options).flatMap(\.conditions) {
        let place: Int
        switch condition.subject {
        case .finding(let index): place = index
        case .input(let index): place = findings.count + index
        case .score: continue
        }
        for span in condition.spans { cuts[place].formUnion([span.lower, span.upper]) }
      }
    }
    modelFindingCount = findings.count
    self.findings = zip(findings + inputs, cuts).map(Self.cut)
    masks = self.findings.map(Self.masks)
  }

  /// A number with all its cuts.
  private static func cut(_ finding: Finding, _ cuts: Set<Double>) -> Finding {
    guard finding.kind == .number else { return finding }
    let own = Set(finding.edges)
    let edges = own.union(
      cuts.filter { cut in
        cut.isFinite && finding.range.map { cut > $0.lowerBound && cut <= $0.upperBound } ?? true
      }
    ).sorted()
    var names: [String] = []
    var wider: [(name: String, codes: ClosedRange<UInt8>)] = []
    var first = 0
    for (state, name) in (finding.states.isEmpty ? ["any"] : finding.states).enumerated() {
      // The regions of a state of the model: those below its upper edge.
      let end =
        state < finding.edges.count
        ? edges.count { $0 < finding.edges[state] } + 1 : edges.count + 1
      if end == first + 1 {
        names.append(name)
      } else {
        names += (first..<end).map { Self.name(of: $0, edges) }
        if !finding.states.isEmpty, end < ModelLimits.states {
          wider.append((name, UInt8(first + 1)...UInt8(end)))
        }
      }
      first = end
    }
    return Finding(
      id: finding.id, section: finding.section, kind: .number, unit: finding.unit,
      states: names + wider.map(\.name), edges: edges, range: finding.range,
      weight: finding.weight, group: finding.group, question: finding.question,
      burden: finding.burden, wider: wider.map(\.codes))
  }

  private static func name(of region: Int, _ edges: [Double]) -> String {
    let lower = region == 0 ? "" : "from_" + NumberText.plain(edges[region - 1])
    let upper = region == edges.count ? "" : "below_" + NumberText.plain(edges[region])
    return lower.isEmpty || upper.isEmpty ? lower + upper : lower + "_" + upper
  }

  private static func masks(of finding: Finding) -> [UInt64] {
    let regions = finding.kind == .number ? finding.edges.count + 1 : finding.states.count
    guard regions <= ScoreLimits.regions else { return [] }
    return [(1 << UInt64(regions)) - 1] + (0..<regions).map { 1 << UInt64($0) }
      + finding.wider.map { codes in
        codes.reduce(0) { $0 | 1 << UInt64($1 - 1) }
      }
  }

  /// How many regions a finding has.
  func count(of place: Int) -> Int {
    let finding = findings[place]
    return finding.kind == .number ? finding.edges.count + 1 : finding.states.count
  }

  /// The place of what a condition looks at: of scores behind all findings and inputs.
  func place(of subject: ClinicalScore.Subject) -> Int {
    switch subject {
    case .finding(let index): index
    case .input(let index): modelFindingCount + index
    case .score(let index): findings.count + index
    }
  }

  /// The regions, or bands, that satisfy a condition.
  func mask(of condition: ClinicalScore.Condition) -> UInt64 {
    guard !condition.spans.isEmpty else {
      return condition.states.reduce(0) { $0 | 1 << UInt64($1) }
    }
    let finding = findings[place(of: condition.subject)]
    var mask: UInt64 = 0
    for region in 0...finding.edges.count {
      // A region's lower end is in it, and stands for all of it.
      let number =
        region == 0
        ? finding.range?.lowerBound ?? -.greatestFiniteMagnitude
        : finding.edges[region - 1]
      if condition.spans.contains(where: { $0.contains(number) }) { mask |= 1 << UInt64(region) }
    }
    return mask
  }
}
