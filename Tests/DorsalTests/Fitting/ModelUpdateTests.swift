import Dorsal
import Testing

@Suite struct ModelUpdateTests {
  private let model: Model
  private let tables: ModelTables

  init() throws {
    tables = SmallModel().tables
    model = try Model(tables: tables)
  }

  private func cases(_ text: String, keepsCases: Bool = false) async throws -> LocalCases {
    var reader = try CaseFileReader(
      source: MemoryByteSource(text), file: "cases.csv", model: model)
    return try await LocalCases(
      &reader, scorer: Scorer(model: model), keepsCases: keepsCases, repeatedIDs: .reject,
      threads: 2)
  }

  private let source = LocalSource(
    file: "clinic A.csv", date: "2026-03-01", checksum: String(repeating: "0", count: 64))

  private let text = """
    id,diagnosis,setting,sign,age,site
    a,tumour,,present,70,chest
    b,tumour,,present,,
    c,tumour,,absent,30,
    d,strain,,absent,30,
    e,strain,ward,,,leg
    f,unlisted,,present,,
    g,strain|tumour,,present,20,back
    h,,,present,20,back

    """

  private func probability(
    _ model: Model, _ finding: String, _ state: String, _ cause: String
  ) throws -> Double {
    let index = try #require(model.index(ofFinding: finding))
    let place = try #require(model.findings[index].states.firstIndex(of: state))
    return model.likelihoodTable.probability(
      stateRow: model.likelihoodTable.firstStateRow[index] + place,
      cause: try #require(model.index(ofCause: cause)))
  }

  private func row(
    _ model: Model, _ finding: String, _ state: String, _ cause: String?
  ) -> Evidence? {
    model.likelihoods.first {
      model.findings[$0.finding].id == finding
        && model.findings[$0.finding].states[$0.state] == state
        && $0.cause.map { model.causes[$0].id } == cause
    }?.evidence
  }

  @Test func `likelihoods are prior mean times effective n plus counts`() async throws {
    let cases = try await cases(text)
    #expect(cases.countedCount == 6)
    #expect(cases.ambiguousCount == 1)
    #expect(cases.unlabelledCount == 1)
    let updated = try Model(
      tables: try LocalFit(updating: model, tables: tables).tables(cases, from: source))
    // sign given tumour: 0.6 of n 40, 2 of 3 local.
    let sign = try #require(row(updated, "sign", "present", "tumour"))
    #expect(isClose(sign.probability, to: (0.6 * 40 + 2) / 43, within: 1e-12))
    #expect(sign.effectiveN == 43)
    #expect(sign.basis == .derived)
    #expect(sign.sources == ["smith2001", "local_clinic_a_2026_03_01"])
    #expect(sign.note == "prior 0.6 (published) of n 40 + local 2 of 3")
    // strain had no row for sign and so the background's 0.03 of n 50; one absent.
    let strain = try #require(row(updated, "sign", "present", "strain"))
    #expect(isClose(strain.probability, to: 0.03 * 50 / 51, within: 1e-12))
    // The background has one case of unlisted, which had the sign.
    let background = try #require(row(updated, "sign", "present", nil))
    #expect(isClose(background.probability, to: (0.03 * 50 + 1) / 51, within: 1e-12))
    // age given tumour: old 0.65 of n 20, the others 0.35 by the background's 2 to 5.
    #expect(
      isClose(
        try probability(updated, "age", "old", "tumour"), to: (0.65 * 20 + 1) / 22, within: 1e-12))
    #expect(
      isClose(
        try probability(updated, "age", "young", "tumour"), to: 0.1 * 20 / 22, within: 1e-12))
    #expect(
      isClose(
        try probability(updated, "age", "middle", "tumour"), to: (0.25 * 20 + 1) / 22,
        within: 1e-12))
    // Nobody with unlisted has an age: its rows are as they were.
    #expect(row(updated, "age", "old", nil)?.note.isEmpty == true)
    #expect(row(updated, "age", "old", nil)?.effectiveN == 50)
    #expect(updated.findings == model.findings)
    #expect(updated.sources["local_clinic_a_2026_03_01"]?.identifier.hasPrefix("sha256:0") == true)
  }

  @Test func `priors of settings with cases are updated and others stay`() async throws {
    let cases = try await cases(text.replacing("e,strain,ward", with: "e,strain,"))
    let fit = LocalFit(updating: model, tables: tables)
    let updated = try Model(tables: try fit.tables(cases, from: source))
    // clinic: 2 strain, 3 tumour, 1 unlisted of 6; effective n 100 of every row.
    let expected = [(0.875 * 100 + 2) / 106, (0.025 * 100 + 3) / 106, (0.1 * 100 + 1) / 106]
    for cause in 0..<3 {
      #expect(isClose(updated.priorTable[cause], to: expected[cause], within: 1e-12))
      #expect(updated.priorTable[3 + cause] == model.priorTable[3 + cause])
    }
    let kept = LocalFit(updating: model, tables: tables, keepsPriors: true)
    let same = try Model(tables: try kept.tables(cases, from: source))
    #expect(same.priorTable == model.priorTable)
  }

  /// What is not updated stays as it was, to the byte.
  @Test func `tables without numbers of cases are not touched`() async throws {
    let updated = try LocalFit(updating: model, tables: tables).tables(
      try await cases(text), from: source)
    for name in ["findings.csv", "causes.csv", "red_flags.csv", "losses.csv"] {
      #expect(updated.files[name] == tables.files[name])
    }
  }

  /// The evidence counts once, however the cases are cut into files.
  @Test func `two updates are one update with all cases`() async throws {
    let lines = text.split(separator: "\n").map(String.init)
    let first = ([lines[0]] + lines[1...3]).joined(separator: "\n") + "\n"
    let second = ([lines[0]] + lines[4...]).joined(separator: "\n") + "\n"
    let fit = LocalFit(updating: model, tables: tables)
    let half = try fit.tables(try await cases(first), from: source)
    let halfModel = try Model(tables: half)
    let later = LocalSource(
      file: "clinic A.csv", date: "2026-03-01", checksum: "1", taken: Set(halfModel.sources.keys))
    #expect(later.key == "local_clinic_a_2026_03_01_2")
    let twice = try Model(
      tables: try LocalFit(updating: halfModel, tables: half).tables(
        try await cases(second), from: later))
    let once = try Model(tables: try fit.tables(try await cases(text), from: source))
    for (left, right) in zip(
      twice.likelihoodTable.probabilities, once.likelihoodTable.probabilities)
    {
      // The same sums in another order.
      #expect(isClose(left, to: right, within: 1e-12))
    }
    for (left, right) in zip(twice.priorTable, once.priorTable) {
      #expect(isClose(left, to: right, within: 1e-12))
    }
  }

  @Test func `counts are those of plain loops`() async throws {
    let shipped = try Repository.model()
    let scorer = Scorer(model: shipped)
    let batch = SimulatedCases.draw(1200, model: shipped, seed: 61)
    let counts = LocalCounts(batch, scorer: scorer)
    let table = shipped.likelihoodTable
    var expected = [Double](repeating: 0, count: table.stateRowCount * table.causeCount)
    for index in 0..<batch.count {
      for finding in shipped.findings.indices {
        let state =
          batch.state(of: finding, case: index) ?? (finding == shipped.settingFinding ? 0 : nil)
        guard let state else { continue }
        let row = table.firstStateRow[finding] + state
        expected[row * table.causeCount + batch.diagnosis(of: index)[0]] += 1
      }
    }
    #expect(counts.counts.elements == expected)
  }
}
