/// What the decoder of one block takes in another way than literally. A row counts once it is
/// known to be a case.
struct BlockTally {
  /// How many rows held nothing but delimiters.
  var emptyRows = 0
  /// The words as they stand; there are few.
  private var words: [[UInt8]] = []
  /// How often each word stands for each place.
  private var wordCounts: [[Int]] = []
  /// How often each finding is taken in each other way.
  private var cells: [ReadingTally.Kind: [Int: ReadingTally.Spelling]] = [:]

  // Of the record in hand.
  private var pendingWords: [(word: Int, place: Int)] = []
  private var pendingCells:
    [(kind: ReadingTally.Kind, finding: Int, spelling: ReadingTally.Spelling)] = []

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
      wordCounts.append([])
    }
    pendingWords.append((index, place))
  }

  /// Counts a word of a case that is read already.
  mutating func count(_ word: [UInt8], place: Int) {
    noteWord(word.span, 0..<word.count, place: place)
    commit()
  }

  /// Notes a cell that is taken in another way than literally.
  mutating func noteCell(
    _ kind: ReadingTally.Kind, _ bytes: Span<UInt8>, _ range: Range<Int>, finding: Int, line: Int
  ) {
    // Only the first one is shown.
    let isFirst = cells[kind]?[finding] == nil
    let example = isFirst ? TextEncoding.printable(bytes, range: range) : ""
    pendingCells.append(
      (kind, finding, ReadingTally.Spelling(count: 1, example: example, line: line)))
  }

  /// Forgets what was noted of a record.
  mutating func drop() {
    pendingWords.removeAll(keepingCapacity: true)
    pendingCells.removeAll(keepingCapacity: true)
  }

  /// Counts what was noted of a record.
  mutating func commit() {
    for (word, place) in pendingWords {
      while wordCounts[word].count <= place { wordCounts[word].append(0) }
      wordCounts[word][place] += 1
    }
    for (kind, finding, spelling) in pendingCells {
      cells[kind, default: [:]].merge([finding: spelling]) { $0.merged(with: $1) }
    }
    drop()
  }

  /// All that was counted.
  var counts: ReadingTally.Counts {
    var counts = ReadingTally.Counts()
    counts.emptyRows = emptyRows
    for (word, places) in zip(words, wordCounts) where !places.isEmpty {
      let text = TextEncoding.printable(word.span, range: 0..<word.count)
      for (place, count) in places.enumerated() where count > 0 {
        counts.unknownWords[text, default: [:]][place, default: 0] += count
      }
    }
    counts.cells = cells
    return counts
  }
}
