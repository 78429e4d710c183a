/// The columns of a table: what is read, what is written, and what `docs/model-tables.md` lists.
package struct TableSchema: Sendable, Hashable {
  /// A column.
  package struct Column: Sendable, Hashable {
    /// Its name.
    package let name: String
    /// Whether a table without it is at fault.
    package let isRequired: Bool
    /// Whether the model keeps what stands in it. Columns that it passes over are for people.
    package let isKept: Bool

    static func required(_ name: String) -> Column {
      Column(name: name, isRequired: true, isKept: true)
    }

    static func optional(_ name: String) -> Column {
      Column(name: name, isRequired: false, isKept: true)
    }

    static func passedOver(_ name: String) -> Column {
      Column(name: name, isRequired: false, isKept: false)
    }
  }

  /// The name of its file.
  package let file: String
  /// The columns, in the order in which they are written.
  package let columns: [Column]
  /// Whether a model may do without the table.
  package let mayBeMissing: Bool
  /// Whether it is part of the checksum: no answer of `score` hangs on the others.
  package let isSummed: Bool

  init(
    _ file: String, _ columns: [Column], mayBeMissing: Bool = false, isSummed: Bool = true
  ) {
    (self.file, self.columns) = (file, columns)
    (self.mayBeMissing, self.isSummed) = (mayBeMissing, isSummed)
  }

  /// The columns that must be there.
  package var required: [String] { columns.filter(\.isRequired).map(\.name) }
  /// The columns that may be there.
  package var optional: [String] { columns.filter { !$0.isRequired }.map(\.name) }
  /// The columns that are written.
  package var kept: [String] { columns.filter(\.isKept).map(\.name) }
}
