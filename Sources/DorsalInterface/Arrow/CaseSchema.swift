import CDorsal
import Dorsal
import DorsalCore

/// What each column of a stream holds: the header of a case file in Arrow's words.
struct CaseSchema: Sendable {
  /// A column that is used.
  struct Column: Sendable {
    /// Its place among the columns of a batch.
    let place: Int
    let name: String
    let field: CaseField
    let layout: ArrowLayout
  }

  let columns: [Column]
  /// How many columns a batch has, those that are passed over included.
  let columnCount: Int

  /// Reads a schema.
  ///
  /// - Parameters:
  ///   - schema: The schema of a stream, a struct with a child for each column.
  ///   - names: The names that the model knows.
  ///   - idColumn: The column of ids.
  /// - Throws: One fault that tells of every column that cannot be used.
  init(_ schema: ArrowSchema, names: CaseColumns, idColumn: String) throws(InterfaceFault) {
    let format = Self.text(schema.format)
    guard format == "+s" else {
      throw InterfaceFault(
        .data, "a stream of format \"\(format)\"; expected batches of columns (\"+s\")")
    }
    guard schema.n_children >= 0, schema.n_children <= 1 << 20 else {
      throw InterfaceFault(.data, "\(schema.n_children) columns; expected 1 to \(1 << 20)")
    }
    columnCount = Int(schema.n_children)
    var columns: [Column] = []
    var faults: [String] = []
    var seen: Set<String> = []
    for place in 0..<columnCount {
      guard let child = schema.children?[place]?.pointee else {
        throw InterfaceFault(.data, "column \(place + 1) of the schema is missing")
      }
      let name = Self.text(child.name)
      let field: CaseField? =
        name == idColumn ? .id : name == "id" ? .ignored : names.field(named: name)
      guard let field else {
        faults.append(names.unknownName(name))
        continue
      }
      if field == .ignored { continue }
      if !seen.insert(name).inserted {
        faults.append("the column \"\(name)\" stands twice")
        continue
      }
      do throws(InterfaceFault) {
        columns.append(
          Column(
            place: place, name: name, field: field,
            layout: try Self.layout(of: child, name: name, field: field)))
      } catch {
        faults.append(error.text)
      }
    }
    if !seen.contains(idColumn) {
      faults.append("no column \"\(idColumn)\"; expected the ids of the cases, then findings")
    }
    guard faults.isEmpty else {
      let shown = faults.prefix(10).joined(separator: "\n")
      throw InterfaceFault(
        .data, faults.count > 10 ? shown + "\nand \(faults.count - 10) more" : shown)
    }
    self.columns = columns
  }

  private static func layout(
    of schema: ArrowSchema, name: String, field: CaseField
  ) throws(InterfaceFault) -> ArrowLayout {
    let format = text(schema.format)
    guard let own = ArrowLayout(format: format) else {
      throw InterfaceFault(
        .data, "column \"\(name)\" has the type \"\(format)\"; expected texts, numbers or booleans")
    }
    let layout: ArrowLayout
    if let dictionary = schema.dictionary?.pointee {
      let values = text(dictionary.format)
      guard case .integer(let bytes, let isSigned) = own,
        let valueLayout = ArrowLayout(format: values), dictionary.dictionary == nil
      else {
        throw InterfaceFault(
          .data,
          "column \"\(name)\" is a dictionary of \"\(values)\" by \"\(format)\"; expected "
            + "whole numbers for texts, numbers or booleans")
      }
      layout = .dictionary(indexBytes: bytes, isSigned: isSigned, values: valueLayout)
    } else {
      layout = own
    }
    if field == .id || field == .diagnosis {
      var values = layout
      if case .dictionary(_, _, let inner) = layout { values = inner }
      switch values {
      case .text, .textView, .null: break
      case .integer where field == .id: break
      default:
        throw InterfaceFault(
          .data, "column \"\(name)\" has the type \"\(format)\"; expected texts")
      }
    }
    return layout
  }

  private static func text(_ pointer: UnsafePointer<CChar>?) -> String {
    guard let pointer = pointer else { return "" }
    return String(cString: pointer)
  }
}
