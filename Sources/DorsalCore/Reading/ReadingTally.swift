internal import Synchronization

/// What the reading of one file took in another way than literally, and how much is known.
///
/// Blocks are read on any thread; what is counted are sums, so that it does not depend on them.
public final class ReadingTally: Sendable {
  /// A way in which a cell of a finding is taken otherwise than literally.
  public enum Kind: Sendable, Hashable, CaseIterable {
    /// A state or number in another spelling.
    case spelling
    /// A bound such as `<5` that proves a state.
    case bound
    /// A bound that proves none: the finding is unknown.
    case emptyBound
    /// A value that the finding cannot take, taken as unknown since that was asked for.
    case badValue
  }

  /// What was counted.
  public struct Counts: Sendable {
    /// How many cases could be read.
    public package(set) var cases = 0
    /// How many rows held nothing but delimiters; they are no rows.
    public package(set) var emptyRows = 0
    /// How often each word, as it stands in the file, was taken as unknown in each finding; the
    /// place behind the last finding is that of the diagnosis.
    public package(set) var unknownWords: [String: [Int: Int]] = [:]
    /// How many cells of each finding were taken in which other way, with one of them.
    public package(set) var cells: [Kind: [Int: Spelling]] = [:]
    /// How often each rule of the model's plausibility holds, with the first case.
    public package(set) var implausible: [Int: Implausible] = [:]
    /// In how many cases each finding is known; empty where it was not asked for.
    public package(set) var known: [Int] = []

    /// Whether anything was taken in another way than literally.
    public var isPlain: Bool { emptyRows == 0 && unknownWords.isEmpty && cells.isEmpty }

    mutating func add(_ other: Counts) {
      cases += other.cases
      emptyRows += other.emptyRows
      for (word, places) in other.unknownWords {
        unknownWords[word, default: [:]].merge(places) { $0 + $1 }
      }
      for (kind, places) in other.cells {
        cells[kind, default: [:]].merge(places) { $0.merged(with: $1) }
      }
    }
  }

  /// Cells that are taken in another way than literally.
  public struct Spelling: Sendable {
    /// How many there are.
    public package(set) var count: Int
    /// The first of them, and its line.
    public package(set) var example: String
    package var line: Int

    func merged(with other: Spelling) -> Spelling {
      let first = line <= other.line ? self : other
      return Spelling(count: count + other.count, example: first.example, line: first.line)
    }
  }

  /// Cases that a rule of plausibility holds for.
  public struct Implausible: Sendable {
    /// How many there are.
    public package(set) var count: Int
    /// The line of the first of them.
    public package(set) var line: Int

    func merged(with other: Implausible) -> Implausible {
      Implausible(count: count + other.count, line: min(line, other.line))
    }
  }

  /// Whether it is counted how much is known, which costs time.
  let countsKnown: Bool
  private let check: PlausibilityCheck
  private let state: Mutex<Counts>

  init(findingCount: Int, countsKnown: Bool, check: PlausibilityCheck) {
    self.countsKnown = countsKnown
    self.check = check
    var counts = Counts()
    if countsKnown { counts.known = [Int](repeating: 0, count: findingCount) }
    state = Mutex(counts)
  }

  /// What was counted so far.
  public var counts: Counts { state.withLock { $0 } }

  /// Adds what was found in a block.
  func add(_ counts: Counts, cases: CaseBatch) {
    let implausible = implausible(in: cases)
    guard countsKnown || !counts.isPlain || !implausible.isEmpty else { return }
    var known = [Int](repeating: 0, count: countsKnown ? cases.findingCount : 0)
    if countsKnown {
      for start in stride(from: 0, to: cases.codes.count, by: max(cases.findingCount, 1)) {
        for finding in known.indices where cases.codes[start + finding] != CaseBatch.unknown {
          known[finding] += 1
        }
      }
    }
    state.withLock { own in
      own.add(counts)
      own.cases += cases.count
      own.implausible.merge(implausible) { $0.merged(with: $1) }
      for finding in known.indices { own.known[finding] += known[finding] }
    }
  }

  /// What rules hold in the cases.
  private func implausible(in cases: CaseBatch) -> [Int: Implausible] {
    guard !check.isEmpty else { return [:] }
    var found: [Int: Implausible] = [:]
    check.eachRule(
      of: cases.codes.span, cases: 0..<cases.count, stride: cases.findingCount
    ) { rule, index in
      let one = Implausible(count: 1, line: cases.lines[index])
      found[rule] = found[rule]?.merged(with: one) ?? one
    }
    return found
  }

  /// Takes a case out again that was read and then rejected, since its id stood before.
  package func leaveOut(_ index: Int, of cases: CaseBatch) {
    var broken: [Int] = []
    check.eachRule(
      of: cases.codes.span, cases: index..<index + 1, stride: cases.findingCount
    ) { rule, _ in broken.append(rule) }
    guard countsKnown || !broken.isEmpty else { return }
    state.withLock { own in
      for rule in broken { own.implausible[rule]?.count -= 1 }
      guard countsKnown else { return }
      own.cases -= 1
      for finding in own.known.indices where cases.state(of: finding, case: index) != nil {
        own.known[finding] -= 1
      }
    }
  }
}
