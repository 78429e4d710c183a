internal import Synchronization

/// What the reading of one file took in another way than literally, and how much is known.
///
/// Blocks are read on any thread; what is counted are sums, so that it does not depend on them.
public final class ReadingTally: Sendable {
  /// What was counted.
  public struct Counts: Sendable {
    /// How many cases could be read.
    public package(set) var cases = 0
    /// How many rows held nothing but delimiters; they are no rows.
    public package(set) var emptyRows = 0
    /// How often each word, as it stands in the file, was taken as unknown in each finding; the
    /// place behind the last finding is that of the diagnosis.
    public package(set) var unknownWords: [String: [Int: Int]] = [:]
    /// How many cells of each finding were read in another spelling, with one of them.
    public package(set) var spellings: [Int: Spelling] = [:]
    /// In how many cases each finding is known; empty where it was not asked for.
    public package(set) var known: [Int] = []

    /// Whether anything was taken in another way than literally.
    public var isPlain: Bool { emptyRows == 0 && unknownWords.isEmpty && spellings.isEmpty }

    mutating func add(_ other: Counts) {
      cases += other.cases
      emptyRows += other.emptyRows
      for (word, places) in other.unknownWords {
        unknownWords[word, default: [:]].merge(places) { $0 + $1 }
      }
      for (place, spelling) in other.spellings {
        spellings[place] = spellings[place].map { $0.merged(with: spelling) } ?? spelling
      }
    }
  }

  /// Cells in another spelling than that of the model.
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

  /// Whether it is counted how much is known, which costs time.
  let countsKnown: Bool
  private let state: Mutex<Counts>

  init(findingCount: Int, countsKnown: Bool) {
    self.countsKnown = countsKnown
    var counts = Counts()
    if countsKnown { counts.known = [Int](repeating: 0, count: findingCount) }
    state = Mutex(counts)
  }

  /// What was counted so far.
  public var counts: Counts { state.withLock { $0 } }

  /// Adds what was found in a block.
  func add(_ counts: Counts, cases: CaseBatch) {
    guard countsKnown || !counts.isPlain else { return }
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
      for finding in known.indices { own.known[finding] += known[finding] }
    }
  }

  /// Takes a case out again that was read and then rejected, since its id stood before.
  package func leaveOut(_ index: Int, of cases: CaseBatch) {
    guard countsKnown else { return }
    state.withLock { own in
      own.cases -= 1
      for finding in own.known.indices where cases.state(of: finding, case: index) != nil {
        own.known[finding] -= 1
      }
    }
  }
}
