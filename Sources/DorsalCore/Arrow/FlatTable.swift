/// A table of a flatbuffer, in which an Arrow file says what follows. Every place that it leads to is
/// checked before it is read, so that no bytes lead out of them.
///
/// Source: https://flatbuffers.dev/internals/
struct FlatTable: Sendable {
  /// The whole buffer, and where it stands in the file.
  private let bytes: [UInt8]
  private let origin: Int
  /// Where the table, and the list of its fields, begin in the buffer, and how long they are.
  private let start: Int
  private let fields: Int
  private let fieldsSize: Int
  private let size: Int

  /// Some values one behind the other.
  struct Vector {
    /// Where the first one stands in the buffer.
    let start: Int
    let count: Int
  }

  /// The table that a buffer begins with.
  ///
  /// - Parameters:
  ///   - bytes: The buffer.
  ///   - origin: Where it stands in the file.
  init(root bytes: [UInt8], origin: Int) throws(ArrowFault) {
    guard bytes.count >= 8 else {
      throw ArrowFault(origin, "a header of \(bytes.count) bytes; expected at least 8")
    }
    var root = 0
    for place in (0..<4).reversed() { root = root << 8 | Int(bytes[place]) }
    try self.init(bytes, origin: origin, at: root)
  }

  private init(_ bytes: [UInt8], origin: Int, at start: Int) throws(ArrowFault) {
    guard start % 4 == 0 else {
      throw ArrowFault(origin + start, "a table of the header is not aligned to 4 bytes")
    }
    let back: Int32 = try Self.load(bytes, origin, start)
    let fields = start - Int(back)
    guard fields % 2 == 0 else {
      throw ArrowFault(origin + start, "the fields of a table are not aligned to 2 bytes")
    }
    let fieldsSize = Int(try Self.load(bytes, origin, fields) as UInt16)
    let size = Int(try Self.load(bytes, origin, fields + 2) as UInt16)
    guard fieldsSize >= 4, fieldsSize % 2 == 0, fields + fieldsSize <= bytes.count, size >= 4,
      start + size <= bytes.count
    else {
      throw ArrowFault(origin + start, "a table that is larger than the header it stands in")
    }
    (self.bytes, self.origin, self.start) = (bytes, origin, start)
    (self.fields, self.fieldsSize, self.size) = (fields, fieldsSize, size)
  }

  /// How many bytes the whole header has.
  var headerLength: Int { bytes.count }

  /// The byte of the file at which the table begins.
  var offset: Int { origin + start }

  private func load<Word: FixedWidthInteger>(_ place: Int) throws(ArrowFault) -> Word {
    try Self.load(bytes, origin, place)
  }

  private static func load<Word: FixedWidthInteger>(
    _ bytes: [UInt8], _ origin: Int, _ place: Int
  ) throws(ArrowFault) -> Word {
    guard place >= 0, place <= bytes.count - MemoryLayout<Word>.size else {
      throw ArrowFault(
        origin + min(max(place, 0), bytes.count),
        "the header leads out of its \(bytes.count) bytes")
    }
    var word: UInt64 = 0
    for index in (0..<MemoryLayout<Word>.size).reversed() {
      word = word << 8 | UInt64(bytes[place + index])
    }
    return Word(truncatingIfNeeded: word)
  }

  /// Where a field of some bytes stands; nothing where the table does not have it.
  private func place(of field: Int, width: Int) throws(ArrowFault) -> Int? {
    let entry = 4 + 2 * field
    guard entry + 2 <= fieldsSize else { return nil }
    let place = Int(try load(fields + entry) as UInt16)
    if place == 0 { return nil }
    guard place >= 4, place + width <= size else {
      throw ArrowFault(offset, "field \(field) stands outside of its table of \(size) bytes")
    }
    return start + place
  }

  /// A number; where the table does not have it, the one that is usual.
  func number<Word: FixedWidthInteger>(
    _ field: Int, usual: Word
  ) throws(ArrowFault) -> Word {
    guard let place = try place(of: field, width: MemoryLayout<Word>.size) else { return usual }
    return try load(place)
  }

  /// Whether something holds; nothing said is no.
  func flag(_ field: Int) throws(ArrowFault) -> Bool { try number(field, usual: UInt8(0)) != 0 }

  /// Where a field leads to; nothing where the table does not have it.
  private func target(of field: Int) throws(ArrowFault) -> Int? {
    guard let place = try place(of: field, width: 4) else { return nil }
    return place + Int(try load(place) as UInt32)
  }

  /// Another table.
  func table(_ field: Int) throws(ArrowFault) -> FlatTable? {
    guard let target = try target(of: field) else { return nil }
    return try FlatTable(bytes, origin: origin, at: target)
  }

  /// A list of values of a width.
  func vector(_ field: Int, width: Int) throws(ArrowFault) -> Vector? {
    guard let target = try target(of: field) else { return nil }
    let count = Int(try load(target) as UInt32)
    guard count <= (bytes.count - target - 4) / width else {
      throw ArrowFault(
        origin + target, "a list of \(count) in a header of \(bytes.count) bytes")
    }
    return Vector(start: target + 4, count: count)
  }

  /// The number at a place behind the start of a list.
  func number(_ vector: Vector, at place: Int) throws(ArrowFault) -> Int64 {
    try load(vector.start + place)
  }

  /// A text.
  ///
  /// - Parameter room: How many bytes texts may have, those before it taken off: as many as the
  ///   header has, unless places in it are named more than once.
  func text(_ field: Int, room: inout Int) throws(ArrowFault) -> String? {
    guard let vector = try vector(field, width: 1) else { return nil }
    room -= vector.count
    guard room >= 0 else { throw ArrowFault(offset, "names that are longer than their header") }
    let range = vector.start..<vector.start + vector.count
    if let fault = TextEncoding.firstFault(in: bytes.span, range: range) {
      throw ArrowFault(origin + fault.offset, fault.message)
    }
    return String(decoding: bytes[range], as: UTF8.self)
  }

  /// How many tables a list has, and each of them.
  func tables(_ field: Int) throws(ArrowFault) -> Vector? { try vector(field, width: 4) }

  /// A table of a list.
  func table(_ vector: Vector, _ index: Int) throws(ArrowFault) -> FlatTable {
    let place = vector.start + 4 * index
    return try FlatTable(bytes, origin: origin, at: place + Int(try load(place) as UInt32))
  }
}
