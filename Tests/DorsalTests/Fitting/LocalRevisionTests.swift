import Dorsal
import Foundation
import Testing

/// Fits of a prior model whose weight and shifts are found by the diagnoses.
@Suite struct LocalRevisionTests {
  private let tables = SmallModel().tables
  private let model: Model

  init() throws { model = try Model(tables: tables) }

  private let source = LocalSource(
    file: "clinic.csv", date: "2026-03-01", checksum: String(repeating: "0", count: 64))

  private func fitted(
    _ rows: [String], countsAlone: Bool = false, weight: Double? = nil, keepsPriors: Bool = false
  ) async throws -> LocalFit.Fitted {
    let scorer = Scorer(model: model)
    let text = "id,diagnosis,sign,age,site\n" + rows.joined(separator: "\n") + "\n"
    var reader = try CaseFileReader(
      source: MemoryByteSource(text), file: "cases.csv", model: model)
    let cases = try await LocalCases(
      &reader, scorer: scorer, keepsCases: false, repeatedIDs: .reject, threads: 2)
    #expect(cases.rejectedCount == 0)
    return try LocalFit(
      updating: model, tables: tables, keepsPriors: keepsPriors, weight: weight,
      countsAlone: countsAlone, threads: 2
    ).fitted(cases, from: source, scorer: scorer)
  }

  /// The log loss of the rows by a model.
  private func posterior(_ model: Model, sign: String, site: String) async throws -> [Double] {
    var reader = try CaseFileReader(
      source: MemoryByteSource("id,sign,site\na,\(sign),\(site)\n"), file: "a.csv", model: model)
    let block = try #require(try reader.next())
    let posteriors = Scorer(model: model).score(block.decode().cases)
    return posteriors.matrix.row(0).map { Double($0) }
  }

  /// Two findings of which one repeats the other: a patient with either has both. Of those who have
  /// them half have the tumour, of the others a tenth. Counts take them for two witnesses.
  private static let twice: [String] = (0..<1200).map { index in
    let isSeen = index % 3 == 0
    let isTumour = index / 3 % (isSeen ? 2 : 10) == 0
    return "p\(index),\(isTumour ? "tumour" : "strain"),\(isSeen ? "present" : "absent"),,"
      + (isSeen ? "chest" : "back")
  }

  @Test func `a finding that repeats another does not count twice`() async throws {
    let together = try await fitted(Self.twice)
    let alone = try await fitted(Self.twice, countsAlone: true, weight: 1)
    let of = try await posterior(Model(tables: together.tables), sign: "present", site: "chest")
    let counted = try await posterior(Model(tables: alone.tables), sign: "present", site: "chest")
    // Half of them have it. By counts the share is 0.6 and more.
    #expect(isClose(of[1], to: 0.5, within: 0.04), "\(of)")
    #expect(abs(counted[1] - 0.5) > 0.06, "\(counted)")
    let check = try #require(together.check)
    #expect(check.objections.isEmpty)
    #expect(check.caseCount == 1200)
    #expect(check.after.logLoss < (alone.check?.after.logLoss ?? 0))
    // What nobody can beat: the entropy of a half in a third of the cases, of a tenth in the others.
    let least = log(2.0) / 3 - 2.0 / 3 * (0.1 * log(0.1) + 0.9 * log(0.9))
    #expect(check.after.logLoss > least)
    #expect(check.after.logLoss < least + 0.03)
  }

  /// Nobody has the tumour: the cases say nothing of how it looks.
  @Test func `a cause without a case keeps its likelihoods and its floor`() async throws {
    let rows = (0..<60).map { "p\($0),strain,absent,30,back" }
    let result = try Model(tables: try await fitted(rows).tables)
    let table = model.likelihoodTable
    for row in 0..<table.stateRowCount where row >= table.firstStateRow[1] {
      #expect(
        isClose(
          result.likelihoodTable.probability(stateRow: row, cause: 1),
          to: table.probability(stateRow: row, cause: 1), within: 1e-9))
    }
    // The prior is worth 2.5 of 100 cases, whatever the shifts of others do.
    #expect(result.priorTable[1] > 0.99 * 2.5 / 160)
  }

  /// Cases that were picked say nothing of prevalences.
  @Test func `priors stay where they are to stay`() async throws {
    let result = try await fitted(Self.twice, keepsPriors: true)
    #expect(try Model(tables: result.tables).priorTable == model.priorTable)
    #expect(result.check?.movedPriors.isEmpty == true)
    #expect(result.check?.objections.isEmpty == true)
  }

  @Test func `a great weight keeps the likelihoods of the model`() async throws {
    let result = try Model(tables: try await fitted(Self.twice, weight: 1e6).tables)
    for (old, new) in zip(
      model.likelihoodTable.probabilities, result.likelihoodTable.probabilities)
    {
      #expect(isClose(new, to: old, within: 0.001))
    }
  }

  /// Tables of the binomial distribution.
  @Test(arguments: [(0, 0, 1), (1, 0, 0.5), (3, 0, 0.125), (5, 0, 0.03125), (8, 2, 0.0547)])
  func `losses are weighed by the sign test`(lost: Int, gained: Int, expected: Double) {
    #expect(isClose(FitCheck.signTest(lost: lost, gained: gained), to: expected, within: 5e-5))
  }

  @Test func `few cases are too few to tell`() async throws {
    let check = try #require(try await fitted(Array(Self.twice.prefix(12))).check)
    #expect(check.objections == [.fewCases])
  }

  /// 30 cases that a fit gives a strain where they have one, and of whose emergencies it puts some
  /// behind three other causes: five of five is chance in one of 32, four of four in one of 16.
  @Test(arguments: [(5, [FitCheck.Objection.emergencies]), (4, [])])
  func `emergencies that are lost beyond chance speak against a fit`(
    lost: Int, objections: [FitCheck.Objection]
  ) async throws {
    let model = try Repository.model()
    let scorer = Scorer(model)
    let dissection = try #require(model.index(ofCause: "aortic_dissection"))
    let strain = try #require(model.index(ofCause: "muscle_strain"))
    var batch = scorer.makeBatch()
    for index in 0..<30 {
      try batch.append(
        "p\(index)", ["setting": .state("primary_care")],
        diagnosis: [index < lost ? "aortic_dissection" : "muscle_strain"])
    }
    var labelled = LabelledLogPosteriors(causeCount: model.causes.count)
    labelled.append(batch, posteriors: scorer.score(batch), scorer: scorer)
    let scales = [Double](repeating: 1, count: model.causes.count)
    func moving(_ cause: Int, to odds: Double) -> CalibrationMap {
      var offsets = [Double](repeating: 0, count: scales.count)
      // From its prior to so much of what strain has.
      offsets[cause] = log(odds * model.priorTable[strain] / model.priorTable[cause])
      return .vector(scales: scales, offsets: offsets)
    }
    let (leading, behind) = (moving(dissection, to: 1000), moving(dissection, to: 0.13))
    let sure = CalibrationMap.vector(
      scales: scales, offsets: scales.indices.map { $0 == strain ? 20 : 0 })
    let before = await labelled.mapped(threads: 1) { $0 < lost ? leading : .identity }
    let after = await labelled.mapped(threads: 1) { $0 < lost ? behind : sure }
    let check = FitCheck(before: before, after: after, model: model, fitted: model, foldCount: 5)
    #expect(check.gain > 0)
    #expect((check.lostEmergencies, check.gainedEmergencies) == (lost, 0))
    #expect(check.objections == objections)
  }

  @Test func `priors that move more than threefold are named`() async throws {
    let check = try #require(try await fitted(Self.twice).check)
    // 280 of 1,200 have the tumour, where 0.025 of them were to be expected; none is unlisted.
    let tumour = try #require(check.movedPriors.first { $0.cause == "tumour" })
    #expect(tumour.setting == "clinic")
    #expect(tumour.before == 0.025)
    #expect(tumour.after > 0.15)
    #expect(check.movedPriors.contains { $0.cause == "unlisted" && $0.after < $0.before / 3 })
    #expect(!check.movedPriors.contains { $0.cause == "strain" || $0.setting == "ward" })
  }
}
