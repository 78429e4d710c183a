/// What the decoder of one block takes in another way than literally. A row counts once it is
/// known to be a case.
struct BlockTally {
  /// How many rows held nothing but delimiters.
  var emptyRows = 0
  /// The words as they stand; there are few.
  private var words: [[UInt8]] = []
  /// How often each word stands for each place, and how often each finding is spelled otherwise.
  private var wordCounts: [[Int: Int]] = []
  private var spellings: [Int: ReadingTally.Spelling] = [:]

  // Of the record in hand.
  private var pendingWords: [(word: Int, place: Int)] = []
  private var pendingSpellings: [(finding: Int, spelling: ReadingTally.Spelling)] = []

  /// Notes a word that was taken as unknown.
  ///
  /// - Parameter place: The finding, or the place behind the last one for the diagnosis.
  mutating func noteWord(_ bytes: Span<UInt8>, _ range: Range<Int>, place: Int) {
    var index = 0
    search: while index < words.count {
      if words[index].count == range.count {
        var offset = 0
        while offset < range.count, bytes[range.lowerBound + offset] == words[index][offset] {
          offset += 1
        }
        if offset == range.count { break search }
      }
      index += 1
    }
    if index == words.count {
      words.append(range.map { bytes[$0] })
      wordCounts.append([:])
    }
    pendingWords.append((index, place))
  }

  /// Counts a word of a case that is read already.
  mutating func count(_ word: [UInt8], place: Int) {
    noteWord(word.span, 0..<word.count, place: place)
    commit()
  }

  /// Notes a cell in another spelling.
  mutating func noteSpelling(_ bytes: Span<UInt8>, _ range: Range<Int>, finding: Int, line: Int) {
    // Only the first one is shown.
    let example = spellings[finding] == nil ? TextEncoding.printable(bytes, range: range) : ""
    pendingSpellings.append(
      (finding, ReadingTally.Spelling(count: 1, example: example, line: line)))
  }

  /// Forgets what was noted of a record.
  mutating func drop() {
    pendingWords.removeAll(keepingCapacity: true)
    pendingSpellings.removeAll(keepingCapacity: true)
  }

  /// Counts what was noted of a record.
  mutating func commit() {
    for (word, place) in pendingWords { wordCounts[word][place, default: 0] += 1 }
    for (finding, spelling) in pendingSpellings {
      spellings[finding] = spellings[finding]?.merged(with: spelling) ?? spelling
    }
    drop()
  }

  /// All that was counted.
  var counts: ReadingTally.Counts {
    var counts = ReadingTally.Counts()
    counts.emptyRows = emptyRows
    for (word, places) in zip(words, wordCounts) where !places.isEmpty {
      let text = TextEncoding.printable(word.span, range: 0..<word.count)
      counts.unknownWords[text, default: [:]].merge(places) { $0 + $1 }
    }
    counts.spellings = spellings
    return counts
  }
}
