import Dorsal
import Testing

@Suite struct FreshModelTests {
  private let text = """
    Patient,Verdict,Fever,Side,Temp,Pulse rate,note
    1,Bad Disc,yes,Left leg,36.5,60,x
    2,Bad Disc,no,right,37.5,70,x
    3,Bad Disc,,Left leg,38.5,80,x
    4,Other thing,yes,right,39.5,90,x
    5,Other thing,yes,right,36.0,100,x
    6,Other thing,no,?,36.2,110,x

    """

  private func options() -> InferredTable.Options {
    var options = InferredTable.Options()
    options.label = "Verdict"
    options.ignored = ["Patient"]
    options.unknownWords = ["?"]
    options.edges = ["Temp": [37, 38]]
    options.parts = 2
    return options
  }

  private let source = LocalSource(file: "t.csv", date: "2026-03-01", checksum: "0")

  private func fit(
    _ text: String, _ options: InferredTable.Options, pseudoCount: Double
  ) async throws -> (Model, InferredTable) {
    let table = try await InferredTable(
      bytes: Array(text.utf8), file: "t.csv", options: options)
    let fit = try LocalFit(from: table, name: "fresh", pseudoCount: pseudoCount)
    var reader = try CaseFileReader(
      source: MemoryByteSource(table.caseFile), file: "t.csv", model: fit.model)
    let cases = try await LocalCases(
      &reader, scorer: Scorer(model: fit.model), keepsCases: false, repeatedIDs: .reject,
      threads: 2)
    #expect(cases.rejectedCount == 0)
    return (try Model(tables: try fit.tables(cases, from: source)), table)
  }

  @Test func `findings and causes are found in the columns`() async throws {
    let (model, table) = try await fit(text, options(), pseudoCount: 1)
    #expect(model.causes.map(\.id) == ["bad_disc", "other_thing", "unlisted"])
    #expect(model.causes[0].label == "Bad Disc")
    let findings = model.findings.dropFirst()
    #expect(findings.map(\.id) == ["fever", "side", "temp", "pulse_rate"])
    #expect(findings.map(\.kind) == [.binary, .category, .number, .number])
    #expect(model.findings[2].states == ["left_leg", "right"])
    #expect(model.findings[3].states == ["below_37", "37_to_38", "38_and_above"])
    // Two parts of equal count: the edge is the fourth of six.
    #expect(model.findings[4].edges == [90])
    #expect(model.settings == ["local", "other"])
    #expect(table.columnsLeftOut.map(\.column) == ["Patient", "note"])
    #expect(table.isRecoded)
    let lines = String(decoding: table.caseFile, as: UTF8.self).split(separator: "\n")
    #expect(lines[0] == "id,diagnosis,fever,side,temp,pulse_rate")
    #expect(lines[1] == "row_1,bad_disc,yes,left_leg,36.5,60")
    #expect(lines[6] == "row_6,other_thing,no,,36.2,110")
  }

  /// CategoricalNB's formula: (count + alpha) / (cases + alpha · states), unknown left out.
  @Test(arguments: [1.0, 0.5])
  func `likelihoods are smoothed shares`(alpha: Double) async throws {
    let (model, _) = try await fit(text, options(), pseudoCount: alpha)
    let table = model.likelihoodTable
    func p(_ finding: Int, _ state: Int, _ cause: Int) -> Double {
      table.probability(stateRow: table.firstStateRow[finding] + state, cause: cause)
    }
    // fever: one of two known; two of three.
    #expect(isClose(p(1, 1, 0), to: (1 + alpha) / (2 + 2 * alpha), within: 1e-12))
    #expect(isClose(p(1, 1, 1), to: (2 + alpha) / (3 + 2 * alpha), within: 1e-12))
    // The background, and with it unlisted, has all: three of five.
    #expect(isClose(p(1, 1, 2), to: (3 + alpha) / (5 + 2 * alpha), within: 1e-12))
    // temp of bad_disc: one in each of three states.
    #expect(isClose(p(3, 2, 0), to: 1.0 / 3, within: 1e-12))
    #expect(isClose(model.priorTable[0], to: (3 + alpha) / (6 + 3 * alpha), within: 1e-12))
    #expect(isClose(model.priorTable[2], to: alpha / (6 + 3 * alpha), within: 1e-12))
    // The setting without cases has the same priors.
    #expect(model.priorTable[3...].elementsEqual(model.priorTable[..<3]))
    #expect(model.likelihoods.allSatisfy { $0.evidence.basis == .derived })
  }

  @Test func `a case file is taken as it is, its settings included`() async throws {
    let text = """
      id,diagnosis,setting,sign
      a,strain,ward,present
      b,tumour,clinic,absent
      c,strain,clinic,absent

      """
    let (model, table) = try await fit(text, InferredTable.Options(), pseudoCount: 1)
    #expect(!table.isRecoded)
    #expect(table.caseFile == Array(text.utf8))
    #expect(model.settings == ["clinic", "ward"])
    // clinic: one of each and one pseudo-case of each of three.
    #expect(isClose(model.priorTable[0], to: 2.0 / 5, within: 1e-12))
    #expect(isClose(model.priorTable[3], to: 2.0 / 4, within: 1e-12))
  }

  @Test(arguments: [
    ("", "the file is empty"),
    ("id,diagnosis,sign\n", "no rows below the header"),
    ("id,sign\na,yes\n", "no column \"diagnosis\" with the cause"),
    ("id,diagnosis,sign\na,x,yes\nb,x,no\n", "all rows have the same cause"),
    ("id,diagnosis,sign\na,,yes\n", "no row has a cause"),
    ("id,diagnosis,sign\na,x,1\nb,y,1,2\n", "4 cells; expected 3"),
    ("id,diagnosis,sign,sign\na,x,1,1\n", "the column \"sign\" stands twice"),
    ("id,diagnosis,sign\na,x y,1\nb,x_y,0\n", "would both be \"x_y\""),
    ("id,diagnosis,site\na,x,unknown\nb,y,leg\n", "the value \"unknown\""),
    ("id,diagnosis,note\na,x,\nb,y,\n", "no column that can be a finding"),
  ])
  func `a table that cannot be fitted is refused in words`(
    text: String, message: String
  ) async throws {
    let error = await #expect(throws: DorsalError.self) {
      _ = try await InferredTable(
        bytes: Array(text.utf8), file: "t.csv", options: InferredTable.Options())
    }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }
}
