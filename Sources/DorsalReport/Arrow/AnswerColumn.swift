/// One column of answers, and which of its rows are null.
package struct AnswerColumn: Sendable {
  /// The values of a column; where a row is null, there is any value.
  package enum Values: Sendable {
    case texts(Texts)
    case floats([Float])
    case doubles([Double])
    case integers([Int32])
    /// Lists of texts: where each list ends, and the texts.
    case lists(ends: [Int32], Texts)
    /// Numbers of words, and the words, which are the same in every chunk.
    case words([Int16], Texts)
  }

  /// Texts one behind the other, and where each ends.
  package struct Texts: Sendable {
    package private(set) var bytes: [UInt8] = []
    package private(set) var ends: [Int32] = []
    /// Whether there are more bytes than an offset of four bytes reaches.
    package private(set) var isTooLong = false

    /// Some texts, or none.
    package init(_ texts: [String] = []) {
      for text in texts { append(text.utf8) }
    }

    package mutating func append(_ text: some Collection<UInt8>) {
      bytes.append(contentsOf: text)
      guard let end = Int32(exactly: bytes.count) else {
        isTooLong = true
        return
      }
      ends.append(end)
    }

    /// The texts of some numbers.
    func taken(_ numbers: [Int16]) -> Texts {
      var texts = Texts()
      for number in numbers.lazy.map(Int.init) {
        texts.append(bytes[(number == 0 ? 0 : Int(ends[number - 1]))..<Int(ends[number])])
      }
      return texts
    }

    fileprivate mutating func append(_ others: Texts) {
      guard Int32(exactly: bytes.count + others.bytes.count) != nil, !others.isTooLong else {
        isTooLong = true
        return
      }
      let start = Int32(bytes.count)
      bytes.append(contentsOf: others.bytes)
      ends.append(contentsOf: others.ends.map { start + $0 })
    }
  }

  package let name: String
  package private(set) var values: Values
  /// Whether each row is null; empty where none is.
  package var nulls: [Bool]

  /// A column; no row of it is null unless it is told.
  package init(name: String, values: Values, nulls: [Bool] = []) {
    (self.name, self.values, self.nulls) = (name, values, nulls)
  }

  /// How many rows there are.
  package var count: Int {
    switch values {
    case .texts(let texts): texts.ends.count
    case .floats(let numbers): numbers.count
    case .doubles(let numbers): numbers.count
    case .integers(let numbers): numbers.count
    case .lists(let ends, _): ends.count
    case .words(let numbers, _): numbers.count
    }
  }

  /// Whether there is more text than an Arrow array of this type can have.
  package var isTooLong: Bool {
    switch values {
    case .texts(let texts), .lists(_, let texts): texts.isTooLong
    case .floats, .doubles, .integers, .words: false
    }
  }

  /// Adds the rows of the same column of another chunk.
  package mutating func append(_ other: AnswerColumn) {
    if !nulls.isEmpty || !other.nulls.isEmpty {
      if nulls.isEmpty { nulls = [Bool](repeating: false, count: count) }
      nulls += other.nulls.isEmpty ? [Bool](repeating: false, count: other.count) : other.nulls
    }
    switch (values, other.values) {
    case (.texts(var own), .texts(let more)):
      values = .integers([])
      own.append(more)
      values = .texts(own)
    case (.floats(var own), .floats(let more)):
      values = .integers([])
      own += more
      values = .floats(own)
    case (.doubles(var own), .doubles(let more)):
      values = .integers([])
      own += more
      values = .doubles(own)
    case (.integers(var own), .integers(let more)):
      values = .integers([])
      own += more
      values = .integers(own)
    case (.lists(var ends, var own), .lists(let moreEnds, let more)):
      values = .integers([])
      let start = Int32(own.ends.count)
      ends += moreEnds.map { start + $0 }
      own.append(more)
      values = .lists(ends: ends, own)
    case (.words(var own, let texts), .words(let more, _)):
      values = .integers([])
      own += more
      values = .words(own, texts)
    default: break
    }
  }
}
