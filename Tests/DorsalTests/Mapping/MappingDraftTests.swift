import Dorsal
import Testing

/// First mappings of files, and the synonyms that they rest on.
@Suite struct MappingDraftTests {
  static func draft(_ text: String) throws -> [CaseMapping.Line] {
    let model = try Repository.model()
    let profiles = try ColumnProfiles(
      source: MemoryByteSource(text), file: "f", model: model, dialect: Dialect())
    return MappingDraft(profiles, model: model).lines
  }

  /// A line in short: `finding codes unit`, with a question mark where it is to be decided.
  static func short(_ line: CaseMapping.Line) -> String {
    let codes = line.codes.map { "\($0.pattern)=\($0.state)" }.joined(separator: ";")
    return [line.finding, codes, line.unit, line.decide.isEmpty ? "" : "?"]
      .filter { !$0.isEmpty }.joined(separator: " ")
  }

  @Test(arguments: [
    ("fever", "yes,no,", "fever"), ("Fever", "1.0,0.0,", "fever"), ("age_years", "40,50,9", "age"),
    ("gender", "M,F,", "sex F=female;M=male"), ("gender", "1,2,2", "sex 1=;2= ?"),
    ("is_male", "1,0,1", "sex 0=female;1=male"),
    ("is_female", "no,yes,no", "sex no=male;yes=female"),
    ("hx_cancer", "0,1,1", "history_of_cancer"), ("wbc", "7.1,12.3,9", "white_cells"),
    ("hgb", "13.1,9.2,14", "haemoglobin g/dL ?"), ("hb_gdl", "13.1,9.2,14", "haemoglobin g/dL"),
    ("haemoglobin[g/dL]", "13.1,9.2,14", "haemoglobin g/dL"),
    ("hr", "90,110,70", "tachycardia 20..100=absent;100..300=present"),
    ("temp", "36.1,39,37", "fever 38..45=present;25..38="),
    ("temp", "98.6,101,99", "fever 100.4..113=present;77..100.4= ?"),
    ("slr", "pos,neg,neg", "straight_leg_raise neg=absent;pos=present"),
    ("site___2", "0,1,0", "site 0=;1= ?"), ("site___flank", "0,1,0", "site 0=;1=flank"),
    ("pmh___dm", "0,1,0", "diabetes 0=absent;1=present"),
    ("site", "Lumbar,Cervical,flank", "site Cervical=neck;Lumbar=low_back;flank=flank"),
    ("colour", "red,blue,red", ""), ("crp", "3,80,12", "crp ?"),
    ("duration_weeks", "1,2,6", "duration wk"), ("pain_duration", "3,9,30", "duration"),
    ("pain_duration_weeks", "26,13,4", "duration wk"),
    ("pain duration weeks", "26,13,4", "duration wk"),
    ("pain_duration_months", "6,3,1", "duration mo"),
    ("symptom_duration_weeks", "2,9,1", "duration wk"),
    ("symptom_duration_wks", "2,9,1", "duration wk"), ("pain_duration_days", "3,9,30", "duration"),
    // A number of days beside a temperature may be anything.
    ("temp_days", "36.5,37,39", "fever 38..45=present;25..38= ?"),
    ("lipase", "40,60,300", "lipase ?"),
  ])
  func `a column is guessed by its name and values`(
    name: String, values: String, line: String
  ) throws {
    let rows = values.split(separator: ",", omittingEmptySubsequences: false).enumerated()
      .map { "\($0),\($1)\n" }.joined()
    let lines = try Self.draft("id,\(name)\n\(rows)")
    #expect(lines.map(Self.short) == ["id", line])
  }

  @Test func `a list of problems gives findings by its codes`() throws {
    let lines = try Self.draft("id,problems\na,E11.9;I10\nb,C50.9\nc,I25.1;J45\n")
    let diabetes = try #require(lines.first { $0.finding == "diabetes" })
    #expect(diabetes.codes.contains { $0.pattern == "E11*" && $0.state == "present" })
    #expect(diabetes.separator == UInt8(ascii: ";"))
    #expect(!diabetes.codes.contains { $0.state == "absent" })
  }

  @Test func `an id is unique, and there is one`() throws {
    let lines = try Self.draft("mrn,record_id\n1,1\n1,2\n")
    #expect(lines.map(Self.short) == ["id ?", ""])
    #expect(try Self.draft("mrn,id\n1,1\n1,2\n").map(Self.short) == ["", "id"])
  }

  @Test func `the first mapping of a plain file reads it as it is`() throws {
    let model = try Repository.model()
    let pair = MappedFileTests.pair(model: model, seed: 5, count: 300)
    let profiles = try ColumnProfiles(
      source: MemoryByteSource(pair.plainText), file: "f", model: model, dialect: Dialect())
    let draft = MappingDraft(profiles, model: model)
    let undecided = Set(draft.lines.filter { !$0.decide.isEmpty }.map(\.column))
    // Laboratory values may be in another unit, whatever the name of their column.
    let allowed = model.findings.filter { $0.kind == .number }.map(\.id)
    #expect(undecided.isSubset(of: allowed))
    let decided = draft.lines.map { line in
      var line = line
      if allowed.contains(line.column) { (line.decide, line.unit) = ("", "") }
      return line
    }
    let mapping = String(decoding: CaseMapping.csv(decided), as: UTF8.self)
    #expect(
      try MappedFileTests.read(pair.plainText, mapping: mapping, model: model)
        == MappedFileTests.read(pair.plainText, model: model))
  }

  @Test func `what is written is read as the same lines`() throws {
    let lines = try Self.draft(
      "mrn,gender,hgb,problems,x\n1,1,13,E11;I10,a\n2,2,12,C50,b\n3,1,14,I10,\n")
    let csv = try CaseMapping(bytes: CaseMapping.csv(lines), file: "m")
    let json = try CaseMapping(
      bytes: Array(CaseMapping.json(lines).indentedText.utf8), file: "m")
    func told(_ mapping: CaseMapping) -> String {
      String(decoding: CaseMapping.csv(mapping.lines), as: UTF8.self)
    }
    #expect(told(csv) == told(json))
    #expect(csv.lines.map(Self.short) == lines.map(Self.short))
  }

  @Test func `the synonyms of the shipped model name its findings`() throws {
    let model = try Repository.model()
    #expect(model.synonyms.faults(findings: model.findings) == [])
    for (name, finding) in [
      ("wbc", "white_cells"), ("Hb", "haemoglobin"), ("SBP", "hypotension"),
      ("slr", "straight_leg_raise"), ("Gender", "sex"), ("hr", "tachycardia"),
      ("cancer_hx", "history_of_cancer"), ("MRN", "id"),
    ] {
      #expect(model.synonyms.entry(named: name)?.finding == finding)
    }
    #expect(model.synonyms.entry(named: "bananas") == nil)
  }

  @Test func `a table of synonyms that is wrong is told`() throws {
    let text = "name,finding,state,unit,basis\nx,nothing,,,name\nX,sign,maybe,,guess\n"
    let faults = Synonyms(bytes: Array(text.utf8), file: "s")
      .faults(findings: try SmallModel().load().findings).map(\.description)
    for message in [
      "s:2:1: unknown finding \"nothing\"", "s:3:1: \"guess\"; expected one of name",
      "s:3:1: unknown state \"maybe\" of sign", "s:3:1: \"X\" stands on line 2 already",
    ] {
      #expect(faults.contains { $0.contains(message) }, "\(message)")
    }
  }

  @Test func `an abbreviation is never taken for another`() throws {
    let model = try Repository.model()
    do {
      _ = try MappedFileTests.read("id,mrn,wbc,xyz\n", model: model)
      Issue.record("read")
    } catch let fault as DorsalError {
      #expect(fault.description.contains("\"mrn\"; did you mean \"id\"?"))
      #expect(fault.description.contains("\"wbc\"; did you mean \"white_cells\"?"))
      #expect(!fault.description.contains("crp"))
    }
  }
}
