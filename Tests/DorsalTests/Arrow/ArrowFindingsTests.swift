import Dorsal
import DorsalCore
import Testing

/// Columns are read as columns: what would have to be looked at by itself is told.
@Suite struct ArrowFindingsTests {
  /// Texts as a column with offsets of four bytes.
  private static func texts(_ texts: [String]) -> ArrowColumn {
    var (offsets, bytes): ([UInt8], [UInt8]) = ([0, 0, 0, 0], [])
    for text in texts {
      bytes += Array(text.utf8)
      offsets += (0..<4).map { UInt8(truncatingIfNeeded: bytes.count >> (8 * $0)) }
    }
    return ArrowColumn(
      .text(width: 4), count: texts.count, validity: nil, values: .init(offsets),
      texts: .init(bytes))
  }

  @Test func `words of more than 16 bytes are read with their column`() throws {
    let model = try Repository.model()
    var longWords = 0
    for (finding, definition) in model.findings.enumerated() where definition.kind == .category {
      let states = definition.states
      longWords += states.count { $0.utf8.count > 16 }
      let reader = StateReader(
        finding, of: CaseColumns(model: model, ignoresUnknown: false), takesForms: false)
      var findings = ArrowFindings(rowCount: states.count, findingCount: model.findings.count)
      let odd = findings.read(
        ArrowCells(Self.texts(states)), 0..<states.count, words: nil, by: reader, into: finding)
      #expect(odd.isEmpty)
      for row in states.indices {
        let codes = findings.codes(of: row)
        #expect(codes[finding] == UInt8(row + 1))
        #expect(codes.count { $0 != 0 } == 1)
      }
    }
    #expect(longWords > 0)
  }

  @Test func `a text that is no state is told by its row, and sets nothing`() throws {
    let model = try Repository.model()
    let words = ["", "a word that no finding has as a state", "x"]
    for finding in model.findings.indices {
      let reader = StateReader(
        finding, of: CaseColumns(model: model, ignoresUnknown: false), takesForms: false)
      var findings = ArrowFindings(rowCount: 3, findingCount: model.findings.count)
      let odd = findings.read(
        ArrowCells(Self.texts(words)), 0..<3, words: nil, by: reader, into: finding)
      #expect(odd == [1, 2])
      #expect(findings.rows.allSatisfy { $0 == 0 })
    }
  }
}
