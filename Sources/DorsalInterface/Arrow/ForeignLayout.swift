import DorsalCore

/// How the values of a column lie in memory, as far as cases may use it.
struct ForeignLayout: Hashable, Sendable {
  /// The type of what stands in the column's own buffers.
  let type: ArrowType
  /// The type of the words that stand once, where the column holds their numbers.
  var words: ArrowType?
}

extension ArrowType {
  /// The type that a format string means, or nothing for one that cases cannot use.
  ///
  /// Source: the format strings of the Arrow C data interface,
  /// https://arrow.apache.org/docs/format/CDataInterface.html#format-strings
  init?(format: String) {
    switch format {
    case "u": self = .text(width: 4)
    case "U": self = .text(width: 8)
    case "vu": self = .textView
    case "b": self = .boolean
    case "c": self = .integer(width: 1, isSigned: true)
    case "C": self = .integer(width: 1, isSigned: false)
    case "s": self = .integer(width: 2, isSigned: true)
    case "S": self = .integer(width: 2, isSigned: false)
    case "i": self = .integer(width: 4, isSigned: true)
    case "I": self = .integer(width: 4, isSigned: false)
    case "l": self = .integer(width: 8, isSigned: true)
    case "L": self = .integer(width: 8, isSigned: false)
    case "e": self = .float(width: 2)
    case "f": self = .float(width: 4)
    case "g": self = .float(width: 8)
    case "n": self = .null
    default:
      guard format.hasPrefix("d:") else { return nil }
      let numbers = format.dropFirst(2).split(separator: ",", omittingEmptySubsequences: false)
        .map { Int($0) }
      // Decimals of other widths name the width as a third number.
      guard numbers.count == 2 || (numbers.count == 3 && numbers[2] == 128),
        let scale = numbers[1], (-400...400).contains(scale)
      else { return nil }
      self = .decimal(scale: scale)
    }
  }

  /// How many buffers an array of it has; at least so many where texts are elsewhere.
  var foreignBuffers: ClosedRange<Int64> {
    switch self {
    case .other: 0...0
    // Some hand over one for what is valid, which says nothing.
    case .null: 0...1
    case .text: 3...3
    // A view has 31 bits for the buffer that it is in.
    case .textView: 3...1 << 31
    case .boolean, .integer, .float, .decimal: 2...2
    }
  }
}
