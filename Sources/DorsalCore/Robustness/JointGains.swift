internal import DorsalNumerics
internal import Synchronization

/// How far the unknown findings of a case that hang on each other can move one cause against
/// another: what `RivalTable` says of findings that hang on none.
///
/// Findings are in parts that do not touch each other: a group, or a parent with its children.
/// The gain of a part for causes c and k is the maximum over the completions x of its unknown
/// findings of what the part then adds to score(c) − score(k), less what it adds now. So the
/// gains of parts and of single findings add up, and one completion reaches them all.
///
/// - A group has few completions, which are gone through. One with more than `mostCompletions`
///   gets a bound: with w the weights of the factor's nodes, P(x | c) / P(x | k) is at most the
///   greatest ratio of a node's terms, and that at most the product over findings of the greatest
///   ratios of a state given the node.
/// - The children of a parent are chosen freely for each of its states.
final class JointGains: Sendable {
  /// A part: the terms of a group or of a parent, and all its findings.
  private struct Part {
    let terms: [JointStates.Term]
    let findings: [Int]
  }

  private struct Key: Hashable {
    let part: Int
    let codes: [Int]
  }

  /// Whether a finding is in a part.
  let isMember: [Bool]

  private let scorer: Scorer
  private let joint: JointStates
  private let parts: [Part]
  private let causes: Int
  private let found = Mutex<[Key: [Double]]>([:])

  /// Up to how many completions the gains of a group are exact.
  static let mostCompletions = 4096
  /// How many gains are kept, of causes × causes numbers each.
  private static let mostKept = 256

  /// - Returns: Nothing where no findings hang on each other.
  init?(scorer: Scorer) {
    guard let joint = scorer.model.jointStates else { return nil }
    let parents = joint.terms.filter(\.isParent)
    let stars = Dictionary(grouping: parents) { $0.findings[0] }
    parts =
      joint.terms.filter { !$0.isParent }.map { Part(terms: [$0], findings: $0.findings) }
      + stars.sorted { $0.key < $1.key }.map { parent, terms in
        Part(terms: terms, findings: [parent] + terms.map { $0.findings[1] })
      }
    var isMember = [Bool](repeating: false, count: scorer.model.findings.count)
    for part in parts { for finding in part.findings { isMember[finding] = true } }
    (self.scorer, self.joint, self.isMember) = (scorer, joint, isMember)
    causes = scorer.model.causes.count
  }

  /// Adds the gains of all parts of a case: `gains[c * causes + k]`.
  ///
  /// - Parameters:
  ///   - codes: The codes of all its findings.
  ///   - gains: Those of findings that are in no part.
  func add(of codes: [Int], to gains: inout [Double]) {
    for (index, part) in parts.enumerated() where part.findings.contains(where: { codes[$0] == 0 })
    {
      let key = Key(part: index, codes: part.findings.map { codes[$0] })
      let own = found.withLock { $0[key] } ?? gainsOf(part, codes)
      found.withLock { if $0.count < Self.mostKept { $0[key] = own } }
      for place in own.indices { gains[place] += own[place] }
    }
  }

  private func gainsOf(_ part: Part, _ codes: [Int]) -> [Double] {
    let term = part.terms[0]
    if term.isParent { return gains(ofStar: part, codes) }
    let unknown = term.findings.filter { codes[$0] == 0 }
    var completions = 1
    for finding in unknown {
      completions *= scorer.model.findings[finding].states.count
      if completions > Self.mostCompletions { return bound(ofGroup: term, codes) }
    }
    var gains = [Double](repeating: -.infinity, count: causes * causes)
    let now = joint.row(of: term) { codes[$0] }.map(scorer.jointEvidence(ofRow:)) ?? zeros
    func visit(_ open: ArraySlice<Int>, _ codes: [Int], _ added: [Double]) {
      guard let finding = open.first else {
        let then = joint.row(of: term) { codes[$0] }.map(scorer.jointEvidence(ofRow:)) ?? zeros
        raise(&gains, to: (0..<causes).map { added[$0] + then[$0] - now[$0] })
        return
      }
      for state in scorer.model.findings[finding].states.indices {
        var next = codes
        next[finding] = state + 1
        visit(open.dropFirst(), next, sum(added, own(finding, state)))
      }
    }
    visit(unknown[...], codes, zeros)
    return gains
  }

  private func gains(ofStar part: Part, _ codes: [Int]) -> [Double] {
    let parent = part.findings[0]
    let states = scorer.model.findings[parent].states.indices
    let isKnown = codes[parent] != 0
    var gains = [Double](repeating: -.infinity, count: causes * causes)
    for state in isKnown ? codes[parent] - 1..<codes[parent] : states {
      var added = isKnown ? zeros : own(parent, state)
      var free = [Double](repeating: 0, count: causes * causes)
      for term in part.terms {
        let child = term.findings[1]
        guard codes[child] == 0 else {
          if !isKnown {
            added = sum(
              added, scorer.jointEvidence(ofRow: term.row(ofCodes: [state + 1, codes[child]])))
          }
          continue
        }
        var greatest = [Double](repeating: -.infinity, count: causes * causes)
        for own in scorer.model.findings[child].states.indices {
          raise(
            &greatest,
            to: sum(
              self.own(child, own),
              scorer.jointEvidence(ofRow: term.row(ofCodes: [state + 1, own + 1]))))
        }
        for place in free.indices { free[place] += greatest[place] }
      }
      for c in 0..<causes {
        for k in 0..<causes {
          let place = c * causes + k
          gains[place] = max(gains[place], added[c] - added[k] + free[place])
        }
      }
    }
    return gains
  }

  /// Gains that no completion of a group exceeds.
  private func bound(ofGroup term: JointStates.Term, _ codes: [Int]) -> [Double] {
    let nodes = FactorLikelihoods.nodeCount
    let columns = causes + 1
    var gains = [Double](repeating: -.infinity, count: causes * causes)
    for node in 0..<nodes {
      var own = [Double](repeating: 0, count: causes * causes)
      for (member, finding) in term.findings.enumerated() {
        let values = joint.likelihoods(ofMember: member, of: term).values
        var greatest = [Double](repeating: -.infinity, count: causes * causes)
        let states = scorer.model.findings[finding].states.indices
        let code = codes[finding]
        for state in code == 0 ? states : code - 1..<code {
          let first = (state * nodes + node) * columns
          raise(&greatest, to: (0..<causes).map { Elementary.log(values[first + $0]) })
        }
        for place in own.indices { own[place] += greatest[place] }
      }
      for place in gains.indices { gains[place] = max(gains[place], own[place]) }
    }
    var now = joint.row(of: term) { codes[$0] }.map(scorer.jointEvidence(ofRow:)) ?? zeros
    for finding in term.findings where codes[finding] != 0 {
      now = sum(now, own(finding, codes[finding] - 1))
    }
    // Rounding to the unit, at the most of every term now and then.
    let rounding = Double(2 * term.findings.count + 2) * scorer.evidence.unit
    for c in 0..<causes {
      for k in 0..<causes {
        let place = c * causes + k
        // What is said of a cause has a limit, which can only bring two of them together.
        gains[place] = max(gains[place], 0) - (now[c] - now[k]) + rounding
      }
    }
    return gains
  }

  private var zeros: [Double] { [Double](repeating: 0, count: causes) }

  /// The evidence of a single state.
  private func own(_ finding: Int, _ state: Int) -> [Double] {
    let first = (scorer.model.likelihoodTable.firstStateRow[finding] + state) * causes
    return Array(scorer.evidence.values[first..<first + causes])
  }

  private func sum(_ left: [Double], _ right: [Double]) -> [Double] {
    (0..<causes).map { left[$0] + right[$0] }
  }

  /// Raises every pair to the difference of its numbers, where that is greater.
  private func raise(_ gains: inout [Double], to numbers: [Double]) {
    let (numbers, causes) = (numbers.span, causes)
    var gains = gains.mutableSpan
    for c in 0..<causes {
      for k in 0..<causes {
        let place = c * causes + k
        gains[place] = max(gains[place], numbers[c] - numbers[k])
      }
    }
  }
}
