import Dorsal
import Foundation
import Testing

/// A model is checked as a whole, and every fault is told with its place.
@Suite struct ModelLoadingTests {
  @Test func `tables without faults load`() throws {
    let model = try SmallModel().load()
    #expect(model.causes.map(\.id) == ["strain", "tumour", "unlisted"])
    #expect(model.settings == ["clinic", "ward"])
    #expect(model.sources["smith2001"]?.citation == "Smith A. A study, with a comma. J 2001;1:1-2")
    #expect(model.card.name == "small")
  }

  /// What is replaced in which table, and the fault that must be told.
  struct Change: Sendable, CustomTestStringConvertible {
    let table: String
    let old: String
    let new: String
    let place: String
    let word: String
    var testDescription: String { "\(table): \(old) -> \(new)" }

    func apply(to model: inout SmallModel) {
      func change(_ path: WritableKeyPath<SmallModel, String>) {
        #expect(model[keyPath: path].contains(old), "the test changes something")
        model[keyPath: path] = model[keyPath: path].replacing(old, with: new, maxReplacements: 1)
      }
      switch table {
      case "model.json": change(\.card)
      case "findings.csv": change(\.findings)
      case "causes.csv": change(\.causes)
      case "priors.csv": change(\.priors)
      case "likelihoods.csv": change(\.likelihoods)
      case "red_flags.csv": change(\.redFlags)
      case "losses.csv": change(\.losses)
      default: change(\.sources)
      }
    }
  }

  @Test func `burdens are read where a table has them`() throws {
    var small = SmallModel()
    #expect(try small.load().findings.allSatisfy { $0.burden == nil })
    small.findings = """
      id,section,kind,unit,edges,states,minimum,maximum,weight,group,burden,question
      setting,context,category,,,clinic;ward,,,1,,,Where?
      sign,examination,binary,,,absent;present,,,1,,0.5,Sign?
      age,history,number,years,18;50,young;middle;old,0,120,1,,2,Age?
      site,pain,category,,,back;chest;leg,,,0.5,,0.25,Where does it hurt?

      """
    #expect(try small.load().findings.map(\.burden) == [nil, 0.5, 2, 0.25])
    for wrong in ["", "0", "-1", "cheap"] {
      var other = small
      other.findings = other.findings.replacing(",0.5,Sign?", with: ",\(wrong),Sign?")
      #expect(
        other.faults() == ["small/findings.csv:3:47: \"\(wrong)\"; expected a number above 0"])
    }
  }

  static let changes = [
    Change(
      table: "model.json", old: "\"title\": \"Small\", ", new: "", place: "1:1",
      word: "\"title\" is missing"),
    Change(
      table: "model.json", old: "\"name\":", new: "\"nam\":", place: "1:2",
      word: "did you mean \"name\""),
    Change(table: "model.json", old: "\"1\"", new: "1", place: "1:19", word: "expected a string"),
    Change(table: "model.json", old: "}", new: "", place: "2:", word: "ends early"),
    Change(
      table: "findings.csv", old: "weight,group", new: "wait,group", place: "1:",
      word: "unknown column \"wait\""),
    Change(
      table: "findings.csv", old: "sign,examination,binary", new: "sign,examination,bool",
      place: "3:18", word: "expected one of binary, category, number"),
    Change(
      table: "findings.csv", old: "absent;present", new: "no;yes", place: "3:27",
      word: "has the states absent;present"),
    Change(table: "findings.csv", old: "18;50", new: "50;18", place: "4:", word: "do not ascend"),
    Change(
      table: "findings.csv", old: "18;50", new: "18", place: "4:", word: "1 edges; expected 2"),
    Change(
      table: "findings.csv", old: "0,120", new: "0,40", place: "4:26",
      word: "an edge outside the minimum and the maximum"),
    Change(
      table: "findings.csv", old: ",0.5,,", new: ",1.5,,", place: "5:",
      word: "expected a number from 0 to 1"),
    Change(
      table: "findings.csv", old: "site,pain", new: "sign,pain", place: "5:1",
      word: "\"sign\" stands twice"),
    Change(
      table: "findings.csv", old: "setting,context", new: "place,context", place: "1:1",
      word: "\"setting\" is missing"),
    Change(
      table: "findings.csv", old: "0.5,,Where", new: "0.5,here;here,Where", place: "5:43",
      word: "the group \"here\" stands twice"),
    Change(
      table: "findings.csv", old: "0.5,,Where", new: "0.5,here;there,Where", place: "5:43",
      word: "2 groups; a finding is in one group at most"),
    Change(
      table: "findings.csv", old: "0.5,,Where", new: "0.5,site,Where", place: "5:43",
      word: "\"site\" is a finding, this one"),
    Change(
      table: "findings.csv", old: "0.5,,Where", new: "0.5,sign,Where", place: "5:43",
      word: "\"sign\" is a finding; a group is not a finding"),
    Change(
      table: "findings.csv", old: "0.5,,Where", new: "0.5,Where from,Where", place: "5:43",
      word: "\"Where from\" is not an id"),
    Change(
      table: "findings.csv",
      old: "1,,Age?\nsite,pain,category,,,back;chest;leg,,,0.5,,Where",
      new: "1,bodily,Age?\nsite,pain,category,,,back;chest;leg,,,0.5,bodliy,Where",
      place: "5:43", word: "did you mean \"bodily\""),
    Change(
      table: "findings.csv", old: "1,,Where?", new: "1,context,Where?", place: "2:44",
      word: "\"setting\" chooses the prior and is in no group"),
    Change(
      table: "causes.csv", old: "urgent", new: "urgnet", place: "3:",
      word: "expected one of self_care"),
    Change(
      table: "causes.csv", old: "unlisted,other", new: "unknown,other", place: "1:1",
      word: "the last cause must be \"unlisted\""),
    Change(
      table: "priors.csv", old: "clinic,strain,0.875", new: "clinic,strain,0.8", place: "2:15",
      word: "add up to 0.925"),
    Change(
      table: "priors.csv", old: "ward,tumour,0.25,100,assumed,,\n", new: "", place: "1:1",
      word: "no prior in ward for tumour"),
    Change(
      table: "priors.csv", old: "ward,tumour", new: "ward,tumor", place: "6:6",
      word: "did you mean \"tumour\""),
    Change(
      table: "priors.csv", old: "ward,tumour", new: "wart,tumour", place: "6:1",
      word: "did you mean \"ward\""),
    Change(
      table: "priors.csv", old: "0.875", new: "1.2", place: "2:15",
      word: "expected a probability below 1"),
    Change(
      table: "priors.csv", old: "ward,tumour,0.25,100", new: "ward,tumour,0.25,0", place: "6:",
      word: "expected a number above 0"),
    Change(
      table: "likelihoods.csv", old: "0.03,50,published,smith2001", new: "0.03,50,published,",
      place: "2:", word: "a published number without a source"),
    Change(
      table: "likelihoods.csv", old: "derived,smith2001,0.5 x 1.3 = 0.65",
      new: "derived,smith2001,", place: "7:", word: "without a note"),
    Change(
      table: "likelihoods.csv", old: "derived,smith2001", new: "derived,smyth2001", place: "7:",
      word: "did you mean \"smith2001\""),
    Change(
      table: "likelihoods.csv", old: "age,young,*,0.2", new: "age,young,*,0.1", place: "6:",
      word: "age given * add up to 0.9"),
    Change(
      table: "likelihoods.csv",
      old: "age,young,*,0.2,50,assumed,,\nage,middle,*,0.5,50,assumed,,\n",
      new: "", place: "1:1", word: "can never be scored"),
    Change(
      table: "likelihoods.csv", old: "site,back,strain,0.8,10,assumed,,",
      new: "site,back,strain,0.8,10,assumed,,\nsite,leg,strain,0.2,10,assumed,,", place: "12:",
      word: "leave nothing for the others"),
    Change(
      table: "likelihoods.csv", old: "sign,present,tumour", new: "sign,maybe,tumour", place: "3:6",
      word: "unknown state of sign \"maybe\""),
    Change(
      table: "likelihoods.csv", old: "sign,present,tumour", new: "sgin,present,tumour",
      place: "3:1", word: "did you mean \"sign\""),
    Change(
      table: "likelihoods.csv", old: "sign,present,tumour,0.6", new: "sign,present,tumour,1",
      place: "3:21", word: "\"1\"; expected a probability"),
    Change(
      table: "likelihoods.csv", old: "sign,present,tumour,0.6,40", new: "sign,present,tumour,0.6,0",
      place: "3:25", word: "\"0\"; expected a number above 0"),
    Change(
      table: "likelihoods.csv", old: "sign,present,tumour,0.6,40",
      new: "sign,present,tumour,0.6,-40", place: "3:25", word: "expected a number above 0"),
    Change(
      table: "likelihoods.csv", old: "sign,present,tumour,0.6,40",
      new: "sign,present,tumour,0.6,nan", place: "3:25", word: "expected a number above 0"),
    Change(
      table: "priors.csv", old: "ward,tumour,0.25,100", new: "ward,tumour,0.25,-1", place: "6:18",
      word: "expected a number above 0"),
    Change(
      table: "red_flags.csv", old: "old_chest,emergency,age,old",
      new: "old_chest,emergency,aeg,old",
      place: "3:21", word: "did you mean \"age\""),
    Change(
      table: "losses.csv", old: "urgent,*,", new: "urgent,tumour,", place: "7:",
      word: "a second row for urgent"),
    Change(
      table: "likelihoods.csv", old: "age,old,tumour", new: "sign,present,tumour", place: "7:6",
      word: "the first is on line 3"),
    Change(
      table: "likelihoods.csv", old: "site,back,strain", new: "setting,ward,strain", place: "11:1",
      word: "chooses the prior"),
    Change(
      table: "likelihoods.csv", old: "sign,present,tumour,0.6", new: "sign,present,tumour,0.6,",
      place: "3:1", word: "9 cells; expected 8"),
    Change(
      table: "red_flags.csv", old: "sign,urgent,sign", new: "sign,urgent,sgin", place: "2:13",
      word: "did you mean \"sign\""),
    Change(
      table: "red_flags.csv", old: "chest|back", new: "chest|bakc", place: "4:26",
      word: "did you mean \"back\""),
    Change(
      table: "red_flags.csv", old: "old_chest,emergency,site", new: "old_chest,urgent,site",
      place: "4:1", word: "differ in urgency or message"),
    Change(
      table: "red_flags.csv", old: "old_chest,emergency,site,chest|back",
      new: "old_chest,emergency,age,old", place: "4:21", word: "two conditions on one finding"),
    Change(
      table: "red_flags.csv", old: "warning.,smith2001", new: "warning.,smyth2001", place: "2:",
      word: "did you mean \"smith2001\""),
    Change(
      table: "losses.csv", old: "routine,*,1", new: "routine,strain,1", place: "1:1",
      word: "no loss of routine for unlisted"),
    Change(
      table: "losses.csv", old: "routine,tumour,20", new: "routine,tumour,-1", place: "5:16",
      word: "expected a number of 0 or more"),
    Change(
      table: "losses.csv", old: "routine,tumour", new: "routine,tumor", place: "5:9",
      word: "did you mean \"tumour\""),
    Change(
      table: "losses.csv", old: "urgent,tumour,0", new: "self_care,tumour,0", place: "7:",
      word: "a second row for self_care"),
    Change(
      table: "sources.csv", old: "\"Smith A. A study, with a comma. J 2001;1:1-2\"", new: "",
      place: "2:11", word: "\"citation\" is empty"),
  ]

  @Test func `a group of one finding is no fault`() throws {
    var tables = SmallModel()
    tables.findings = tables.findings.replacing("0.5,,Where", with: "0.5,bodily,Where")
    #expect(try tables.load().findings.last?.group == "bodily")
  }

  @Test func `a group that findings share is no fault`() throws {
    var tables = SmallModel()
    tables.findings = tables.findings.replacing("1,,Age?", with: "1,bodily,Age?")
      .replacing("0.5,,Where", with: "0.5,bodily,Where")
    #expect(try tables.load().findings.map(\.group) == ["", "", "bodily", "bodily"])
  }

  @Test(arguments: changes)
  func `a fault is told with file, line and column`(change: Change) {
    var tables = SmallModel()
    change.apply(to: &tables)
    let faults = tables.faults()
    #expect(
      faults.contains {
        $0.hasPrefix("small/\(change.table):\(change.place)") && $0.contains(change.word)
      },
      "\(faults)")
  }

  @Test func `a faulty cell that repeats the one above is told again`() {
    var tables = SmallModel()
    tables.likelihoods = tables.likelihoods
      .replacing("10,assumed,,", with: "10,guessed,nobody1999,")
    let rows = tables.likelihoods.split(separator: "\n").enumerated()
      .filter { $1.contains("nobody1999") }.map { $0.offset + 1 }
    #expect(rows.count > 2)
    let faults = tables.faults()
    for (word, column) in [("guessed", "basis"), ("unknown source \"nobody1999\"", "source")] {
      let lines = faults.filter { $0.contains(word) }.map { $0.split(separator: ":")[1] }
      #expect(lines == rows.map { "\($0)" }, "\(column)")
    }
  }

  @Test func `all faults are told at once, in the order of the files`() {
    var tables = SmallModel()
    for table in ["findings.csv", "causes.csv", "priors.csv", "likelihoods.csv"] {
      let change = Self.changes.first { $0.table == table && $0.place.contains(":") }
      change?.apply(to: &tables)
    }
    tables.causes = SmallModel().causes.replacing("urgent", with: "urgnet")
    tables.findings = SmallModel().findings.replacing(",0.5,,", with: ",1.5,,")
    let files = tables.faults().map { $0.prefix { $0 != ":" } }
    #expect(
      files == [
        "small/findings.csv", "small/causes.csv", "small/priors.csv", "small/likelihoods.csv",
      ])
  }

  @Test(arguments: ModelTables.fileNames.filter { !ModelTables.optionalFileNames.contains($0) })
  func `a missing file is a fault of its own`(name: String) {
    var files = SmallModel().tables.files
    files[name] = nil
    do throws(DorsalError) {
      _ = try Model(tables: ModelTables(origin: "small", files: files))
      Issue.record("a model without \(name) loaded")
    } catch {
      #expect(
        error.faults.contains { $0.description.hasPrefix("small/\(name):1:1: the file is missing") }
      )
    }
  }

  @Test func `quotes, a byte-order mark and CRLF change nothing`() throws {
    var tables = SmallModel()
    tables.causes =
      "\u{FEFF}"
      + tables.causes.replacing("Strain", with: "\"Strain\"").replacing("\n", with: "\r\n")
    #expect(try tables.load().causes == SmallModel().load().causes)
  }
}
