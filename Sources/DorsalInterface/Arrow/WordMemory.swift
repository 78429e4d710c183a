/// The codes of the last few words of a column: most columns have few words, and a word that was
/// read before costs a comparison instead of a search.
struct WordMemory {
  /// A text of up to 16 bytes as two numbers.
  struct Word: Equatable {
    let low: UInt64
    let high: UInt64
    let count: Int

    /// Nothing for a longer text.
    init?(_ bytes: UnsafeRawBufferPointer) {
      guard bytes.count <= 16 else { return nil }
      var (low, high): (UInt64, UInt64) = (0, 0)
      for place in 0..<min(bytes.count, 8) {
        low |= UInt64(bytes[place]) << UInt64(8 * place)
      }
      for place in 8..<max(bytes.count, 8) {
        high |= UInt64(bytes[place]) << UInt64(8 * (place - 8))
      }
      self.low = low
      self.high = high
      self.count = bytes.count
    }

    /// A cell that is no text: its bits, and a count that no text has.
    init(bits: UInt64, kind: Int) {
      (low, high, count) = (bits, 0, -kind)
    }

    var place: Int {
      Int(truncatingIfNeeded: ((low ^ high &* 31) &* 0x9E37_79B9_7F4A_7C15) >> 58)
    }
  }

  private var words = [Word?](repeating: nil, count: 64)
  private var codes = [UInt8](repeating: 0, count: 64)

  /// The code of a word that is remembered.
  func code(of word: Word) -> UInt8? {
    words[word.place] == word ? codes[word.place] : nil
  }

  /// Remembers a word in the place of another one.
  mutating func keep(_ code: UInt8, of word: Word) {
    words[word.place] = word
    codes[word.place] = code
  }
}

/// What came of the words of a dictionary, by their place in it. A dictionary may have more words
/// than there are rows, or say so: what is set aside does not grow with it.
struct WordTable<Value> {
  private static var nearCount: Int { 4096 }
  private var near: [Value?]
  private var far: [Int: Value] = [:]

  /// Nothing yet, of so many words.
  init(count: Int) {
    near = [Value?](repeating: nil, count: min(count, Self.nearCount))
  }

  subscript(place: Int) -> Value? {
    get { place < near.count ? near[place] : far[place] }
    set {
      if place < near.count { near[place] = newValue } else { far[place] = newValue }
    }
  }
}
