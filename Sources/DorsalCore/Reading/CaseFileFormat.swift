/// How cases or answers are written as text.
public enum CaseFormat: String, Sendable, CaseIterable {
  /// Comma-separated values with a header row (RFC 4180).
  case csv
  /// A JSON object a line.
  case jsonl
}

/// How the cases of a file are written.
public enum CaseFileFormat: String, Sendable, CaseIterable {
  /// Comma-separated values with a header row (RFC 4180).
  case csv
  /// A JSON object a line.
  case jsonl
  /// Columns, as an Arrow stream or file.
  case arrow

  init(_ format: CaseFormat) {
    self =
      switch format {
      case .csv: .csv
      case .jsonl: .jsonl
      }
  }
}
