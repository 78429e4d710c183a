import Dorsal
import Testing

/// Numbers of a file most of which lie where hardly anybody's do.
@Suite struct UnusualStateTests {
  /// The small model, in which one in a hundred is young.
  private static func model() throws -> Model {
    var small = SmallModel()
    small.likelihoods = small.likelihoods.replacing("age,young,*,0.2,", with: "age,young,*,0.01,")
      .replacing("age,old,*,0.3,", with: "age,old,*,0.49,")
    return try small.load()
  }

  /// Cases of which nothing is known but that they are young.
  private static func young(_ count: Int, model: Model) throws -> CaseBatch {
    let age = try #require(model.index(ofFinding: "age"))
    var batch = CaseBatch(model: model)
    for index in 0..<count {
      let codes = model.findings.indices.map { $0 == age ? UInt8(1) : CaseBatch.unknown }
      batch.append(id: "\(index)".utf8, codes: codes, diagnosis: [], line: index + 2)
    }
    return batch
  }

  @Test func `the cases of all batches are counted as long as they are few`() throws {
    let model = try Self.model()
    var states = UnusualStates(model: model)
    states.addFirst(of: try Self.young(2, model: model))
    #expect(states.notes.isEmpty)
    states.addFirst(of: try Self.young(5, model: model))
    let note = try #require(states.notes.first)
    #expect(states.notes.count == 1 && note.finding.id == "age" && note.state == "young")
    #expect(note.count == 7 && note.total == 7)
    #expect(states.extent.isEmpty)
  }

  @Test(arguments: [[10_001], [9_999, 2], [10_000, 1, 1]])
  func `of many cases the first are counted, and that is said`(sizes: [Int]) throws {
    let model = try Self.model()
    var states = UnusualStates(model: model)
    for size in sizes { states.addFirst(of: try Self.young(size, model: model)) }
    #expect(states.notes.first?.total == 10_000)
    #expect(states.extent == "of the first 10000 cases, ")
  }
}
