internal import DorsalNumerics

/// Reads cases that are in memory as JSON, again and again: what names mean is prepared once.
/// A service takes it for what it is sent.
///
/// Keys that stand twice, unknown names and values that a finding cannot take are faults, as in
/// case files. A reader does not change and may be shared between threads.
public struct CaseTextReader: Sendable {
  /// What a text holds.
  public struct Contents: Sendable {
    /// What came of a record of the text.
    public enum Record: Sendable, Hashable {
      /// It is the case at this place of `cases`.
      case read(Int)
      /// It is the rejection at this place of `rejections`.
      case rejected(Int)
    }

    /// Whether the text is a list of cases; if not, it is one case.
    public let isList: Bool
    /// The cases.
    public let cases: CaseBatch
    /// The records that could not be read, and of an array those whose id stood before.
    public let rejections: [Rejection]
    /// What came of each record, in the order of the text. A case that no record is was rejected
    /// for its id.
    public let records: [Record]
  }

  /// An array has more cases than were asked for.
  public struct TooManyCases: Error, Sendable, Hashable {
    /// How many it may have.
    public let most: Int

    package init(most: Int) { self.most = most }
  }

  /// The most keys and values of a text.
  public static let mostNodes = 1 << 19

  private let file: String
  private let columns: CaseColumns
  private let plainJSON: PlainJSONReader?

  /// Prepares the reading of cases of a model.
  ///
  /// - Parameters:
  ///   - model: The model whose findings they name.
  ///   - takesInputs: Whether inputs of scores are read too, as `Explainer` takes them; else they
  ///     are passed over.
  ///   - dialect: What values may be besides exact ids and numbers.
  ///   - file: What messages call the text.
  public init(
    model: Model, takesInputs: Bool = false, dialect: Dialect = .strict, file: String = "body"
  ) {
    self.file = file
    let reading = takesInputs ? ClinicalScores(model: model)?.reading : nil
    columns = CaseColumns(model: reading ?? model, ignoresUnknown: false, dialect: dialect)
    plainJSON = columns.plainJSON(level: .best)
  }

  /// Reads a text that is one case, or an array of cases.
  ///
  /// - Parameters:
  ///   - bytes: The text.
  ///   - most: How many cases an array may have.
  /// - Throws: `DorsalError` where the text is no JSON, with its one fault, or `TooManyCases`.
  /// - Complexity: O(bytes).
  public func read(json bytes: [UInt8], most: Int = .max) throws -> Contents {
    let span = bytes.span
    var lines = LineCounter(file: file)
    var nodes: [JSONNode] = []
    do throws(JSONSyntaxFault) {
      if let bad = TextEncoding.firstFault(in: span, range: 0..<bytes.count) {
        throw JSONSyntaxFault(offset: bad.offset, message: bad.message)
      }
      try JSONScanner.scan(span, range: 0..<bytes.count, into: &nodes, most: Self.mostNodes)
    } catch {
      lines.advance(to: min(error.offset, bytes.count), in: span)
      throw DorsalError(
        .caseFile, faults: [TextFault(position: lines.position, message: error.message)])
    }
    let isList = nodes[0].kind == .array
    if isList { try Self.check(nodes, most: most) }
    var decoder = CaseDecoder(file: file, columns: columns)
    var records: [Contents.Record] = []
    var node = isList ? 1 : 0
    while node < nodes.count {
      let before = decoder.batch.count
      lines.advance(to: nodes[node].start, in: span)
      decoder.decodeJSON(span, nodes: nodes, at: node, place: lines)
      records.append(
        decoder.batch.count > before
          ? .read(before) : .rejected(decoder.rejections.count - 1))
      node = nodes[node].next
    }
    var rejections = decoder.rejections
    rejectRepeated(decoder.batch, &records, &rejections)
    return Contents(
      isList: isList, cases: decoder.batch, rejections: rejections, records: records)
  }

  /// Reads whole lines of NDJSON. Ids are not compared: a stream may have any number of lines.
  ///
  /// - Parameters:
  ///   - bytes: The lines.
  ///   - firstLine: The number of the first one.
  /// - Complexity: O(bytes).
  public func read(lines bytes: [UInt8], firstLine: Int = 1) -> Contents {
    let block = CaseBlock(
      records: RecordBlock(bytes: bytes, firstLine: firstLine), arrow: nil, file: file,
      format: .jsonl, columns: columns, fields: [], plainCSV: nil, plainJSON: plainJSON,
      plainMapped: nil, bytesRead: bytes.count)
    let decoded = block.decode()
    let (cases, rejections) = (decoded.cases, decoded.rejections)
    var records: [Contents.Record] = []
    var rejected = 0
    for index in 0..<cases.count {
      while rejected < rejections.count, rejections[rejected].line < cases.lines[index] {
        records.append(.rejected(rejected))
        rejected += 1
      }
      records.append(.read(index))
    }
    records += (rejected..<rejections.count).map { .rejected($0) }
    return Contents(isList: true, cases: cases, rejections: rejections, records: records)
  }

  /// Counts cases before any is looked at.
  private static func check(_ nodes: [JSONNode], most: Int) throws(TooManyCases) {
    var (node, count) = (1, 0)
    while node < nodes.count {
      count += 1
      if count > most { throw TooManyCases(most: most) }
      node = nodes[node].next
    }
  }

  /// Rejects the cases whose id another has that stands before.
  private func rejectRepeated(
    _ cases: CaseBatch, _ records: inout [Contents.Record], _ rejections: inout [Rejection]
  ) {
    guard cases.count > 1 else { return }
    var first: [[UInt8]: Int] = [:]
    for place in records.indices {
      guard case .read(let index) = records[place] else { continue }
      let id = Array(cases.idBytes(of: index))
      guard let earlier = first[id] else {
        first[id] = cases.lines[index]
        continue
      }
      records[place] = .rejected(rejections.count)
      rejections.append(
        .repeatedID(cases.id(of: index), file: file, line: cases.lines[index], first: earlier))
    }
  }
}
