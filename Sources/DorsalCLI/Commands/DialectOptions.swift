import ArgumentParser
import Dorsal

/// In which forms a case file may be written.
struct DialectOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Words that mean unknown, in any case, with commas between them. "
        + "(default: \(Dialect.usualUnknownWords.joined(separator: ",")))", valueName: "words"))
  var unknown: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "What parts the cells: comma, semicolon, tab or bar. (default: found in the header)",
      valueName: "delimiter"))
  var delimiter: Dialect.Delimiter?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "What a value that a finding cannot take makes of its row: reject, or unknown for that "
        + "finding alone. (default: reject)", valueName: "what"))
  var onBadValue: Dialect.BadValues?

  @Flag(name: .long, help: "Take RFC 4180 in UTF-8 and exact ids alone.")
  var strict = false

  func validate() throws {
    if strict, unknown != nil || delimiter != nil {
      throw ValidationError(
        "--strict takes RFC 4180 alone; expected no \(unknown == nil ? "--delimiter" : "--unknown")"
      )
    }
  }

  /// The name of an option that is given; nothing where there is none.
  var given: String? {
    if unknown != nil { return "--unknown" }
    if delimiter != nil { return "--delimiter" }
    if onBadValue != nil { return "--on-bad-value" }
    return strict ? "--strict" : nil
  }

  /// The same, for the library.
  var dialect: Dialect {
    var dialect = strict ? Dialect.strict : Dialect()
    dialect.delimiter = delimiter
    dialect.badValues = onBadValue ?? .reject
    if let unknown { dialect.unknownWords = Self.words(unknown) }
    return dialect
  }

  /// Words with commas between them.
  static func words(_ text: String) -> [String] { text.split(separator: ",").map(String.init) }
}

/// Where a command writes down what it read.
struct SummaryOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Where a summary of what was read goes, as JSON: rows, columns, share known, faults by kind.",
      valueName: "file"))
  var summary: String?

  func validate() throws {
    if let summary, OutputFile.standardOutput.contains(summary) {
      throw ValidationError("--summary \(summary): expected a file")
    }
  }
}

/// Tells at the end of a run what was read, and in which way.
struct ReadingReport {
  private let file: OutputFile?
  private var faults = FaultKinds()

  /// Opens the summary, where one is asked for.
  init(_ options: SummaryOptions) throws {
    file = try options.summary.map { try OutputFile(path: $0) }
  }

  /// Takes a row that was rejected.
  mutating func add(_ rejection: Rejection) {
    if file != nil { faults.add(rejection) }
  }

  /// Tells what was taken in another way than literally, and writes the summary.
  func finish(_ reader: CaseFileReader, model: Model, cases: Int, rejected: Int) throws {
    let summary = ReadingSummary(reader, model: model)
    Self.tell(summary, of: reader)
    guard let file else { return }
    let json = summary.json(cases: cases, rejected: rejected, faults: faults)
    try file.write(json.indentedText + "\n")
    try file.finish()
  }

  /// Tells what was taken in another way than literally.
  static func tell(_ reader: CaseFileReader, model: Model) {
    tell(ReadingSummary(reader, model: model), of: reader)
  }

  private static func tell(_ summary: ReadingSummary, of reader: CaseFileReader) {
    for line in summary.lines { StandardError.write("\(reader.file): \(line)\n") }
  }
}
