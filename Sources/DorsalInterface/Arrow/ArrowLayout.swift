/// How the values of an Arrow column lie in memory, as far as cases may use it.
///
/// Source: the format strings of the Arrow C data interface,
/// https://arrow.apache.org/docs/format/CDataInterface.html#format-strings
indirect enum ArrowLayout: Hashable, Sendable {
  /// Texts behind offsets of 4 bytes, or of 8.
  case text(wideOffsets: Bool)
  /// Texts of up to 12 bytes in place, longer ones elsewhere.
  case textView
  /// A bit a value.
  case boolean
  /// Whole numbers of 1, 2, 4 or 8 bytes.
  case integer(bytes: Int, isSigned: Bool)
  /// Floats of 2, 4 or 8 bytes.
  case float(bytes: Int)
  /// Whole numbers of 16 bytes over a power of ten.
  case decimal(scale: Int)
  /// No values at all.
  case null
  /// Numbers of values that stand once.
  case dictionary(indexBytes: Int, isSigned: Bool, values: ArrowLayout)

  /// The layout that a format string means, or nothing for one that cases cannot use.
  init?(format: String) {
    switch format {
    case "u": self = .text(wideOffsets: false)
    case "U": self = .text(wideOffsets: true)
    case "vu": self = .textView
    case "b": self = .boolean
    case "c": self = .integer(bytes: 1, isSigned: true)
    case "C": self = .integer(bytes: 1, isSigned: false)
    case "s": self = .integer(bytes: 2, isSigned: true)
    case "S": self = .integer(bytes: 2, isSigned: false)
    case "i": self = .integer(bytes: 4, isSigned: true)
    case "I": self = .integer(bytes: 4, isSigned: false)
    case "l": self = .integer(bytes: 8, isSigned: true)
    case "L": self = .integer(bytes: 8, isSigned: false)
    case "e": self = .float(bytes: 2)
    case "f": self = .float(bytes: 4)
    case "g": self = .float(bytes: 8)
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
  var bufferCount: ClosedRange<Int64> {
    switch self {
    case .null: 0...0
    case .text: 3...3
    // A view has 31 bits for the buffer that it is in.
    case .textView: 3...1 << 31
    case .boolean, .integer, .float, .decimal, .dictionary: 2...2
    }
  }
}
