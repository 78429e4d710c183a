/// One column of answers, and which of its rows are null.
struct AnswerColumn {
  /// The values of a column; where a row is null, there is any value.
  enum Values {
    case texts(Texts)
    case floats([Float])
    case doubles([Double])
    case integers([Int32])
    /// Lists of texts: where each list ends, and the texts.
    case lists(ends: [Int32], Texts)
  }

  /// Texts one behind the other, and where each ends. A block of answers has far fewer bytes than
  /// an offset reaches.
  struct Texts {
    var bytes: [UInt8] = []
    var ends: [Int32] = []

    init() {}

    init(_ texts: [[UInt8]]) {
      for text in texts { append(text) }
    }

    mutating func append(_ text: some Collection<UInt8>) {
      bytes.append(contentsOf: text)
      ends.append(Int32(truncatingIfNeeded: bytes.count))
    }
  }

  let name: String
  let values: Values
  /// Whether each row is null; empty where none is.
  var nulls: [Bool] = []

  /// How many rows there are.
  var count: Int {
    switch values {
    case .texts(let texts): texts.ends.count
    case .floats(let numbers): numbers.count
    case .doubles(let numbers): numbers.count
    case .integers(let numbers): numbers.count
    case .lists(let ends, _): ends.count
    }
  }
}
