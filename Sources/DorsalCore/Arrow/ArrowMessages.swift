internal import DorsalNumerics

/// Cuts the bytes of an Arrow stream into its messages: a header, and a body of columns.
///
/// Source: https://arrow.apache.org/docs/format/Columnar.html#serialization-and-interprocess-communication-ipc
struct ArrowMessages {
  /// How the messages stand in the file.
  enum Framing {
    /// One behind the other, to the end.
    case stream
    /// Between a magic word and a list of places.
    case file
  }

  /// One message, whose body comes next.
  struct Message {
    /// Where it begins in the file.
    let offset: Int
    /// 1 is a schema, 2 a batch of a dictionary, 3 a batch of rows.
    let kind: UInt8
    let header: FlatTable
    let bodyLength: Int
  }

  /// The most bytes of a header, as of a record of text.
  static let longestHeader = RecordCutter.longestRecord
  /// The most bytes of a body, and of what is unpacked of it: a batch is held as a whole.
  static let longestBody = 1 << 31
  /// The most bytes of the list of places that a file ends with.
  private static let longestFooter = 1 << 26
  /// Bytes are read ahead so many at a time, and bodies in steps that grow from there.
  private static let stretch = 1 << 17

  let framing: Framing
  private var source: any ByteSource
  private var buffer: [UInt8]
  private var next = 0
  /// The byte of the file that comes next.
  private(set) var offset = 0

  /// How many bytes have been read from the source.
  var bytesRead: Int { offset + buffer.count - next }

  /// What bytes that begin an Arrow file begin with, if they do.
  static func framing(of beginning: ArraySlice<UInt8>) -> Framing? {
    if beginning.starts(with: [UInt8](repeating: 0xFF, count: 4)) { return .stream }
    return beginning.starts(with: magic + [0, 0]) ? .file : nil
  }

  private static let magic = Array("ARROW1".utf8)

  /// Begins to read.
  ///
  /// - Parameters:
  ///   - source: The bytes that were not read yet.
  ///   - rest: Those that were.
  ///   - framing: How the file began.
  init(_ source: any ByteSource, behind rest: [UInt8], framing: Framing) {
    (self.source, self.buffer, self.framing) = (source, rest, framing)
    if framing == .file { (next, offset) = (8, 8) }
  }

  /// Reads until so many bytes are there, or the file ends.
  private mutating func fill(_ count: Int) throws {
    guard buffer.count - next < count else { return }
    buffer.removeFirst(next)
    next = 0
    while buffer.count < count {
      let before = buffer.count
      // Sooner more than doubling: a length that lies takes no memory that is not there.
      let step = min(max(count - before, Self.stretch), max(before, Self.stretch))
      try MemoryRoom.require(2 * before + step)
      do {
        buffer = try source.read(upTo: step, behind: buffer)
      } catch let fault as CompressedByteSource.Fault {
        throw ArrowFault(bytesRead, fault.description)
      }
      if buffer.count == before { return }
    }
  }

  /// Takes bytes that must be there.
  private mutating func take(_ count: Int, of what: String) throws -> [UInt8] {
    try fill(count)
    guard buffer.count - next >= count else {
      throw ArrowFault(
        bytesRead,
        "the file ends early: \(buffer.count - next) bytes of \(what) that has \(count); "
          + "is it cut off?")
    }
    defer { offset += count }
    if next == 0, buffer.count <= count + Self.stretch {
      // The body of a batch keeps the memory that it was read into.
      var taken = buffer
      buffer = Array(taken[count...])
      taken.removeLast(taken.count - count)
      return taken
    }
    defer { next += count }
    return Array(buffer[next..<next + count])
  }

  private static func word(_ bytes: ArraySlice<UInt8>) -> Int {
    Int(Int32(truncatingIfNeeded: bytes.reversed().reduce(0) { $0 << 8 | Int($1) }))
  }

  /// The next message, or nothing at the end.
  mutating func message() throws -> Message? {
    let start = offset
    try fill(8)
    if buffer.count == next, framing == .stream { return nil }
    let prefix = try take(8, of: "the beginning of a message")
    guard prefix[..<4].allSatisfy({ $0 == 0xFF }) else {
      throw ArrowFault(
        start, "no message; expected FFFFFFFF, with which each begins in Arrow 0.15 and later")
    }
    let length = Self.word(prefix[4...])
    if length == 0 { return nil }
    guard length > 0, length <= Self.longestHeader, length % 8 == 0 else {
      throw ArrowFault(
        start + 4,
        "a header of \(length) bytes; expected a multiple of 8, at most \(Self.longestHeader)")
    }
    let table = try FlatTable(
      root: take(length, of: "a header"), origin: start + 8)
    let version = try table.number(0, usual: Int16(0))
    guard version == 4 else {
      throw ArrowFault(start, "a message of version V\(Int(version) + 1); expected V5")
    }
    let bodyLength = try table.number(3, usual: Int64(0))
    guard bodyLength >= 0, bodyLength <= Self.longestBody, bodyLength % 8 == 0 else {
      throw ArrowFault(
        start,
        "a batch of \(bodyLength) bytes; expected a multiple of 8, at most \(Self.longestBody)")
    }
    guard let header = try table.table(2) else {
      throw ArrowFault(start, "a message without a header")
    }
    return Message(
      offset: start, kind: try table.number(1, usual: UInt8(0)), header: header,
      bodyLength: Int(bodyLength))
  }

  /// The body of a message that has been read.
  mutating func body(of message: Message) throws -> [UInt8] {
    try take(message.bodyLength, of: "a batch")
  }

  /// Looks at what is behind the last message.
  ///
  /// - Parameter batches: How many batches of rows came.
  mutating func checkEnd(batches: Int) throws {
    let start = offset
    try fill(framing == .stream ? 1 : Self.longestFooter + 1)
    let rest = buffer[next...]
    guard framing == .file else {
      guard rest.isEmpty else {
        throw ArrowFault(start, "bytes behind the end of the stream; expected one stream a file")
      }
      return
    }
    guard rest.count >= 10, rest.count <= Self.longestFooter, rest.suffix(6) == Self.magic[...],
      Self.word(rest.dropLast(6).suffix(4)) == rest.count - 10
    else {
      throw ArrowFault(
        start,
        "\(rest.count) bytes behind the last batch; expected a list of places, its length and "
          + "ARROW1; is the file cut off?")
    }
    let footer = try FlatTable(root: Array(rest.dropLast(10)), origin: start)
    let listed = try footer.vector(3, width: 24)?.count ?? 0
    guard listed == batches else {
      throw ArrowFault(start, "the file lists \(listed) batches, and \(batches) came")
    }
  }
}
