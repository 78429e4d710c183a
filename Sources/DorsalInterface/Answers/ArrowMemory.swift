import CDorsal
import DorsalReport

/// Memory that an array hands out; it is freed with its last owner.
final class ArrowBuffer {
  let pointer: UnsafeMutableRawPointer

  /// A copy of some values, padded with zeros to a multiple of 64 bytes, as Arrow advises.
  init<Element: BitwiseCopyable>(_ values: [Element]) {
    let size = (values.count * MemoryLayout<Element>.stride + 63) / 64 * 64
    pointer = UnsafeMutableRawPointer.allocate(byteCount: max(size, 64), alignment: 64)
    pointer.initializeMemory(as: UInt8.self, repeating: 0, count: max(size, 64))
    values.withUnsafeBytes { bytes in
      if let start = bytes.baseAddress {
        pointer.copyMemory(from: start, byteCount: bytes.count)
      }
    }
  }

  deinit { pointer.deallocate() }
}

/// What an exported array holds until it is released.
private final class ArrayMemory {
  let buffers: [ArrowBuffer?]
  let pointers: UnsafeMutablePointer<UnsafeRawPointer?>
  let children: UnsafeMutablePointer<UnsafeMutablePointer<ArrowArray>?>
  let childCount: Int
  let dictionary: UnsafeMutablePointer<ArrowArray>?

  init(buffers: [ArrowBuffer?], children: [ArrowArray], dictionary: ArrowArray?) {
    self.buffers = buffers
    self.dictionary = dictionary.map {
      let own = UnsafeMutablePointer<ArrowArray>.allocate(capacity: 1)
      own.initialize(to: $0)
      return own
    }
    childCount = children.count
    pointers = .allocate(capacity: max(buffers.count, 1))
    for (place, buffer) in buffers.enumerated() {
      (pointers + place).initialize(to: buffer.map { UnsafeRawPointer($0.pointer) })
    }
    self.children = .allocate(capacity: max(children.count, 1))
    for (place, child) in children.enumerated() {
      let own = UnsafeMutablePointer<ArrowArray>.allocate(capacity: 1)
      own.initialize(to: child)
      (self.children + place).initialize(to: own)
    }
  }

  deinit {
    for place in 0..<childCount {
      guard let child = children[place] else { continue }
      // A child that has been moved out has been released already.
      if let release = child.pointee.release { release(child) }
      child.deallocate()
    }
    if let dictionary = dictionary {
      if let release = dictionary.pointee.release { release(dictionary) }
      dictionary.deallocate()
    }
    children.deallocate()
    pointers.deallocate()
  }
}

/// What an exported schema holds until it is released.
private final class SchemaMemory {
  let format: UnsafeMutablePointer<CChar>
  let name: UnsafeMutablePointer<CChar>
  let children: UnsafeMutablePointer<UnsafeMutablePointer<ArrowSchema>?>
  let childCount: Int
  let dictionary: UnsafeMutablePointer<ArrowSchema>?
  let metadata: ArrowBuffer?

  init(
    format: String, name: String, metadata: ArrowBuffer?, children: [ArrowSchema],
    dictionary: ArrowSchema?
  ) {
    self.metadata = metadata
    self.dictionary = dictionary.map {
      let own = UnsafeMutablePointer<ArrowSchema>.allocate(capacity: 1)
      own.initialize(to: $0)
      return own
    }
    self.format = CText.copy(format)
    self.name = CText.copy(name)
    childCount = children.count
    self.children = .allocate(capacity: max(children.count, 1))
    for (place, child) in children.enumerated() {
      let own = UnsafeMutablePointer<ArrowSchema>.allocate(capacity: 1)
      own.initialize(to: child)
      (self.children + place).initialize(to: own)
    }
  }

  deinit {
    for place in 0..<childCount {
      guard let child = children[place] else { continue }
      if let release = child.pointee.release { release(child) }
      child.deallocate()
    }
    if let dictionary = dictionary {
      if let release = dictionary.pointee.release { release(dictionary) }
      dictionary.deallocate()
    }
    children.deallocate()
    format.deallocate()
    name.deallocate()
  }
}

/// Arrays and schemas for others to read, which free themselves when they are released.
enum ArrowExport {
  /// An array over some buffers.
  static func array(
    count: Int, nullCount: Int = 0, buffers: [ArrowBuffer?], children: [ArrowArray] = [],
    dictionary: ArrowArray? = nil
  ) -> ArrowArray {
    let memory = ArrayMemory(buffers: buffers, children: children, dictionary: dictionary)
    var array = ArrowArray()
    array.length = Int64(count)
    array.null_count = Int64(nullCount)
    array.offset = 0
    array.n_buffers = Int64(buffers.count)
    array.n_children = Int64(children.count)
    array.buffers = memory.pointers
    array.children = memory.childCount == 0 ? nil : memory.children
    array.dictionary = memory.dictionary
    array.private_data = Unmanaged.passRetained(memory).toOpaque()
    array.release = { array in
      guard let array = array, let held = array.pointee.private_data else { return }
      array.pointee.private_data = nil
      array.pointee.release = nil
      Unmanaged<ArrayMemory>.fromOpaque(held).release()
    }
    return array
  }

  /// Keys and values as the Arrow C data interface has them: how many, then of each key and value
  /// its length in bytes and the bytes, all lengths of four bytes in the machine's order.
  private static func buffer(of metadata: [(key: String, value: String)]) -> ArrowBuffer? {
    guard !metadata.isEmpty else { return nil }
    var bytes: [UInt8] = []
    func append(_ count: Int) {
      withUnsafeBytes(of: Int32(clamping: count)) { bytes += $0 }
    }
    append(metadata.count)
    for text in metadata.flatMap({ [$0.key, $0.value] }) {
      append(text.utf8.count)
      bytes += text.utf8
    }
    return ArrowBuffer(bytes)
  }

  /// A schema.
  static func schema(
    format: String, name: String = "", isNullable: Bool = false,
    metadata: [(key: String, value: String)] = [], children: [ArrowSchema] = [],
    dictionary: ArrowSchema? = nil
  ) -> ArrowSchema {
    let memory = SchemaMemory(
      format: format, name: name, metadata: buffer(of: metadata), children: children,
      dictionary: dictionary)
    var schema = ArrowSchema()
    schema.format = UnsafePointer(memory.format)
    schema.name = UnsafePointer(memory.name)
    schema.metadata = memory.metadata.map {
      UnsafePointer($0.pointer.assumingMemoryBound(to: CChar.self))
    }
    schema.flags = isNullable ? Int64(ARROW_FLAG_NULLABLE) : 0
    schema.n_children = Int64(children.count)
    schema.children = memory.childCount == 0 ? nil : memory.children
    schema.dictionary = memory.dictionary
    schema.private_data = Unmanaged.passRetained(memory).toOpaque()
    schema.release = { schema in
      guard let schema = schema, let held = schema.pointee.private_data else {
        return
      }
      schema.pointee.private_data = nil
      schema.pointee.release = nil
      Unmanaged<SchemaMemory>.fromOpaque(held).release()
    }
    return schema
  }
}

extension AnswerColumn {
  /// The type in the words of the Arrow C data interface.
  private var format: String {
    switch values {
    case .texts: "u"
    case .floats: "f"
    case .doubles: "g"
    case .integers: "i"
    case .lists: "+l"
    case .words: "s"
    }
  }

  /// The column's schema; every column but the id may be null.
  var schema: ArrowSchema {
    var children: [ArrowSchema] = []
    if case .lists = values {
      children.append(ArrowExport.schema(format: "u", name: "item"))
    }
    var words: ArrowSchema?
    if case .words = values { words = ArrowExport.schema(format: "u") }
    return ArrowExport.schema(
      format: format, name: name, isNullable: name != "id", children: children, dictionary: words)
  }

  /// The column as an array.
  var array: ArrowArray {
    let nullCount = nulls.count { $0 }
    var validity: ArrowBuffer?
    if nullCount > 0 {
      var bits = [UInt8](repeating: 0, count: (nulls.count + 7) / 8)
      for (row, isNull) in nulls.enumerated() where !isNull {
        bits[row >> 3] |= 1 << UInt8(row & 7)
      }
      validity = ArrowBuffer(bits)
    }
    func make(
      _ buffers: [ArrowBuffer?], _ children: [ArrowArray] = [], _ words: ArrowArray? = nil
    ) -> ArrowArray {
      ArrowExport.array(
        count: count, nullCount: nullCount, buffers: [validity] + buffers, children: children,
        dictionary: words)
    }
    func array(of texts: AnswerColumn.Texts) -> ArrowArray {
      ArrowExport.array(
        count: texts.ends.count,
        buffers: [nil, ArrowBuffer([0] + texts.ends), ArrowBuffer(texts.bytes)])
    }
    switch values {
    case .texts(let texts):
      return make([ArrowBuffer([0] + texts.ends), ArrowBuffer(texts.bytes)])
    case .floats(let numbers): return make([ArrowBuffer(numbers)])
    case .doubles(let numbers): return make([ArrowBuffer(numbers)])
    case .integers(let numbers): return make([ArrowBuffer(numbers)])
    case .lists(let ends, let texts):
      return make([ArrowBuffer([0] + ends)], [array(of: texts)])
    case .words(let numbers, let texts):
      return make([ArrowBuffer(numbers)], [], array(of: texts))
    }
  }
}
