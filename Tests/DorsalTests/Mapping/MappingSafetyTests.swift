import Dorsal
import Foundation
import Testing

/// What a first mapping must not take by itself: columns that look like a list of problems, and
/// numbers that no patient has.
@Suite struct MappingSafetyTests {
  /// The lines of one column beside ids.
  private static func lines(_ name: String, _ values: [String]) throws -> [CaseMapping.Line] {
    let rows = values.enumerated().map { "\($0),\"\($1)\"\n" }.joined()
    return try MappingDraftTests.draft("id,\"\(name)\"\n\(rows)").filter { $0.column == name }
  }

  @Test(arguments: [
    ("room", ["C34", "B20", "I10", "C50"]), ("Zimmer", ["C34", "B20", "I10"]),
    ("bed_no", ["C34", "B20", "I10"]), ("Station", ["C34", "B20", "I10"]),
    ("staff", ["C50", "I10", "E11"]), ("nurse_problem_number", ["C50", "I10", "E11"]),
    ("Patienten-ID", ["C001", "M002", "E110"]), ("Fallnummer", ["C5012", "I1013", "E1114"]),
    ("atc", ["C07AB02", "N02BE01", "C09AA05"]), ("atc", ["C07", "C09", "E11"]),
    ("medication_codes", ["C50", "C61", "C34"]), ("DRG", ["I68D", "G67C", "C61A"]),
    // By the values alone: groups of drugs and of cases, and numbers of no disease.
    ("grouper", ["I68D", "G67C", "C61A"]), ("problems", ["C07AB02", "N02BE01", "C09AA05"]),
    ("anything", ["P07798", "P07799", "P07801"]),
  ])
  func `rooms, staff, ids and drugs are no problems`(name: String, values: [String]) throws {
    #expect(try Self.lines(name, values).map(\.finding) == [""])
  }

  @Test(arguments: [
    "discharge_dx_icd", "Diagnose", "Hauptdiagnose", "Nebendiagnosen", "ICD", "code",
    "admission_problems", "presenting_problem", "family_history", "xyz",
  ])
  func `codes that may be of the visit are asked for`(name: String) throws {
    let lines = try Self.lines(name, ["C79.51", "C50.9", "I10", "E11.9"])
    #expect(lines.contains { $0.finding == "history_of_cancer" })
    for line in lines {
      #expect(line.decide == "problems before this visit, or its diagnosis?")
    }
  }

  @Test(arguments: [
    "problems", "Problem List", "problem_list_icd10", "past_medical_history", "PMH", "pmh_icd10",
    "previous_diagnoses", "Past Dx", "known_diagnosis", "comorbidities", "comorbidity1",
    "Vorerkrankungen", "Vordiagnosen", "Anamnese", "antécédents", "chronic_conditions",
  ])
  func `names and values that speak for problems are taken`(name: String) throws {
    let lines = try Self.lines(name, ["E11.9;I10", "C50.9", "I25.1;J45", "E119;I10"])
    #expect(lines.contains { $0.finding == "history_of_cancer" })
    #expect(lines.contains { $0.finding == "diabetes" })
    #expect(lines.allSatisfy { $0.decide.isEmpty })
  }

  @Test(arguments: [
    // One code in four is of a disease that the model asks for.
    ["A00", "A01", "B99", "I10"],
    // One text in ten is no code.
    ["E11", "I10", "C50", "E11", "I10", "C50", "E11", "I10", "C50", "asthma"],
  ])
  func `values that hardly speak for problems are asked for`(values: [String]) throws {
    let lines = try Self.lines("problems", values)
    #expect(lines.contains { $0.finding == "hypertension" })
    #expect(lines.allSatisfy { !$0.decide.isEmpty })
  }

  /// The limits that no living patient passes, by unit: written here by hand.
  private static let limits: [String: ClosedRange<Double>] = [
    "Cel": 25...45, "[degF]": 77...113, "mm[Hg]": 40...300, "/min": 20...300,
  ]

  @Test func `what a threshold cuts has limits in every table`() throws {
    let text = try String(
      contentsOfFile: Repository.modelFolder + "/synonyms.csv", encoding: .utf8)
    var count = 0
    for row in text.split(separator: "\n").dropFirst() where row.contains("=") {
      let cells = row.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      let limits = try #require(Self.limits[cells[3]], "\(row)")
      let ranges = CaseMapping.codes(cells[2]) { Issue.record("\($0)") }.map { code in
        code.pattern.split(separator: ".", maxSplits: 1).count == 2
          ? code.pattern.replacing("..", with: " ").split(separator: " ").compactMap {
            Double($0)
          } : []
      }
      #expect(ranges.allSatisfy { $0.count == 2 }, "\(row)")
      #expect(ranges.joined().min() == limits.lowerBound, "\(row)")
      #expect(ranges.joined().max() == limits.upperBound, "\(row)")
      count += 1
    }
    #expect(count > 20)
    let rules = try RecordCodes(model: Repository.model()).rules.map(\.rule)
    let byCode = ["8867-4": 20.0...300, "8480-6": 40...300, "8310-5": 25...45]
    for rule in rules {
      #expect(rule.range == (rule.threshold == nil ? nil : byCode[rule.code]), "\(rule.code)")
    }
  }

  @Test(arguments: [
    ("sbp", ["-99", "0", "999", "39.9", "300.1"], ["absent", "absent", "present"]),
    ("hr", ["-99", "0", "999", "19", "301"], ["absent", "present", "absent"]),
    ("temp", ["-99", "0", "999", "366", "98.6"], ["", "", "present"]),
  ])
  func `numbers that no patient has are bad values, in the mapping that is proposed`(
    name: String, strange: [String], expected: [String]
  ) throws {
    // In this order for a pressure, a rate and a temperature.
    let given = [
      "sbp": ["90", "128", "89.9"], "hr": ["100", "100.5", "72"],
      "temp": ["36.6", "37.9", "38"],
    ]
    let plain = try #require(given[name])
    let model = try Repository.model()
    let drafted = try MappingDraftTests.draft(
      "id,\(name)\n" + plain.enumerated().map { "\($0),\($1)\n" }.joined())
    #expect(drafted.allSatisfy { $0.decide.isEmpty && $0.unknown.isEmpty })
    let finding = try #require(model.findings.first { $0.id == drafted[1].finding })
    let text =
      "id,\(name)\n"
      + (plain + strange).enumerated().map { "\($0),\($1)\n" }.joined()
    let found = try MappedFileTests.read(
      text, mapping: String(decoding: CaseMapping.csv(drafted), as: UTF8.self), model: model)
    #expect(found.cases.count == plain.count)
    let place = try #require(model.index(ofFinding: finding.id))
    let codes = (0..<plain.count).map { found.codes[$0 * model.findings.count + place] }
    #expect(codes.map { $0 == 0 ? "" : finding.states[Int($0) - 1] } == expected)
    #expect(found.rejected.count == strange.count)
    for (line, (told, value)) in zip(found.rejected, strange).enumerated() {
      #expect(
        told.contains("f:\(line + plain.count + 2):") && told.contains("\"\(value)\"")
          && told.contains("no code of \(finding.id) in the mapping; expected"))
    }
    // Those who say so take them as unknown.
    var dialect = Dialect()
    dialect.badValues = .unknown
    let lenient = try MappedFileTests.read(
      text, mapping: String(decoding: CaseMapping.csv(drafted), as: UTF8.self), model: model,
      dialect: dialect)
    #expect(lenient.cases.count == plain.count + strange.count)
    #expect(
      (plain.count..<lenient.cases.count).allSatisfy {
        lenient.codes[$0 * model.findings.count + place] == 0
      })
  }

  @Test func `numbers that no patient has are asked about, and stand as words for unknown`() throws
  {
    let line = try #require(try Self.lines("sbp", ["128", "-99", "134", "0", "88"]).first)
    #expect(line.decide == "-99, 0 are in none of the ranges: unknown, or another unit?")
    #expect(line.unknown == ["-99", "0"])
    let many = try #require(
      try Self.lines("hr", (1...9).map { "\($0 * 1000)" } + ["80"]).first)
    #expect(
      many.decide
        == "1000, 2000, 3000, 4000, 5000 and 4 more are in none of the ranges: unknown, or another "
        + "unit?")
    #expect(many.unknown.isEmpty)
    // One word for unknown makes no degrees Fahrenheit.
    let celsius = try #require(try Self.lines("temp", ["36.6", "38.1", "999"]).first)
    #expect(celsius.codes.map(\.pattern) == ["38..45", "25..38"])
    #expect(celsius.unknown == ["999"])
  }

  /// 250.000 is a quarter of a million in German, and 250 elsewhere; without other numbers that
  /// have commas it is a number as any.
  @Test(arguments: [nil, CPULevel.best], ["250.000", "7.200", "<7.200", " 1.013"])
  func `a point before three digits is ambiguous beside decimal commas`(
    level: CPULevel?, value: String
  ) throws {
    let model = try Repository.model()
    let german = try MappedFileTests.read(
      "id;crp;platelets\na;;180\nb;;\(value)\nc;12,5;210\n", model: model, level: level)
    #expect(german.cases.map { $0.prefix(3) } == ["2 a", "4 c"])
    #expect(german.rejected.count == 1)
    #expect(
      german.rejected.first?.contains(
        "\(value.trimmingCharacters(in: .whitespaces)) in a file with decimal commas") == true)
    for text in [
      "id;crp;platelets\na;;180\nb;;\(value)\nc;12.5;210\n",
      "id,crp,platelets\na,,180\nb,,\(value)\n",
    ] {
      #expect(try MappedFileTests.read(text, model: model, level: level).rejected == [])
    }
    // Four digits, a number below one and a cell of letters are none of this.
    let others = try MappedFileTests.read(
      "id;crp;lactate;haemoglobin[g/dL]\nx1.234;12,5;0.500;14.2\nb;12.25;1.5;14,1\n", model: model,
      level: level)
    #expect(others.rejected == [])
  }

  @Test func `a point before three digits is asked about beside decimal commas`() throws {
    let lines = try MappingDraftTests.draft(
      "id;platelets;crp;hr\na;250.000;1,5;80\nb;180;2;90\nc;190;7;110\n")
    #expect(lines[1].decide == "250.000: a point between thousands, or before decimals?")
    #expect(lines[3].decide.isEmpty)
  }
}
