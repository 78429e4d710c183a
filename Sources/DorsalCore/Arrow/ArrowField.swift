/// The type of a column of an Arrow file, as far as cases may use it.
///
/// Source: Schema.fbs of Arrow, https://arrow.apache.org/docs/format/Columnar.html
package enum ArrowType: Hashable, Sendable {
  case null
  /// Whole numbers of 1, 2, 4 or 8 bytes.
  case integer(width: Int, isSigned: Bool)
  /// Floats of 2, 4 or 8 bytes.
  case float(width: Int)
  /// Whole numbers of 16 bytes over a power of ten.
  case decimal(scale: Int)
  case boolean
  /// Texts behind offsets of 4 or 8 bytes.
  case text(width: Int)
  /// Texts of up to 12 bytes in place, longer ones elsewhere.
  case textView
  /// A type that no case has a use for: columns of it can only be passed over.
  case other(name: String, buffers: Int, isView: Bool)

  /// How many buffers of fixed number a column has.
  var bufferCount: Int {
    switch self {
    case .null: 0
    case .text: 3
    case .other(_, let buffers, _): buffers
    default: 2
    }
  }

  /// Whether a column has further buffers, which each batch counts.
  var isView: Bool {
    switch self {
    case .textView, .other(_, _, true): true
    default: false
    }
  }

  /// How many bytes its values take, where each row has one in the second buffer.
  func valueBytes(rows: Int) -> Int {
    switch self {
    case .null, .other: 0
    case .integer(let width, _), .float(let width): rows * width
    case .decimal, .textView: rows * 16
    case .boolean: (rows + 7) / 8
    case .text(let width): rows == 0 ? 0 : (rows + 1) * width
    }
  }

  /// The type that a field names.
  ///
  /// - Parameters:
  ///   - code: The number of the type.
  ///   - table: What it says of itself.
  init(_ code: UInt8, _ table: FlatTable) throws(ArrowFault) {
    func other(_ name: String, _ buffers: Int, isView: Bool = false) -> ArrowType {
      .other(name: name, buffers: buffers, isView: isView)
    }
    switch code {
    case 1: self = .null
    case 2: self = try Self.integer(table)
    case 3:
      switch try table.number(0, usual: Int16(0)) {
      case 0: self = .float(width: 2)
      case 1: self = .float(width: 4)
      case 2: self = .float(width: 8)
      default: throw ArrowFault(table.offset, "a float of unknown precision")
      }
    case 4: self = other("binary", 3)
    case 5: self = .text(width: 4)
    case 6: self = .boolean
    case 7:
      let scale = Int(try table.number(1, usual: Int32(0)))
      let width = try table.number(2, usual: Int32(128))
      self =
        width == 128 && (-400...400).contains(scale)
        ? .decimal(scale: scale) : other("a decimal of \(width) bits and scale \(scale)", 2)
    case 8: self = other("date", 2)
    case 9: self = other("time", 2)
    case 10: self = other("timestamp", 2)
    case 11: self = other("interval", 2)
    case 12: self = other("list", 2)
    case 13: self = other("struct", 1)
    case 14: self = other("union", try table.number(0, usual: Int16(0)) == 0 ? 1 : 2)
    case 15: self = other("fixed-size binary", 2)
    case 16: self = other("fixed-size list", 1)
    case 17: self = other("map", 2)
    case 18: self = other("duration", 2)
    case 19: self = other("binary", 3)
    case 20: self = .text(width: 8)
    case 21: self = other("list", 2)
    case 22: self = other("run-end encoded", 0)
    case 23: self = other("binary view", 2, isView: true)
    case 24: self = .textView
    case 25, 26: self = other("list view", 3)
    default: throw ArrowFault(table.offset, "type \(code); expected one of Arrow's 1 to 26")
    }
  }

  /// A whole number as a type of its own, or as what stands for words of a dictionary.
  static func integer(_ table: FlatTable) throws(ArrowFault) -> ArrowType {
    let bits = try table.number(0, usual: Int32(0))
    guard [8, 16, 32, 64].contains(bits) else {
      throw ArrowFault(table.offset, "a whole number of \(bits) bits; expected 8, 16, 32 or 64")
    }
    return .integer(width: Int(bits) / 8, isSigned: try table.flag(1))
  }

  /// What messages call it.
  var name: String {
    switch self {
    case .null: "null"
    case .integer(let width, let isSigned): (isSigned ? "int" : "uint") + "\(8 * width)"
    case .float(let width): "float\(8 * width)"
    case .decimal: "decimal128"
    case .boolean: "bool"
    case .text(let width): width == 4 ? "utf8" : "large_utf8"
    case .textView: "utf8_view"
    case .other(let name, _, _): name
    }
  }
}

/// A column of an Arrow file, as its schema says.
struct ArrowField: Sendable {
  let name: String
  /// The type of its values.
  let type: ArrowType
  /// Where the column holds numbers of words that stand once: the dictionary, and the type of the
  /// numbers.
  let dictionary: (id: Int64, index: ArrowType)?
  /// What it has in a batch, the columns inside of it included.
  let parts: Parts
  /// The same of its values alone, in a batch of a dictionary.
  let valueParts: Parts

  /// How many arrays, buffers of fixed number and columns with further buffers there are.
  struct Parts: Sendable {
    var arrays = 1
    var buffers = 2
    var views = 0
  }

  /// The most fields of a schema, those inside of others included.
  static let mostFields = RecordCutter.mostColumns
  /// How deep types may stand in each other.
  private static let mostDepth = 64

  /// Reads the fields of a schema.
  static func fields(of schema: FlatTable) throws(ArrowFault) -> [ArrowField] {
    guard try schema.number(0, usual: Int16(0)) == 0 else {
      throw ArrowFault(schema.offset, "a file with the highest byte first; expected the lowest")
    }
    guard let vector = try schema.tables(1) else {
      throw ArrowFault(schema.offset, "a schema without columns; expected id, then findings")
    }
    var room = Room(fields: mostFields, nameBytes: schema.headerLength)
    var fields: [ArrowField] = []
    for index in 0..<vector.count {
      fields.append(try ArrowField(schema.table(vector, index), depth: 0, room: &room))
    }
    return fields
  }

  /// What a schema may still have.
  private struct Room {
    var fields: Int
    var nameBytes: Int
  }

  private init(_ table: FlatTable, depth: Int, room: inout Room) throws(ArrowFault) {
    room.fields -= 1
    guard room.fields >= 0 else {
      throw ArrowFault(table.offset, "more than \(Self.mostFields) columns")
    }
    guard depth <= Self.mostDepth else {
      throw ArrowFault(table.offset, "types more than \(Self.mostDepth) deep in each other")
    }
    name = try table.text(0, room: &room.nameBytes) ?? ""
    guard let type = try table.table(3) else {
      throw ArrowFault(table.offset, "the column \"\(name)\" has no type")
    }
    self.type = try ArrowType(try table.number(2, usual: UInt8(0)), type)
    if let encoding = try table.table(4) {
      let index = try encoding.table(1)
      dictionary = (
        try encoding.number(0, usual: Int64(0)),
        try index.map(ArrowType.integer) ?? .integer(width: 4, isSigned: true)
      )
    } else {
      dictionary = nil
    }
    var parts = Parts(arrays: 1, buffers: self.type.bufferCount, views: self.type.isView ? 1 : 0)
    if let children = try table.tables(5) {
      for index in 0..<children.count {
        let child = try ArrowField(
          table.table(children, index), depth: depth + 1, room: &room)
        parts.arrays += child.parts.arrays
        parts.buffers += child.parts.buffers
        parts.views += child.parts.views
      }
    }
    valueParts = parts
    self.parts = dictionary == nil ? parts : Parts()
  }
}
