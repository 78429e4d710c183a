import Dorsal
import DorsalCore
import DorsalReport

/// Mappings of columns, in front of a case file of somebody's own; the first byte of zero parts them.
enum Target {
  static func read(_ bytes: [UInt8]) {
    let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
    guard let mapping = try? CaseMapping(bytes: Array(parts[0]), file: "m") else { return }
    let cases = parts.count > 1 ? Array(parts[1]) : []
    let whole = reading(cases, mapping, blockSize: 1 << 18)
    require(
      whole == reading(cases, mapping, blockSize: 16), "what is read does not depend on blocks")
  }

  private static func reading(
    _ bytes: [UInt8], _ mapping: CaseMapping, blockSize: Int
  ) -> [String] {
    var options = CaseFileReader.Options()
    options.mapping = mapping
    options.blockSize = blockSize
    var told: [String] = []
    do {
      var reader = try CaseFileReader(
        source: MemoryByteSource(bytes), file: "f", model: Shipped.model, options: options)
      while let block = try reader.next() {
        let decoded = block.decode()
        for index in 0..<decoded.cases.count {
          let start = index * decoded.cases.findingCount
          told.append(
            decoded.cases.id(of: index)
              + "\(decoded.cases.codes[start..<start + decoded.cases.findingCount])")
        }
        told += decoded.rejections.map(\.description)
      }
    } catch {
      told.append("\(error)")
    }
    return told.sorted()
  }
}
