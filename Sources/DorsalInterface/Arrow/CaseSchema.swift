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
    let layout: ForeignLayout
  }

  let columns: [Column]
  /// How many columns a batch has, those that are passed over included.
  let columnCount: Int
  /// The columns whose texts are kept beside the findings.
  let kept: [Column]
  /// The columns that go into the answers as they are.
  let passed: [(place: Int, name: String)]
  /// How the columns are read: the units and the mapping that they have are known.
  let names: CaseColumns
  /// What is told of them.
  let notes: ColumnNotes

  /// Reads a schema.
  ///
  /// - Parameters:
  ///   - schema: The schema of a stream, a struct with a child for each column.
  ///   - reading: How its columns are read.
  ///   - answers: The names that the answers have; nothing where columns do not pass through.
  /// - Throws: One fault that tells of every column that cannot be used.
  init(
    _ schema: ArrowSchema, reading: CaseReading, answers: Set<String>? = nil
  ) throws(InterfaceFault) {
    let children = try Self.children(of: schema)
    columnCount = children.count
    let header = children.map { Self.text($0.name) }
    let (fields, names, isGiven) = try Self.fields(of: header, reading)
    self.names = names
    var notes = ColumnNotes(reading)
    var passing = PassedNames(reading, header: header, answers: answers)
    var columns: [Column] = []
    var faults: [String] = []
    var seen: [CaseField] = []
    for (place, child) in children.enumerated() {
      let name = header[place]
      let isPassed = passing.takes(place, field: fields[place], &faults)
      guard let field = fields[place] else {
        if !isPassed { faults.append(names.unknownName(name)) }
        continue
      }
      if field == .ignored {
        if !isPassed, !isGiven(place), name != "id", !names.keeps(name) {
          notes.passOver(name, names)
        }
        continue
      }
      if seen.contains(field) {
        faults.append("the column \"\(name)\" stands twice")
        continue
      }
      seen.append(field)
      do throws(InterfaceFault) {
        columns.append(
          Column(
            place: place, name: name, field: field,
            layout: try Self.layout(of: child, name: name, field: field)))
      } catch {
        faults.append(error.text)
      }
    }
    var kept: [Column] = []
    for place in names.keptPlaces {
      let name = header[place]
      do throws(InterfaceFault) {
        let layout = try Self.layout(of: children[place], name: name)
        kept.append(Column(place: place, name: name, field: .ignored, layout: layout))
      } catch {
        if !faults.contains(error.text) { faults.append(error.text) }
      }
    }
    if !seen.contains(.id) {
      faults.append(
        "no column \"\(reading.idColumn)\"; expected the ids of the cases, then findings")
    }
    faults += passing.missing
    guard faults.isEmpty else {
      let shown = faults.prefix(10).joined(separator: "\n")
      throw InterfaceFault(
        .data, faults.count > 10 ? shown + "\nand \(faults.count - 10) more" : shown)
    }
    self.columns = columns
    self.notes = notes
    self.kept = kept
    passed = passing.passed
  }

  /// The columns of a schema.
  static func children(of schema: ArrowSchema) throws(InterfaceFault) -> [ArrowSchema] {
    guard schema.release != nil else {
      throw InterfaceFault(.data, "a stream without a schema: it has been released")
    }
    let format = text(schema.format)
    guard format == "+s" else {
      throw InterfaceFault(
        .data, "a stream of format \"\(format)\"; expected batches of columns (\"+s\")")
    }
    guard schema.n_children >= 0, schema.n_children <= 1 << 20 else {
      throw InterfaceFault(.data, "\(schema.n_children) columns; expected 1 to \(1 << 20)")
    }
    var children: [ArrowSchema] = []
    for place in 0..<Int(schema.n_children) {
      guard let child = schema.children?[place]?.pointee, child.release != nil else {
        throw InterfaceFault(.data, "column \(place + 1) of the schema is missing")
      }
      children.append(child)
    }
    return children
  }

  /// The field of each column, nothing for unknown ones, how they are read, and whether a mapping
  /// says what one means.
  private static func fields(
    of header: [String], _ reading: CaseReading
  ) throws(InterfaceFault) -> (
    fields: [CaseField?], names: CaseColumns, isGiven: (Int) -> Bool
  ) {
    let placed = header.enumerated().map { place, name in
      (name: name, position: SourcePosition(file: "cases", line: 1, column: place + 1))
    }
    var names = reading.names
    var given: [Int: CaseField] = [:]
    var plain = placed
    do throws(DorsalError) {
      if let mapping = reading.mapping {
        given = try names.apply(mapping, to: placed, file: "the cases")
      }
      if !reading.dialect.isStrict { plain = try names.takeUnits(of: placed, except: given).header }
      try names.findKept(in: placed, file: "cases")
    } catch {
      throw InterfaceFault(.data, "\(error)")
    }
    var fields: [CaseField?] = []
    for (place, (name, _)) in plain.enumerated() {
      if let field = given[place] {
        fields.append(field)
        continue
      }
      let field: CaseField? =
        header[place] == reading.idColumn
        ? .id : name == "id" ? .ignored : names.field(named: name)
      if let field, let other = names.mappedColumn(giving: field) {
        throw InterfaceFault(
          .data,
          "the column \"\(header[place])\" gives what the mapping takes from \"\(other)\"; "
            + "name both in it")
      }
      fields.append(field)
    }
    let places = Set(given.keys)
    return (fields, names, places.contains)
  }

  /// How the values of a column lie.
  static func layout(
    of schema: ArrowSchema, name: String
  ) throws(InterfaceFault) -> ForeignLayout {
    let format = text(schema.format)
    guard let own = ArrowType(format: format) else {
      throw InterfaceFault(
        .data, "column \"\(name)\" has the type \"\(format)\"; expected texts, numbers or booleans")
    }
    guard let dictionary = schema.dictionary?.pointee else { return ForeignLayout(type: own) }
    let values = text(dictionary.format)
    guard case .integer = own, let words = ArrowType(format: values), dictionary.dictionary == nil
    else {
      throw InterfaceFault(
        .data,
        "column \"\(name)\" is a dictionary of \"\(values)\" by \"\(format)\"; expected "
          + "whole numbers for texts, numbers or booleans")
    }
    return ForeignLayout(type: own, words: words)
  }

  /// The same for a field, which not every layout may have.
  private static func layout(
    of schema: ArrowSchema, name: String, field: CaseField
  ) throws(InterfaceFault) -> ForeignLayout {
    let layout = try layout(of: schema, name: name)
    if field == .id || field == .diagnosis {
      switch layout.words ?? layout.type {
      case .text, .textView, .null: break
      case .integer where field == .id: break
      default:
        throw InterfaceFault(
          .data,
          "column \"\(name)\" has the type \"\(text(schema.format))\"; expected texts"
            + (field == .id ? " or whole numbers" : ""))
      }
    }
    return layout
  }

  static func text(_ pointer: UnsafePointer<CChar>?) -> String {
    guard let pointer = pointer else { return "" }
    return String(cString: pointer)
  }
}

/// Finds the columns that go into the answers as they are.
private struct PassedNames {
  private let passthrough: CaseReading.Passthrough
  private let answers: Set<String>?
  private let header: [String]
  private var seen: Set<String> = []
  private(set) var passed: [(place: Int, name: String)] = []

  init(_ reading: CaseReading, header: [String], answers: Set<String>?) {
    passthrough = reading.passthrough
    (self.header, self.answers) = (header, answers)
  }

  /// Whether a column passes through; faults tell what keeps one from it.
  mutating func takes(_ place: Int, field: CaseField?, _ faults: inout [String]) -> Bool {
    let name = header[place]
    switch passthrough {
    case .none: return false
    case .others:
      guard field == nil || field == .ignored && name != "id" else { return false }
    case .named(let names): guard names.contains(name) else { return false }
    }
    guard let answers else { return true }
    if answers.contains(name) {
      faults.append(
        "the column \"\(name)\" cannot pass through, since the answers have one of that name")
    } else if !seen.insert(name).inserted {
      faults.append("the column \"\(name)\", which passes through, stands twice")
    } else {
      passed.append((place, name))
    }
    return true
  }

  /// What to say of columns that are named and not there.
  var missing: [String] {
    guard answers != nil, case .named(let names) = passthrough else { return [] }
    return names.filter { !header.contains($0) }.map {
      "no column \"\($0)\", which is to pass through" + NearestName.suggestion(for: $0, in: header)
    }
  }
}
