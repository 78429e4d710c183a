import Dorsal
import Testing

@Suite struct KernelTests {
  /// Cases that know between none and all of the findings.
  private func cases(_ model: Model, count: Int) -> CaseBatch {
    var random = SplitMix64(seed: 11)
    var batch = CaseBatch(findingCount: model.findings.count)
    for index in 0..<count {
      let share = Double(index) / Double(count - 1)
      let codes = model.findings.map { finding in
        Double.random(in: 0..<1, using: &random) < share
          ? UInt8(1 + Int.random(in: finding.states.indices, using: &random)) : CaseBatch.unknown
      }
      batch.append(id: "\(index)".utf8, codes: codes)
    }
    return batch
  }

  @Test(arguments: CPULevel.available, ScoreKernel.allCases)
  func `kernels and levels give the same bits`(level: CPULevel, kernel: ScoreKernel) throws {
    let model = try Repository.model()
    let batch = cases(model, count: 333)
    let reference = Scorer(model: model, defaultSetting: 1, kernel: .gemm, level: .baseline)
      .score(batch, top: 5)
    for blockSize in [1, 16, 50, 256, 1000] {
      let scorer = Scorer(
        model: model, defaultSetting: 1, blockSize: blockSize, kernel: kernel, level: level)
      let answer = scorer.score(batch, top: 5)
      #expect(answer.matrix == reference.matrix)
      for index in 0..<batch.count {
        #expect(answer.ranking(of: index, top: 5) == reference.ranking(of: index, top: 5))
      }
    }
  }

  @Test(arguments: ScoreKernel.allCases)
  func `a ranking made with the scores is the ranking made afterwards`(kernel: ScoreKernel) throws {
    let model = try Repository.model()
    let batch = cases(model, count: 100)
    let scorer = Scorer(model: model, kernel: kernel)
    let (with, without) = (scorer.score(batch, top: 8), scorer.score(batch))
    for index in 0..<batch.count {
      for top in [1, 3, 8, 9] {
        #expect(with.ranking(of: index, top: top) == without.ranking(of: index, top: top))
      }
    }
  }

  /// Batches that grow and shrink, with more and fewer ranked causes.
  @Test(arguments: ScoreKernel.allCases)
  func `memory that is used again holds what new memory would`(kernel: ScoreKernel) throws {
    let model = try Repository.model()
    let scorer = Scorer(model: model, kernel: kernel)
    var again = Posteriors()
    for (count, top) in [(40, 5), (40, 5), (7, 5), (7, 0), (100, 8), (2, 8)] {
      let batch = cases(model, count: count)
      scorer.score(batch, top: top, into: &again)
      let new = scorer.score(batch, top: top)
      #expect(again.matrix == new.matrix)
      for index in 0..<count {
        #expect(again.ranking(of: index) == new.ranking(of: index))
        #expect(again.ranking(of: index, top: top) == new.ranking(of: index, top: top))
      }
    }
  }

  /// Wide rows go in tiles; the sums are those of plain additions.
  @Test(arguments: CPULevel.available, [1, 16, 40, 96, 97, 300, 820])
  func `sums over tiles are plain sums`(level: CPULevel, columns: Int) {
    var random = SplitMix64(seed: 13)
    let states = [3, 2, 5, 2, 4, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2]
    var first: [Int] = []
    var rowCount = 0
    for count in states {
      first.append(rowCount)
      rowCount += count
    }
    let values = (0..<rowCount * columns).map { _ in
      Int32.random(in: -1_000_000...1_000_000, using: &random)
    }
    let setting = 18
    let rows = StateRows(
      values: values, columnCount: columns, firstStateRow: first, settingFinding: setting,
      defaultSetting: 2)
    let codes = (0..<30 * states.count).map { index in
      Bool.random(using: &random)
        ? UInt8(Int.random(in: 1...states[index % states.count], using: &random)) : 0
    }
    let sums = AlignedArray<Int32>(count: 30 * rows.stride)
    rows.sum(
      codes, start: 0, count: 30, into: sums,
      scratch: AlignedArray(count: rows.scratchCount(cases: 30)), level: level)
    for index in 0..<30 {
      for column in 0..<columns {
        var expected: Int32 = 0
        for finding in states.indices {
          var code = Int(codes[index * states.count + finding])
          if code == 0, finding == setting { code = 3 }
          if code > 0 { expected += values[(first[finding] + code - 1) * columns + column] }
        }
        #expect(sums[index * rows.stride + column] == expected)
      }
    }
  }
}
