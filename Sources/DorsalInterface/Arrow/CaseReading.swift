import Dorsal
import DorsalCore

/// How the columns of a caller's tables are read.
struct CaseReading: Sendable {
  /// Which columns go into the answers as they are.
  enum Passthrough: Sendable {
    case none
    /// Those that say nothing to the model.
    case others
    case named([String])
  }

  /// The options that it knows.
  static let optionNames = [
    "threads", "id", "ignore_unknown_columns", "unknown", "strict", "mapping",
  ]

  let model: Model
  let dialect: Dialect
  private(set) var names: CaseColumns
  let idColumn: String
  let threads: Int
  let mapping: CaseMapping?
  let passthrough: Passthrough
  private let ignoresUnknown: Bool

  /// Reads tables of cases of a model.
  init(_ options: Options, model: Model) throws(InterfaceFault) {
    self.model = model
    var dialect = try options.flag("strict") ? Dialect.strict : Dialect()
    if let words = try options.texts("unknown") { dialect.unknownWords = words }
    self.dialect = dialect
    idColumn = try options.text("id") ?? "id"
    threads = try options.integer("threads", in: 1...1024) ?? 1
    if let text = try options.text("mapping") {
      do throws(DorsalError) {
        mapping = try CaseMapping(bytes: Array(text.utf8), file: "mapping")
      } catch {
        throw InterfaceFault(.argument, "\(error)")
      }
    } else {
      mapping = nil
    }
    if let names = try options.textsUnlessFlag("passthrough") {
      passthrough = names.isEmpty ? .none : .named(names)
    } else {
      passthrough = try options.flag("passthrough") ? .others : .none
    }
    // Who has a mapping says there which columns count.
    ignoresUnknown = try options.flag("ignore_unknown_columns") || mapping != nil
    names = CaseColumns(model: model, ignoresUnknown: ignoresUnknown, dialect: dialect)
  }

  /// The same, with the texts of some columns kept beside the findings.
  func keeping(_ columns: [String]) -> CaseReading {
    if columns.isEmpty { return self }
    var reading = self
    reading.names = CaseColumns(
      model: model, ignoresUnknown: ignoresUnknown, dialect: dialect, keptColumns: columns)
    return reading
  }
}
