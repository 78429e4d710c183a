internal import DorsalNumerics

/// Reads values of columns as states of a finding, as far as it needs no words for what is wrong
/// with them. A value means what its text would mean in a cell of CSV.
package struct StateReader: Sendable {
  /// The code of a value that is no state, or not in a form that is taken here.
  package static let odd: UInt16 = 0xFFFF

  private let decoder: FindingDecoder
  private let forms: CellForms?
  /// Whether other spellings, bounds and words for unknown are taken. Whoever counts them reads
  /// them one by one.
  private let takesForms: Bool
  /// Whether a number is a number, and never a word for unknown.
  private let hasPlainNumbers: Bool

  /// A reader of a finding.
  ///
  /// - Parameters:
  ///   - finding: Its place in the model.
  ///   - columns: How the columns of the file or table are read.
  ///   - takesForms: Whether all forms of cells are taken, or a state's own alone.
  package init(_ finding: Int, of columns: CaseColumns, takesForms: Bool) {
    decoder = columns.decoders[finding]
    forms = columns.forms
    self.takesForms = takesForms
    hasPlainNumbers = columns.hasPlainForms
  }

  /// The code of a text, or 0 of an empty one.
  func code(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt16 {
    if range.isEmpty { return UInt16(CaseBatch.unknown) }
    do throws(DorsalError) {
      guard let forms else { return UInt16(try decoder.code(of: bytes, range: range)) }
      switch try decoder.read(bytes, range: range, forms: forms) {
      case .literal(let code): return UInt16(code)
      case .spelled(let code) where takesForms: return UInt16(code)
      case .bounded(let code) where takesForms: return UInt16(code ?? CaseBatch.unknown)
      case .unknown where takesForms: return UInt16(CaseBatch.unknown)
      default: return Self.odd
      }
    } catch {
      return Self.odd
    }
  }

  /// The code of the text of a value.
  func code(of text: String) -> UInt16 {
    let bytes = Array(text.utf8)
    return code(bytes.span, 0..<bytes.count)
  }

  /// The codes of the whole numbers from 0 to 255 that were met.
  struct SmallNumbers {
    static let unread: UInt16 = 0xFFFE
    var codes = [UInt16](repeating: unread, count: 256)
  }

  /// The code of a whole number.
  func code(ofWhole number: Int64, _ small: inout SmallNumbers) -> UInt16 {
    guard number >= 0, number < 256 else {
      // Greater ones may not be exact as floats.
      return decoder.finding.kind == .number && hasPlainNumbers && number.magnitude < 1 << 53
        ? decoder.plainCode(of: Double(number)) : Self.odd
    }
    if small.codes[Int(number)] == SmallNumbers.unread {
      small.codes[Int(number)] = code(of: "\(number)")
    }
    return small.codes[Int(number)]
  }

  /// The code of a float of 2, 4 or 8 bytes.
  func code(of number: Double, width: Int, _ small: inout SmallNumbers) -> UInt16 {
    if number.isNaN { return UInt16(CaseBatch.unknown) }
    if let whole = Int64(exactly: number) { return code(ofWhole: whole, &small) }
    guard decoder.finding.kind == .number, hasPlainNumbers else { return Self.odd }
    return switch width {
    case 8: decoder.plainCode(of: number)
    case 4: decoder.plainCode(of: number, within: Double(Float(number).ulp))
    default: decoder.plainCode(of: number, within: Double(Float16(number).ulp))
    }
  }
}

extension FindingDecoder {
  /// The code of a number that the finding can take; else `StateReader.odd`.
  fileprivate func plainCode(of number: Double) -> UInt16 {
    guard number.isFinite, finding.range?.contains(number) ?? true else { return StateReader.odd }
    return UInt16(finding.state(of: number) + 1)
  }

  /// The same for a number that is rounded: where an edge lies so near that the text of the number
  /// could stand on its other side, it is `StateReader.odd`, and the text decides.
  fileprivate func plainCode(of number: Double, within width: Double) -> UInt16 {
    let code = plainCode(of: number)
    return code == plainCode(of: number - width) && code == plainCode(of: number + width)
      ? code : StateReader.odd
  }
}

/// The codes of words that were met last: most columns have few, and one that was met before costs
/// a comparison.
struct WordCodes {
  private var words = [TypedBytes.ShortText?](repeating: nil, count: 64)
  private var codes = [UInt16](repeating: 0, count: 64)

  /// The code of a word, by whatever gives it where it is not remembered.
  mutating func code(of word: TypedBytes.ShortText, _ read: () -> UInt16) -> UInt16 {
    let slot = word.slot
    if words[slot] == word { return codes[slot] }
    let code = read()
    words[slot] = word
    codes[slot] = code
    return code
  }
}
