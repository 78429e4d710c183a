import Dorsal
import Testing

/// `steps.csv`: what it gives, and every fault of it.
@Suite struct StepLoadingTests {
  private static func tables(_ steps: String) -> SmallModel {
    var tables = SmallModel()
    tables.steps = steps
    return tables
  }

  @Test func `a row is what it says`() throws {
    let model = try Self.tables(StepTable.text).load()
    #expect(
      model.steps.map(\.id) == ["back", "rest", "blood", "scan", "look", "bone", "team", "ward"])
    let back = model.steps[0]
    #expect(back.kind == .comeBack && back.when == .weeks && back.afterDays == 14)
    #expect(back.causes == [0] && back.rules.isEmpty && back.basis == .assumed)
    let look = model.steps[4]
    #expect(look.causes == [1, 0] && look.finding == 1 && look.note == "a note")
    let bone = model.steps[5]
    #expect(bone.onlyIf.map(\.finding) == [2, 3])
    #expect(bone.onlyIf.map(\.states) == [[2, 1], [0]])
    let team = model.steps[6]
    #expect(team.rules.map { model.redFlags[$0].rule } == ["sign"])
    #expect(team.sources == ["smith2001"] && team.when == .sameDay)
    #expect(model.steps[3].what == "Scan of the back, and of the neck")
  }

  @Test func `what is written is read again`() throws {
    let model = try Self.tables(StepTable.text).load()
    let written = ModelTables(model, origin: "written")
    #expect(try Model(tables: written).steps == model.steps)
  }

  @Test func `the table is no part of the checksum, and may be missing`() throws {
    let without = try SmallModel().load()
    let with = try Self.tables(StepTable.text).load()
    #expect(with.checksum == without.checksum)
    #expect(without.steps.isEmpty)
    #expect(ModelTables(without, origin: "w").files["steps.csv"] == nil)
    // A header alone is a table without steps.
    #expect(try Self.tables(StepTable.header).load().steps.isEmpty)
  }

  /// `~` stands before the cell that is at fault.
  @Test(arguments: [
    ("~A,test,tumour,,Look,days,,,,,assumed,,", "\"A\" is not an id;"),
    ("a,~tets,tumour,,Look,days,,,,,assumed,,", "\"tets\"; expected one of test, referral,"),
    ("a,test,~tumor,,Look,days,,,,,assumed,,", "unknown cause \"tumor\"; did you mean \"tumour\"?"),
    ("a,test,~tumour;,,Look,days,,,,,assumed,,", "unknown cause \"\""),
    ("a,test,~tumour;tumour,,Look,days,,,,,assumed,,", "\"tumour\" stands twice"),
    (
      "a,test,tumour,~sgin,Look,days,,,,,assumed,,", "unknown rule \"sgin\"; did you mean \"sign\"?"
    ),
    ("a,test,~,,Look,days,,,,,assumed,,", "a step without cause and rule;"),
    ("a,test,tumour,,~,days,,,,,assumed,,", "the cell \"what\" is empty"),
    ("a,test,tumour,,Look,~soon,,,,,assumed,,", "\"soon\"; expected one of now, same_day,"),
    ("a,come_back,tumour,,Look,days,~,,,,assumed,,", "come_back without the days"),
    ("a,test,tumour,,Look,days,~14,,,,assumed,,", "test with days;"),
    ("a,come_back,tumour,,Look,days,~0,,,,assumed,,", "\"0\"; expected a whole number"),
    ("a,come_back,tumour,,Look,days,~1.5,,,,assumed,,", "\"1.5\"; expected a whole number"),
    ("a,come_back,tumour,,Look,days,~1e99,,,,assumed,,", "\"1e99\"; expected a whole number"),
    ("a,come_back,tumour,,Look,days,~nan,,,,assumed,,", "\"nan\"; expected a whole number"),
    ("a,test,tumour,,Look,days,,~sgin,,,assumed,,", "unknown finding \"sgin\"; did you mean"),
    ("a,test,tumour,,Look,days,,~setting,,,assumed,,", "the setting is no finding"),
    ("a,care,tumour,,Look,days,,~sign,,,assumed,,", "care with a finding;"),
    ("a,test,tumour,,Look,days,,,~aeg=old,,assumed,,", "unknown finding \"aeg\"; did you mean"),
    ("a,test,tumour,,Look,days,,,~age=od,,assumed,,", "unknown state of age \"od\"; did you mean"),
    ("a,test,tumour,,Look,days,,,~age=,,assumed,,", "unknown state of age \"\""),
    ("a,test,tumour,,Look,days,,,~age=old|old,,assumed,,", "\"old\" stands twice"),
    ("a,test,tumour,,Look,days,,,~age,,assumed,,", "\"age\" is no condition; expected"),
    ("a,test,tumour,,Look,days,,,,~age=old;,assumed,,", "\"\" is no condition;"),
    ("a,test,tumour,,Look,days,,,,~age=old;age=young,assumed,,", "two conditions on age;"),
    ("a,test,tumour,,Look,days,,,age=old,~age=old|young,assumed,,", "\"age\" speaks against it"),
    ("a,test,tumour,,Look,days,,,,,~derived,smith2001,", "\"derived\"; expected one of published,"),
    ("a,test,tumour,,Look,days,,,,,published,~,", "a published step without a source"),
    ("a,test,tumour,,Look,days,,,,,assumed,~smth2001,", "unknown source \"smth2001\"; did you"),
    ("a,care,tumour,,~Take 400 mg,days,,,,,assumed,,", "\"400 mg\" is a dose;"),
    ("a,care,tumour,,Rest,days,,,,,assumed,,~two tablets a day", "\"two tablets\" is a dose;"),
  ])
  func `a fault is told with its place`(row: String, message: String) throws {
    let place = try #require(row.split(separator: "~", omittingEmptySubsequences: false).first)
    let text = StepTable.header + row.replacing("~", with: "") + "\n"
    let faults = Self.tables(text).faults()
    #expect(faults.count == 1, "\(faults)")
    #expect(
      faults.first?.hasPrefix("small/steps.csv:2:\(place.count + 1): " + message) == true,
      "\(faults)")
  }

  @Test func `a repeated id names the first line`() {
    let row = ",test,tumour,,Look,days,,,,,assumed,,\n"
    #expect(
      Self.tables(StepTable.header + "a" + row + "b" + row + "a" + row).faults() == [
        "small/steps.csv:4:1: the step \"a\" stands twice; the first is on line 2"
      ])
  }

  @Test func `columns are asked for`() {
    let faults = Self.tables("step,kind,cause\na,test,tumour\n").faults()
    #expect(faults.contains { $0.contains("steps.csv:1:11: unknown column \"cause\"") })
    for column in ["causes", "rules", "what", "when", "only_if", "against", "basis", "source"] {
      #expect(faults.contains("small/steps.csv:1:1: the column \"\(column)\" is missing"))
    }
  }

  /// The faulty rule is told in its own table alone.
  @Test func `a rule that is at fault is known all the same`() {
    var tables = Self.tables(StepTable.text)
    tables.redFlags = tables.redFlags.replacing("sign,urgent", with: "sign,soon")
    let faults = tables.faults()
    #expect(faults.count == 1)
    #expect(faults.first?.hasPrefix("small/red_flags.csv:2:") == true)
  }

  /// Of the own rules, `sign` and `old_chest`, the red flags that stand in keep one or none.
  @Test(arguments: [
    (
      ["sign", "old_chest"],
      ["team": ["sign"], "ward": ["old_chest"], "both": ["sign", "old_chest"]]
    ),
    (["old_chest"], ["team": [], "ward": ["old_chest"], "both": ["old_chest"]]),
    ([], ["team": [], "ward": []]),
  ])
  func `with other red flags no step hangs on a rule that is not among them`(
    kept: [String], rules: [String: [String]]
  ) throws {
    var own = Self.tables(
      StepTable.text + "both,advice,,sign;old_chest,Tell of signs,now,,,,,assumed,,\n")
    let text =
      own.redFlags.split(separator: "\n").filter { line in
        line.hasPrefix("rule,") || kept.contains { line.hasPrefix($0 + ",") }
      }.joined(separator: "\n") + "\n"
    let model = try Model(
      tables: own.tables.replacing("red_flags.csv", with: Array(text.utf8), file: "b.csv"))
    #expect(model.redFlags.map(\.rule) == kept)
    // Steps for causes stay; one for rules alone goes with the last of them.
    let always = ["back", "rest", "blood", "scan", "look", "bone", "team", "ward"]
    #expect(model.steps.map(\.id) == always + (kept.isEmpty ? [] : ["both"]))
    for (step, names) in rules {
      let found = try #require(model.steps.first { $0.id == step })
      #expect(found.rules.map { model.redFlags[$0].rule } == names, "\(step)")
    }
    // A name that the model does not know either is a misspelt one.
    own.steps = own.steps?.replacing("sign;old_chest", with: "sgin;old_chest")
    let faults = #expect(throws: DorsalError.self) {
      try Model(
        tables: own.tables.replacing("red_flags.csv", with: Array(text.utf8), file: "b.csv"))
    }?.faults.map(\.description)
    #expect(
      faults == [
        "small/steps.csv:10:14: unknown rule \"sgin\"; did you mean \"sign\"?; expected ids with ; "
          + "between them"
      ])
  }

  @Test func `a difference tells steps though the checksum is the same`() throws {
    let old = try Self.tables(StepTable.text).load()
    let rows = StepTable.text.split(separator: "\n").filter { !$0.hasPrefix("rest,") }
    let changed =
      rows.joined(separator: "\n").replacing("Blood tests,days", with: "Blood tests,now") + "\n"
    let difference = ModelDifference(from: old, to: try Self.tables(changed).load())
    #expect(difference.steps.removed == ["rest"] && difference.steps.added.isEmpty)
    #expect(difference.changedSteps == ["blood"])
    let text = difference.text(top: 5)
    #expect(text.contains("steps removed: rest\n") && text.contains("steps changed: blood\n"))
    #expect(ModelDifference(from: old, to: old).text(top: 5).contains("the same tables"))
  }
}
