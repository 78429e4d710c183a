import Dorsal
import Testing

@Suite struct NameTableTests {
  @Test(arguments: [0, 1, 2, 116, 1000])
  func `every name is found at its place, and no other name is`(count: Int) {
    let names = (0..<count).map { "finding_\($0 * 7919)" }
    let table = NameTable(names)
    func find(_ name: String) -> Int? {
      let bytes = Array("  \(name) ".utf8)
      return table.index(of: bytes.span, range: 2..<bytes.count - 1)
    }
    for (index, name) in names.enumerated() {
      #expect(find(name) == index)
      #expect(find(name + "x") == nil)
      #expect(find(String(name.dropLast())).map { names[$0] == String(name.dropLast()) } ?? true)
    }
    #expect(find("") == nil)
    #expect(find("Finding_0") == nil)
  }
}
