import Dorsal
import Testing

@Suite struct CohortReadingTests {
  /// A quarter has no diagnosis, another accepts two, some ids repeat and some signs do not exist.
  private static let text: String = {
    var text = "id,sign,age,diagnosis\n"
    for index in 0..<600 {
      let sign = ["", "yes", "no", "yes", "no", "", "maybe"][index % 7]
      let diagnosis = ["strain", "", "tumour|strain", "unlisted"][index % 4]
      text += "case-\(index % 580),\(sign),\(index % 97),\(diagnosis)\n"
    }
    return text
  }()

  private static func reader(_ model: Model, blockSize: Int) throws -> CaseFileReader {
    var options = CaseFileReader.Options()
    options.blockSize = blockSize
    return try CaseFileReader(
      source: MemoryByteSource(text), file: "f", model: model, options: options)
  }

  @Test(arguments: [1, 3], [64, 1000, 1 << 20])
  func `what is kept does not depend on threads or blocks`(threads: Int, blockSize: Int)
    async throws
  {
    let model = try SmallModel().load()
    let scorer = Scorer(model: model)
    let age = try #require(model.index(ofFinding: "age"))
    var rejected: [Rejection] = []
    var reader = try Self.reader(model, blockSize: blockSize)
    let contents = try await CohortReading(
      scorer: scorer, stratumFindings: [age], threads: threads
    ).read(&reader) { rejected.append($0) }

    // The same file at once, through another reader.
    var whole = try Self.reader(model, blockSize: 1 << 20)
    let file = try CaseFile(&whole, model: model)
    let posteriors = scorer.score(file.cases)
    let labelled = (0..<file.cases.count).filter { !file.cases.diagnosis(of: $0).isEmpty }
    let cases = contents.cases
    #expect(cases.caseCount == file.cases.count)
    #expect(cases.count == labelled.count)
    for (row, index) in labelled.enumerated() {
      #expect(Array(cases.row(row)) == Array(posteriors.matrix.row(index)))
      #expect(cases.diagnosis(of: row).map(Int.init) == file.cases.diagnosis(of: index))
      #expect(cases.strata[0][row] == file.cases.code(of: age, case: index))
    }
    #expect(rejected.map(\.line).sorted() == file.rejections.map(\.line).sorted())
    #expect(contents.rejected == file.rejections.count)
    #expect(contents.summary.caseCount == file.cases.count)
    #expect(contents.summary.labelledCount == labelled.count)
    #expect(
      contents.summary.severalCount == labelled.count { file.cases.diagnosis(of: $0).count == 2 })
    #expect(
      contents.summary.knownCounts[age] + contents.summary.emptyCount == file.cases.count)
    #expect(contents.summary.withoutSetting == file.cases.count)
  }
}
