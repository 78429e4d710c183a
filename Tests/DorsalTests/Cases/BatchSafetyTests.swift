import Dorsal
import Foundation
import Testing

/// Does work that has to end the program. An error that it throws would end it as well, and is
/// turned into an end without a fault, which no test here takes.
private func mustEnd(_ work: () throws -> Void) {
  do { try work() } catch { print("an error was thrown: \(error)") }
}

/// Swift's own trap, and not memory that is not there. A sanitizer makes an exit status of both.
private func expectTrap(
  _ result: ExitTest.Result?, sourceLocation: SourceLocation = #_sourceLocation
) {
  guard case .signal(let number) = result?.exitStatus else { return }
  #expect(
    number == SIGILL || number == SIGTRAP, "signal \(number)", sourceLocation: sourceLocation)
}

/// Public calls with numbers that do not fit: faults, or an end of the program before memory is
/// touched that is not the batch's.
@Suite struct BatchSafetyTests {
  @Test func `a code that no state has ends the program before it is used`() async {
    expectTrap(
      await #expect(processExitsWith: .failure) {
        mustEnd {
          let model = try SmallModel().load()
          var batch = CaseBatch(findingCount: model.findings.count)
          batch.append(id: "a".utf8, codes: [255, 255, 255, 255])
          _ = Scorer(model: model).score(batch)
        }
      })
    expectTrap(
      await #expect(processExitsWith: .failure) {
        mustEnd {
          var batch = CaseBatch(model: try SmallModel().load())
          batch.append(id: "a".utf8, codes: [0, 3, 0, 0])
        }
      })
  }

  @Test func `a cause that the model does not have ends the program`() async {
    expectTrap(
      await #expect(processExitsWith: .failure) {
        mustEnd {
          let model = try SmallModel().load()
          var batch = CaseBatch(findingCount: model.findings.count)
          batch.append(id: "a".utf8, codes: [0, 0, 0, 0], diagnosis: [99])
          _ = Scorer(model: model).score(batch)
        }
      })
  }

  @Test func `an element outside a matrix ends the program`() async {
    expectTrap(
      await #expect(processExitsWith: .failure) {
        mustEnd {
          _ = Matrix(rowCount: 2, columnCount: 2)[1, -1]
        }
      })
  }

  @Test func `a batch of another model with as many findings is not scored`() async {
    expectTrap(
      await #expect(processExitsWith: .failure) {
        mustEnd {
          var small = SmallModel()
          let model = try small.load()
          small.findings = small.findings.replacing("18;50", with: "20;60")
          let batch = CaseBatch(model: try small.load())
          _ = Scorer(model: model).score(batch)
        }
      })
  }

  @Test func `a batch takes no case in the words of another model`() throws {
    var small = SmallModel()
    let model = try small.load()
    small.findings = small.findings.replacing("18;50", with: "20;60")
    let other = try small.load()
    var batch = CaseBatch(findingCount: model.findings.count)
    try batch.append(id: "a", findings: ["age": 19], model: model)
    #expect(throws: DorsalError.self) {
      try batch.append(id: "b", findings: ["age": 19], model: other)
    }
    var wide = CaseBatch(findingCount: 9)
    #expect(throws: DorsalError.self) {
      try wide.append(id: "b", findings: ["age": 19], model: model)
    }
    #expect(batch.count == 1 && wide.count == 0)
  }

  @Test func `a batch of a model with other weights is of the same words`() throws {
    let model = try SmallModel().load()
    var batch = CaseBatch(model: model)
    try batch.append(id: "a", findings: ["sign": true], model: model)
    let weighted = model.withWeights([1, 0, 1, 1])
    let posteriors = Scorer(model: weighted).score(batch)
    // Without the sign the case has the priors of the clinic.
    for (cause, prior) in [0.875, 0.025, 0.1].enumerated() {
      #expect(isClose(Double(posteriors.matrix[0, cause]), to: prior, within: 1e-6))
    }
  }

  @Test(
    arguments: [1e300, -1e300, 1e19, -1e19, .infinity, -.infinity, .nan, 2.5, 2],
    ["age", "sign", "site"])
  func `a number that a finding cannot have is a fault`(number: Double, finding: String) throws {
    let model = try SmallModel().load()
    var batch = CaseBatch(findingCount: model.findings.count)
    if finding == "age", (0...120).contains(number) {
      try batch.append(id: "a", findings: [finding: .number(number)], model: model)
    } else {
      #expect(throws: DorsalError.self) {
        try batch.append(id: "a", findings: [finding: .number(number)], model: model)
      }
    }
  }

  /// A source that has no end.
  private struct Endless: ByteSource {
    var number = 0

    mutating func read(upTo count: Int) -> [UInt8] {
      if number == 0 {
        number = 1
        return Array("id,sign\n".utf8)
      }
      var text = ""
      for _ in 0..<100 {
        text += "p\(number),yes\n"
        number += 1
      }
      return Array(text.utf8)
    }
  }

  /// The limit is for a task that never ends; beside other tests a task may wait minutes for its turn.
  @Test(.timeLimit(.minutes(60))) func `cancelling a task ends its work`() async throws {
    let model = try SmallModel().load()
    let task = Task {
      let scorer = Scorer(model: model)
      var options = CaseFileReader.Options()
      options.blockSize = 1024
      var reader = try CaseFileReader(
        source: Endless(), file: "f", model: model, options: options)
      _ = try await CohortScoring(RankingRows(scorer: scorer), threads: 2).run(
        &reader, output: { _ in }, reject: { _ in })
    }
    try await Task.sleep(for: .milliseconds(50))
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
