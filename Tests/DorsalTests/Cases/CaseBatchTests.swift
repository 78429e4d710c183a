import Dorsal
import Testing

@Suite struct CaseBatchTests {
  @Test func `cases keep their ids, codes and diagnoses`() {
    var batch = CaseBatch(findingCount: 2)
    batch.append(id: "a".utf8, codes: [1, 0])
    batch.append(id: "bcd".utf8, codes: [0, 3], diagnosis: [4, 1], line: 9)
    batch.append(id: "".utf8, codes: [0, 0])
    #expect((0..<3).map(batch.id(of:)) == ["a", "bcd", ""])
    #expect(batch.state(of: 0, case: 0) == 0)
    #expect(batch.state(of: 1, case: 0) == nil)
    #expect(batch.state(of: 1, case: 1) == 2)
    #expect((0..<3).map(batch.diagnosis(of:)) == [[], [4, 1], []])
    #expect(batch.lines == [0, 9, 0])
    #expect((0..<3).map { batch.knownFindingCount(of: $0, settingFinding: 0) } == [0, 1, 0])
  }

  @Test func `a case moves to another batch as it is`() {
    var batch = CaseBatch(findingCount: 1)
    batch.append(id: "a".utf8, codes: [1])
    batch.append(id: "b".utf8, codes: [2], diagnosis: [0])
    var other = CaseBatch(findingCount: 1)
    for index in [1, 0] { other.append(case: index, of: batch) }
    #expect((0..<2).map(other.id(of:)) == ["b", "a"])
    #expect(other.codes == [2, 1])
    #expect((0..<2).map(other.diagnosis(of:)) == [[0], []])
  }
}
