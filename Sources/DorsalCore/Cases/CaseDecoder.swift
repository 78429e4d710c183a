internal import DorsalNumerics

/// Turns the records of a case file into a batch; a record that cannot be read
/// becomes a rejection, with everything that is wrong with it.
///
/// A decoder is a worker's own: it keeps scratch memory, so that a case that can
/// be read costs no allocation.
struct CaseDecoder {
  let file: String
  let columns: CaseColumns
  var batch: CaseBatch
  var rejections: [Rejection] = []
  /// What was taken in another way than literally.
  var tally = BlockTally()

  // The record in hand.
  var codes: [UInt8]
  var diagnosis: [Int] = []
  /// What its mapped columns say.
  var record: MappedRecord
  private var idBytes: [UInt8] = []
  /// The texts of its columns that are kept.
  var keptCells: [[UInt8]] = []
  private var reasons: [Rejection.Reason] = []
  /// How many more reasons there are than are told.
  private var furtherReasons = 0
  /// Where the last reason stands, so that the next one is found from there.
  private var lastPlace: LineCounter
  private var lastOffset = 0

  /// The most reasons of a record that are told one by one.
  static let mostReasons = 50
  /// The record in which each finding was last named, to find those named twice.
  private var namedIn: [Int]
  /// Counts the records.
  private var recordNumber = 0
  /// Names that were passed over, so that each is looked up once.
  private var ignoredNames: Set<[UInt8]> = []
  var line = 0
  /// Where the record begins.
  private var start: LineCounter
  /// Where the cells of a record stand that was made of columns; empty for one of text. Positions
  /// are then those of columns.
  var cellStarts: [Int] = []
  /// The number of the column of each of them.
  var cellNumbers: [Int] = []

  init(file: String, columns: CaseColumns) {
    self.file = file
    self.columns = columns
    self.lastPlace = LineCounter(file: file)
    self.start = LineCounter(file: file)
    self.batch = CaseBatch(
      vocabulary: columns.vocabulary, keptColumns: columns.keptPlaces.count)
    self.record = MappedRecord(useCount: columns.mapped?.uses.count ?? 0)
    self.codes = [UInt8](repeating: CaseBatch.unknown, count: columns.decoders.count)
    self.namedIn = [Int](repeating: 0, count: columns.decoders.count)
  }

  /// Notes a member of JSON that is passed over.
  mutating func noteIgnored(
    _ bytes: Span<UInt8>, _ key: JSONNode, name: (String) -> IgnoredName
  ) {
    guard let ignored = columns.ignored, ignoredNames.count < IgnoredNames.mostNames,
      ignoredNames.insert((key.start..<key.end).map { bytes[$0] }).inserted
    else { return }
    ignored.note([name(JSONText.text(of: key, in: bytes))])
  }

  /// Begins a record that stands at a byte and on a line.
  mutating func begin(at offset: Int, line: Int) {
    begin(at: offset, place: LineCounter(file: file, line: line, offset: offset))
  }

  /// The same for a record that begins anywhere on a line.
  mutating func begin(at offset: Int, place: LineCounter) {
    start = place
    line = place.position.line
    recordNumber += 1
    for index in codes.indices { codes[index] = CaseBatch.unknown }
    record.clear()
    diagnosis.removeAll(keepingCapacity: true)
    idBytes.removeAll(keepingCapacity: true)
    reasons.removeAll(keepingCapacity: true)
    furtherReasons = 0
    lastPlace = place
    lastOffset = offset
  }

  /// Ends the record: it becomes a case, or a rejection.
  mutating func end() {
    if reasons.isEmpty {
      tally.commit()
      batch.appendChecked(id: idBytes, codes: codes, diagnosis: diagnosis, line: line)
      if !columns.keptPlaces.isEmpty { batch.appendKept(keptCells) }
    } else {
      tally.drop()
      // Members of JSON are not looked at in the order in which they stand.
      reasons.sort {
        ($0.position.line, $0.position.column) < ($1.position.line, $1.position.column)
      }
      if furtherReasons > 0 {
        reasons.append(
          Rejection.Reason(
            position: SourcePosition(file: file, line: line, column: 1), column: "", value: "",
            reason: "and \(furtherReasons) more faults of this row"))
      }
      rejections.append(
        Rejection(line: line, id: String(decoding: idBytes, as: UTF8.self), reasons: reasons))
    }
  }

  /// Ends the record, which turned out to be no row.
  mutating func endEmpty() { tally.emptyRows += 1 }

  /// Adds cases that were read together.
  mutating func append(_ rows: PlainRows, of bytes: [UInt8], line: Int) {
    if rows.count > 0 { batch.append(rows, of: bytes, line: line) }
  }

  /// Whether one more reason is told; if not, it is counted. Whoever takes time to find the words
  /// of a reason asks first.
  mutating func hasRoom() -> Bool {
    if reasons.count < Self.mostReasons { return true }
    furtherReasons += 1
    return false
  }

  /// Notes what is wrong with the record in hand.
  mutating func reject(
    _ bytes: Span<UInt8>, at offset: Int, column: String = "", value: Range<Int>? = nil,
    _ reason: String
  ) {
    guard hasRoom() else { return }
    if !cellStarts.isEmpty {
      let place = max(cellStarts.count { $0 <= offset }, 1) - 1
      reasons.append(
        Rejection.Reason(
          position: SourcePosition(file: file, line: line, column: cellNumbers[place]),
          column: column,
          value: value.map { TextEncoding.printable(bytes, range: $0) } ?? "", reason: reason))
      return
    }
    // Most reasons come in the order of the record.
    if offset < lastOffset { lastPlace = start }
    lastPlace.advance(to: offset, in: bytes)
    lastOffset = offset
    reasons.append(
      Rejection.Reason(
        position: lastPlace.position, column: column,
        value: value.map { TextEncoding.printable(bytes, range: $0) } ?? "", reason: reason))
  }

  /// Whether the record is text; if not, that is its one reason.
  mutating func checkEncoding(_ bytes: Span<UInt8>, range: Range<Int>) -> Bool {
    guard let fault = TextEncoding.firstFault(in: bytes, range: range) else { return true }
    reject(
      bytes, at: fault.offset, value: fault.offset..<min(fault.offset + 1, range.upperBound),
      fault.message)
    return false
  }

  /// Sets the id.
  mutating func setID(_ bytes: Span<UInt8>, content: Range<Int>, origin: Int) {
    if content.isEmpty {
      reject(bytes, at: origin, column: "id", value: content, "the id is empty; expected a text")
    }
    for index in content { idBytes.append(bytes[index]) }
  }

  /// Sets the id from a text whose quotes or escapes have been resolved.
  mutating func setID(_ text: String) { idBytes.append(contentsOf: text.utf8) }

  /// Sets a finding from a text that is not empty.
  mutating func setFinding(_ finding: Int, _ bytes: Span<UInt8>, content: Range<Int>, origin: Int) {
    setFinding(finding, bytes, content: content, origin: origin, text: bytes, in: content)
  }

  /// The same for a text that stands elsewhere, since its escapes have been resolved.
  mutating func setFinding(
    _ finding: Int, _ bytes: Span<UInt8>, content: Range<Int>, origin: Int,
    text: Span<UInt8>, in range: Range<Int>
  ) {
    let decoder = columns.decoders[finding]
    do throws(DorsalError) {
      guard let forms = columns.forms else {
        codes[finding] = try decoder.code(of: text, range: range)
        return
      }
      switch try decoder.read(text, range: range, forms: forms) {
      case .literal(let code): codes[finding] = code
      case .spelled(let code):
        codes[finding] = code
        tally.noteCell(.spelling, text, range, finding: finding, line: line)
      case .bounded(let code):
        codes[finding] = code ?? CaseBatch.unknown
        tally.noteCell(
          code == nil ? .emptyBound : .bound, text, range, finding: finding, line: line)
      case .unknown(let word):
        if !word.isEmpty { tally.noteWord(text, word, place: finding) }
      }
    } catch {
      if takeBadValue(finding, text, range) { return }
      reject(
        bytes, at: origin, column: decoder.finding.id, value: content, error.description)
    }
  }

  /// Whether a value that a finding cannot take is taken as unknown; it is counted then.
  mutating func takeBadValue(
    _ finding: Int, _ bytes: Span<UInt8>, _ content: Range<Int>
  ) -> Bool {
    guard columns.badValues == .unknown else { return false }
    tally.noteCell(.badValue, bytes, content, finding: finding, line: line)
    return true
  }

  /// Whether a text stands for nothing known in a finding, or in the diagnosis; a word is counted.
  ///
  /// - Parameter finding: The finding; nothing for the diagnosis.
  mutating func takeUnknown(
    _ bytes: Span<UInt8>, content: Range<Int>, finding: Int?
  ) -> Bool {
    guard let forms = columns.forms else { return false }
    let word = CellForms.trimmed(bytes, content)
    if word.isEmpty { return !content.isEmpty }
    guard forms.isUnknown(bytes, word) else { return false }
    tally.noteWord(bytes, word, place: finding ?? columns.decoders.count)
    return true
  }

  /// Sets a finding by whatever gives its code, or notes why it cannot be set.
  mutating func set(
    _ finding: Int, _ bytes: Span<UInt8>, content: Range<Int>, origin: Int,
    code: (FindingDecoder) throws(DorsalError) -> UInt8
  ) {
    let decoder = columns.decoders[finding]
    do throws(DorsalError) {
      codes[finding] = try code(decoder)
    } catch {
      if takeBadValue(finding, bytes, content) { return }
      reject(
        bytes, at: origin, column: decoder.finding.id, value: content, error.description)
    }
  }

  /// Notes that the record in hand names a finding.
  ///
  /// - Returns: Whether it is the first time.
  mutating func name(_ finding: Int) -> Bool {
    if namedIn[finding] == recordNumber { return false }
    namedIn[finding] = recordNumber
    return true
  }

  /// Sets the diagnosis: a cause's id, or several with `|` between them, any of which is right.
  mutating func setDiagnosis(_ bytes: Span<UInt8>, content: Range<Int>, origin: Int) {
    setDiagnosis(bytes, content: content, origin: origin, ids: bytes, range: content)
  }

  /// Sets the diagnosis from a cell whose ids stand elsewhere, as escapes had to be resolved.
  mutating func setDiagnosis(
    _ bytes: Span<UInt8>, content: Range<Int>, origin: Int, ids: Span<UInt8>, range: Range<Int>
  ) {
    if range.count <= columns.longestCause {
      // A cause may be called what is a word for unknown elsewhere.
      let id = String(decoding: range.map { ids[$0] }, as: UTF8.self)
      if let cause = columns.causeIndices[id] { diagnosis.append(cause) }
      if columns.causeIndices[id] != nil || columns.causesOfOthers.contains(id) { return }
    }
    if takeUnknown(ids, content: range, finding: nil) { return }
    // One id at a time: a cell may have millions.
    var start = range.lowerBound
    while start <= range.upperBound {
      var end = start
      while end < range.upperBound, ids[end] != UInt8(ascii: "|") { end += 1 }
      let part = columns.forms == nil ? start..<end : CellForms.trimmed(ids, start..<end)
      let isShort = part.count <= columns.longestCause
      let id = isShort ? String(decoding: part.map { ids[$0] }, as: UTF8.self) : ""
      if isShort, let cause = columns.causeIndices[id] {
        if !diagnosis.contains(cause) { diagnosis.append(cause) }
      } else if isShort, columns.causesOfOthers.contains(id) {
        // Another model has it.
      } else if hasRoom() {
        let shown = TextEncoding.printable(ids, range: start..<end)
        reject(
          bytes, at: origin, column: "diagnosis", value: content,
          "unknown cause \"\(shown)\"; expected causes of the model with | between them"
            + Self.hint(onCause: shown, in: columns.causeIndices.keys.sorted()))
      }
      start = end + 1
    }
  }

  /// What was probably meant by a cause that the model does not have.
  private static func hint(onCause name: String, in causes: [String]) -> String {
    let bytes = Array(name.utf8)
    let isLetter = bytes.first.map { (65...90).contains($0 & 0xDF) } ?? false
    let isCode =
      (3...8).contains(bytes.count) && isLetter
      && bytes.dropFirst().prefix(2).allSatisfy { (48...57).contains($0) }
    return isCode
      ? "; an ICD-10 code is read with a mapping (--map), which `dorsal map` writes"
      : NearestName.suggestion(for: name, in: causes)
  }
}
