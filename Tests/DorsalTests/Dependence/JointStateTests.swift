import Dorsal
import Testing

/// Findings that hang on each other are scored by their joint state.
@Suite struct JointStateTests {
  private let made = DependentModel(seed: 7)

  private func states(_ batch: CaseBatch, _ index: Int) -> [Int?] {
    (1..<batch.findingCount).map { batch.state(of: $0, case: index) }
  }

  @Test func `posteriors are those of the joint probabilities, reckoned in plain loops`() throws {
    for seed in 1...3 as ClosedRange<UInt64> {
      let made = DependentModel(seed: seed)
      let model = try made.model()
      let batch = made.cases(200, seed: seed, model: model)
      let posteriors = Scorer(model: model).score(batch)
      for index in 0..<batch.count {
        let expected = made.posterior(of: states(batch, index))
        for (cause, value) in expected.enumerated() {
          let found = Double(posteriors.probability(case: index, cause: cause))
          #expect(abs(found - value) < 3e-6, "case \(index) cause \(cause)")
        }
      }
    }
  }

  @Test func `a joint state says its log probability less those of its members`() throws {
    let model = try made.model()
    let joint = try #require(model.jointStates)
    let last = DependentModel.causeIDs.count - 1
    for row in 0..<joint.rowCount {
      let term = joint.terms[joint.term(ofRow: row)]
      let codes = term.codes(ofRow: row)
      guard codes.count(where: { $0 > 0 }) > 1 else { continue }
      var known = [Int?](repeating: nil, count: DependentModel.stateCounts.count)
      for (finding, code) in zip(term.findings, codes) where code > 0 {
        known[finding - 1] = code - 1
      }
      func excess(_ cause: Int) -> Double {
        let single = known.enumerated().reduce(1.0) { product, item in
          product * (item.element.map { made.likelihoods[cause][item.offset][$0] } ?? 1)
        }
        return logarithm(made.probability(of: known, cause: cause) / single)
      }
      let evidence = joint.evidence(ofRow: row)
      for cause in 0...last {
        #expect(abs(evidence[cause] - (excess(cause) - excess(last))) < 1e-8, "row \(row)")
      }
      #expect(abs(evidence[last + 1] - excess(last)) < 1e-8)
    }
  }

  /// P(joint state | cause) as the model has it.
  private func probability(
    _ joint: JointStates, _ term: JointStates.Term, _ codes: [Int], _ cause: Int
  ) -> Double {
    let evidence = joint.evidence(ofRow: term.row(ofCodes: codes))
    var product = exponential(evidence[cause] + evidence[DependentModel.causeIDs.count])
    for (finding, code) in zip(term.findings, codes) where code > 0 {
      product *= made.likelihoods[cause][finding - 1][code - 1]
    }
    return product
  }

  @Test func `summed over the states of a member, joint states are those without it`() throws {
    let model = try made.model()
    let joint = try #require(model.jointStates)
    for term in joint.terms {
      for row in term.firstRow..<term.firstRow + term.rowCount {
        let codes = term.codes(ofRow: row)
        for member in codes.indices where codes[member] == 0 && codes.contains(where: { $0 > 0 }) {
          for cause in DependentModel.causeIDs.indices {
            let sum = (1...term.stateCounts[member]).reduce(0.0) { sum, code in
              var whole = codes
              whole[member] = code
              return sum + probability(joint, term, whole, cause)
            }
            #expect(abs(sum - probability(joint, term, codes, cause)) < 1e-8)
          }
        }
      }
    }
  }

  @Test func `every kernel, level, block size and thread gives the same bits, alone or in a batch`()
    throws
  {
    let model = try made.model()
    let batch = made.cases(97, seed: 5, model: model)
    let reference = Scorer(model: model).score(batch).matrix
    for kernel in Kernel.allCases {
      for level in CPULevel.available {
        for size in [1, 7, 256] {
          let scorer = Scorer(model: model, blockSize: size, kernel: kernel, level: level)
          #expect(scorer.score(batch).matrix == reference)
        }
      }
    }
    let scorer = Scorer(model: model)
    let parts = ParallelMap.run(batch.count, threads: 4) { index in
      var alone = CaseBatch(like: batch)
      alone.append(case: index, of: batch)
      return Array(scorer.score(alone).matrix.row(0))
    }
    for (index, row) in parts.enumerated() { #expect(row == Array(reference.row(index))) }
  }

  @Test func `the order of the rows of groups and parents does not matter`() throws {
    var turned = made
    turned.groupRows.reverse()
    turned.parentRows.reverse()
    let (model, other) = (try made.model(), try turned.model())
    let batch = made.cases(100, seed: 3, model: model)
    #expect(Scorer(model: model).score(batch).matrix == Scorer(model: other).score(batch).matrix)
  }

  @Test(arguments: [
    ["g,f0,0.5,1,assumed,", "h,f1,0.9,-1,assumed,"],
    ["g,f0,0,1,assumed,", "g,f1,0,-1,assumed,", "g,f4,0,1,assumed,"],
  ])
  func `groups of one finding or of correlation 0 give the bits of a model without groups`(
    _ rows: [String]
  ) throws {
    var plain = made
    plain.groupRows = []
    plain.parentRows = []
    var idle = plain
    idle.groupRows = rows
    idle.parentRows = ["f6,s1,f5,s0,0,assumed,"]
    let (model, other) = (try plain.model(), try idle.model())
    let batch = made.cases(100, seed: 3, model: model)
    #expect(Scorer(model: model).score(batch).matrix == Scorer(model: other).score(batch).matrix)
  }

  @Test func `more correlation makes agreeing findings say less and disagreeing ones more`() throws
  {
    // Under b every finding of the group is rarer than under a.
    var made = made
    made.likelihoods = made.likelihoods.map { findings in
      findings.map { [Double](repeating: 1 / Double($0.count), count: $0.count) }
    }
    for cause in 0..<4 {
      let p = [0.8, 0.3, 0.5, 0.5][cause]
      made.likelihoods[cause][0] = [1 - p, p]
      made.likelihoods[cause][2] = [1 - p, p]
    }
    made.parentRows = []
    func odds(_ correlation: Double, _ second: UInt8) throws -> Double {
      made.groupRows = ["g,f0,\(correlation),1,assumed,", "g,f2,\(correlation),1,assumed,"]
      let model = try made.model()
      var batch = CaseBatch(model: model)
      batch.append(id: "x".utf8, codes: [1, 2, 0, second, 0, 0, 0, 0, 0, 0])
      let posterior = Scorer(model: model).score(batch)
      return Double(
        posterior.probability(case: 0, cause: 0) / posterior.probability(case: 0, cause: 1))
    }
    #expect(try odds(0.2, 2) < odds(0, 2))
    #expect(try odds(0.6, 2) < odds(0.2, 2))
  }
}
