import Foundation

/// Reads a file from the page cache and looks at every byte once, on one thread: the floor
/// under any reader.
struct FileScan: Limit {
  let name = "file scan"
  let summary: String
  let unit = "GB/s"
  let amount: Double
  private let file: URL

  init(_ file: URL) throws {
    self.file = file
    let size = try FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int
    amount = Double(size ?? 0)
    summary = "bytes of \(file.lastPathComponent) read and added up, one thread"
  }

  /// The sum of all bytes modulo 256, which the compiler takes sixteen bytes at a time.
  private func sum() throws -> UInt8 {
    let handle = try FileHandle(forReadingFrom: file)
    var sum: UInt8 = 0
    while let chunk = try handle.read(upToCount: 1 << 20), !chunk.isEmpty {
      let bytes = chunk.span
      for index in 0..<bytes.count { sum &+= bytes[index] }
    }
    return sum
  }

  private var expected: UInt8 {
    get throws {
      let total = try Data(contentsOf: file, options: .mappedIfSafe).reduce(0) { $0 + Int($1) }
      return UInt8(total % 256)
    }
  }

  func check() throws {
    let (found, expected) = (try sum(), try expected)
    if found != expected { throw WrongAnswer("sum \(found), expected \(expected)") }
  }

  func run() throws {
    let found = try sum()
    precondition(found <= UInt8.max, "the sum is used")
  }
}
