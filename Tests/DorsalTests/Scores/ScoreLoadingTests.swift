import Dorsal
import TestSupport
import Testing

/// The tables of scores are checked as a whole, and every fault is told with its place.
@Suite struct ScoreLoadingTests {
  @Test func `tables without faults load`() throws {
    let model = try SmallScores().load()
    #expect(model.inputs.map(\.id) == ["level", "rate", "fast"])
    #expect(model.scores.map(\.id) == ["spine", "risk", "signs", "plan"])
    let spine = model.scores[0]
    #expect(spine.kind == .points && spine.role == .score && spine.seen == .copy)
    #expect(spine.items.map(\.label) == ["Level", "Age"])
    #expect(spine.items[0].options.map(\.points) == [3, 1.5])
    #expect(spine.bands.map(\.points) == [0...2, 2.5...5])
    #expect(model.scores[3].bands.map(\.points) == [nil, nil, nil])
  }

  @Test func `a model without the tables has no scores`() throws {
    let model = try SmallModel().load()
    #expect(model.scores.isEmpty && model.inputs.isEmpty)
    #expect(ClinicalScores(model: model) == nil)
  }

  @Test func `inputs alone are columns that are passed over`() throws {
    var tables = SmallScores()
    (tables.scores, tables.items, tables.bands) = (nil, nil, nil)
    #expect(try tables.load().inputs.count == 3)
    #expect(ClinicalScores(model: try tables.load()) == nil)
  }

  /// No ranking hangs on scores, so that a calibration goes on fitting a model that gets some.
  @Test func `scores are not in the checksum`() throws {
    #expect(try SmallScores().load().checksum == SmallModel().load().checksum)
  }

  @Test func `what is written and loaded again is the same`() throws {
    let model = try SmallScores().load()
    let written = ModelTables(model, origin: "written")
    let again = try Model(tables: written)
    #expect(again.scores == model.scores)
    #expect(again.inputs == model.inputs)
    #expect(ModelTables(again, origin: "again").files == written.files)
  }

  /// A score with one item that adds up so many hundredths of a point of each of some binary inputs.
  private static func adding(_ points: [Int]) -> SmallScores {
    var tables = SmallScores()
    var (inputs, items) = ("id,kind,unit,edges,states,minimum,maximum,question\n", "")
    for (place, total) in points.enumerated() {
      inputs += "i\(place),binary,,,absent;present,,,Is it so?\n"
      let decimals = String(total % 100 + 100).dropFirst()
      items += "sum,all,sum,,i\(place),present,\(total / 100).\(decimals),,All,\n"
    }
    tables.inputs = inputs
    tables.scores = """
      id,kind,role,label,key,population,purpose,not_for,source,seen,note
      sum,points,score,Sum,,Adults,Adds,Not for children,smith2001,copy,

      """
    tables.items = "score,item,rule,option,finding,state,points,result,label,note\n" + items
    tables.bands = """
      score,band,least,greatest,label,meaning,source,note
      sum,all,0,1000,All,All of it,smith2001,

      """
    return tables
  }

  /// Points of one, two, four hundredths and so on have as many sums as their total; six times a
  /// thousand points more give a sum for each hundredth to 7,310.71.
  @Test(.releaseOnly) func `sums that are too many to look at are a fault and no wait`() throws {
    let points = (0..<17).map { 1 << $0 } + [Int](repeating: 100_000, count: 6)
    let (faults, seconds) = processorSeconds { Self.adding(points).faults() }
    #expect(faults.count == 1)
    #expect(faults.contains { $0.contains("too many different totals") }, "\(faults)")
    #expect(seconds < 10)
  }

  @Test func `rows that add up beyond what is exact are a fault`() throws {
    let faults = Self.adding([Int](repeating: 100_000, count: 84)).faults()
    #expect(
      faults.contains { $0.contains("the rows of the item add up to more than") }, "\(faults)")
  }

  /// Each looks twice at the one before: without a memory of what was seen the last would look at the
  /// first 2^60 times.
  @Test func `scores of scores of scores are looked at once`() throws {
    var tables = SmallScores()
    let count = 60
    tables.inputs = """
      id,kind,unit,edges,states,minimum,maximum,question
      x,binary,,,absent;present,,,Is it so?

      """
    var (scores, items, bands) = ("", "", "")
    for place in 0..<count {
      scores += "s\(place),points,score,S,,Adults,Counts,Not for children,smith2001,copy,\n"
      let (subject, state) = place == 0 ? ("x", "present") : ("s\(place - 1)", "some")
      items += "s\(place),a,,,\(subject),\(state),1,,A,\ns\(place),b,,,\(subject),\(state),1,,B,\n"
      bands += "s\(place),none,0,0,N,None,smith2001,\ns\(place),some,1,2,S,Some,smith2001,\n"
    }
    tables.scores =
      "id,kind,role,label,key,population,purpose,not_for,source,seen,note\n" + scores
    tables.items = "score,item,rule,option,finding,state,points,result,label,note\n" + items
    tables.bands = "score,band,least,greatest,label,meaning,source,note\n" + bands
    let clinical = try #require(ClinicalScores(model: try tables.load()))
    var batch = clinical.makeBatch()
    try batch.append(id: "a", findings: [:], model: clinical.reading)
    let result = clinical.result(
      of: count - 1, for: clinical.view(of: 0, in: batch, clinical.totals(for: batch)))
    #expect(result.missing == ["x"])
    #expect(result.points == 0...2)
  }

  /// What is replaced in which table, and the fault that must be told.
  struct Change: Sendable, CustomTestStringConvertible {
    let table: String
    let old: String
    let new: String
    let place: String
    let word: String
    var testDescription: String { "\(table): \(old) -> \(new)" }

    init(_ table: String, _ old: String, _ new: String, _ place: String, _ word: String) {
      (self.table, self.old, self.new, self.place, self.word) = (table, old, new, place, word)
    }
  }

  static let changes = [
    // Inputs.
    Change("inputs.csv", "level,category", "age,category", "2:1", "\"age\" is a finding"),
    Change("inputs.csv", "level,category", "setting,category", "2:1", "\"setting\" is a finding"),
    Change("inputs.csv", "level,category", "diagnosis,category", "2:1", "something else"),
    Change("inputs.csv", "level,category", "id,category", "2:1", "something else"),
    Change("inputs.csv", "fast,binary", "rate,binary", "4:1", "stands twice"),
    Change("inputs.csv", "fast,binary", "Fast,binary", "4:1", "is not an id"),
    Change("inputs.csv", "absent;present", "no;yes", "4:15", "absent;present"),
    Change(
      "inputs.csv", "number,per minute,,", "number,per minute,100,", "3:24", "cut by the items"),
    Change("inputs.csv", "20,300", "300,20", "3:30", "above the minimum"),
    Change("inputs.csv", "upper;middle;lower", "upper;upper", "2:18", "stands twice"),
    Change("inputs.csv", "Is the heart fast?", "", "4:32", "\"question\" is empty"),
    // Scores.
    Change("scores.csv", "spine,points", "level,points", "2:1", "\"level\" is an input"),
    Change("scores.csv", "spine,points", "age,points", "2:1", "\"age\" is a finding"),
    Change("scores.csv", "risk,points", "spine,points", "3:1", "stands twice"),
    Change("scores.csv", "spine,points", "spine,sum", "2:7", "expected one of points, table"),
    Change("scores.csv", "signs,points,part", "signs,points,half", "4:14", "score, part"),
    Change(
      "scores.csv", "Spine score,level", "Spine score,levle", "2:32", "did you mean \"level\""),
    Change(
      "scores.csv", "Spine score,level", "Spine score,rate", "2:32", "no item of \"spine\" asks"),
    Change("scores.csv", "smith2001,copy,in", "smith,copy,in", "2:", "unknown source \"smith\""),
    Change("scores.csv", "smith2001,copy,in", ",copy,in", "2:", "a score without a source"),
    Change("scores.csv", "smith2001,copy,in", "smith2001,read,in", "2:", "source, copy, recalled"),
    Change(
      "scores.csv", "Not for children,smith2001,copy,in", ",smith2001,copy,in", "2:",
      "\"not_for\" is empty"),
    Change(
      "scores.csv", "Adults with a lesion,Says whether", ",Says whether", "2:",
      "\"population\" is empty"),
    // Items.
    Change(
      "score_items.csv", "spine,level,,,level,upper", "spin,level,,,level,upper", "2:1",
      "unknown score \"spin\""),
    Change(
      "score_items.csv", "level,upper,3", "levle,upper,3", "2:15",
      "unknown finding, input or score \"levle\"; did you mean \"level\"?"),
    Change(
      "score_items.csv", "level,upper,3", "level,uper,3", "2:21",
      "unknown state of level \"uper\"; did you mean \"upper\"?"),
    Change(
      "score_items.csv", "level,upper,3", "level,upper|middle|upper,3", "2:21",
      "\"upper\" stands twice"),
    Change(
      "score_items.csv", "level,upper,3,", "level,upper,3.005,", "2:27", "two decimals at most"),
    Change("score_items.csv", "level,upper,3,", "level,upper,,", "2:27", "expected points"),
    Change("score_items.csv", "level,upper,3,", "level,upper,1e4,", "2:27", "from -1000 to 1000"),
    Change(
      "score_items.csv", "level,upper,3,,", "level,upper,3,high,", "2:29",
      "a result in a score of points"),
    Change(
      "score_items.csv", "level,upper,3,,Level", "level,upper,3,,", "2:30",
      "no row of the item has a label"),
    Change(
      "score_items.csv", "middle,1.5,,,", "middle,1.5,,Another,", "3:33",
      "expected \"Level\" or nothing"),
    Change(
      "score_items.csv", "spine,level,,,level,middle,1.5", "spine,level,any,,level,middle,1.5",
      "3:13", "differs from the rows above"),
    Change(
      "score_items.csv", "spine,age,,,age,>=65,2,,,", "spine,level,,,level,lower,2,,,", "5:7",
      "stand apart"),
    Change(
      "score_items.csv", "age,>=45 <65", "age,45-65", "4:17", "expected comparisons such as <45"),
    Change("score_items.csv", "age,>=45 <65", "age,>=45 <40", "4:17", "expected comparisons"),
    Change("score_items.csv", "age,>=45 <65", "age,>=45 >50", "4:17", "expected comparisons"),
    Change(
      "score_items.csv", "age,>=65", "age,>=650", "5:17",
      "holds for no number; age is from 0 to 120"),
    Change(
      "score_items.csv", "risk,person,any,a,sign,present,1", "risk,person,any,a,sign,present,2",
      "7:27", "differ in it"),
    Change(
      "score_items.csv", "a,age,>60,1", "a,sign,absent,1", "7:19", "two conditions on \"sign\""),
    Change(
      "score_items.csv", "risk,person,any,a,sign", "risk,person,most,a,sign", "6:13",
      "highest, any, at_least:N"),
    Change(
      "score_items.csv", "signs,some,2", "signs,many,2", "10:20", "unknown band of signs \"many\""),
    Change(
      "score_items.csv", "signs,rate,first,,fast", "signs,rate,first,x,fast", "12:18",
      "an option in an item of the rule first"),
    Change(
      "score_items.csv", "signs,site,,,site,chest", "signs,site,at_least:2,,site,chest", "13:12",
      "at_least:2 of 1"),
    Change(
      "score_items.csv", "signs,site,,,site,chest,1,,Site,", "signs,site,,,*,,1,,Site,", "13:14",
      "of a row * alone"),
    Change(
      "score_items.csv", "spine,high,,first", "spine,high,,frist", "14:25",
      "unknown band \"frist\" of plan; did you mean \"first\"?"),
    Change(
      "score_items.csv", "spine,high,,first", "spine,high,1,first", "14:24",
      "points in a decision table"),
    Change(
      "score_items.csv", "plan,rest,,,*,,,last", "plan,rest,,,age,>50,,last", "17:13",
      "expected one row *"),
    Change(
      "score_items.csv", "plan,high,,,spine,high,,first", "plan,high,,,*,,,first", "14:13",
      "a rule that is not the last"),
    // Circles: by itself, and through another.
    Change(
      "score_items.csv", "signs,site,,,site,chest", "signs,site,,,signs,some", "13:14",
      "signs looks at signs"),
    Change(
      "score_items.csv", "signs,site,,,site,chest", "signs,site,,,risk,great", "",
      "risk looks at signs looks at risk"),
    // Bands.
    Change("score_bands.csv", "spine,low", "spin,low", "2:1", "unknown score \"spin\""),
    Change("score_bands.csv", "spine,high", "spine,low", "3:7", "stands twice"),
    Change("score_bands.csv", "low,0,2,", "low,0,x,", "2:13", "expected points"),
    Change("score_bands.csv", "low,0,2,", "low,2,0,", "2:13", "below the least"),
    Change("score_bands.csv", "high,2.5,5", "high,2,5", "3:12", "do not overlap"),
    Change("score_bands.csv", "high,2.5,5", "high,3,5", "2:13", "holds 2.5 points"),
    Change("score_bands.csv", "high,2.5,5", "high,2.5,4.5", "3:16", "holds 5 points"),
    Change("score_bands.csv", "low,0,2,", "low,1,2,", "", "holds 0 points"),
    Change("score_bands.csv", "risk,small,0,0", "risk,small,-2,-1", "4:", "no total lies in"),
    Change("score_bands.csv", "plan,last,,,", "plan,last,0,,", "10:11", "expected nothing"),
    Change("score_bands.csv", "Low,It is stable", "Low,", "2:", "\"meaning\" is empty"),
    Change(
      "score_bands.csv", "It is stable,smith2001", "It is stable,smith", "2:", "unknown source"),
  ]

  @Test(arguments: changes)
  func `a fault is told with its place`(_ change: Change) throws {
    var tables = SmallScores()
    let text = try #require(tables[change.table])
    #expect(text.contains(change.old), "the test changes something")
    tables[change.table] = text.replacing(change.old, with: change.new, maxReplacements: 1)
    let faults = tables.faults()
    #expect(
      faults.contains {
        $0.hasPrefix("small/\(change.table):\(change.place)") && $0.contains(change.word)
      }, "\(faults)")
  }

  @Test func `an item without its input is a fault`() {
    var tables = SmallScores()
    tables.inputs = nil
    let faults = tables.faults()
    #expect(
      faults.contains {
        $0.contains("score_items.csv:2:15: unknown finding, input or score \"level\"")
      })
  }

  @Test(arguments: ["scores.csv", "score_items.csv", "score_bands.csv"])
  func `one of the tables alone is a fault`(name: String) {
    var tables = SmallScores()
    for other in SmallScores.names.dropFirst() where other != name { tables[other] = nil }
    let faults = tables.faults()
    #expect(faults.contains { $0.contains("the file is missing") })
  }

  @Test func `a score without items or bands is a fault`() {
    var tables = SmallScores()
    tables.scores?.append("lone,points,score,Lone,,Adults,Says,Not,smith2001,copy,\n")
    let faults = tables.faults()
    #expect(
      faults.contains(
        "small/scores.csv:6:1: \"lone\" has no items; expected rows in score_items.csv"))
    #expect(
      faults.contains(
        "small/scores.csv:6:1: \"lone\" has no bands; expected rows in score_bands.csv"))
  }

  @Test func `a table that looks at too much together is a fault`() {
    var tables = SmallScores()
    var names = ""
    var rows = ""
    for index in 0..<13 {
      names += "x\(index),binary,,,absent;present,,,Is it so?\n"
      rows += "plan,middle,,b,x\(index),present,,second,,\n"
    }
    tables.inputs?.append(names)
    tables.items = tables.items?.replacing(
      "plan,rest", with: rows + "plan,rest", maxReplacements: 1)
    #expect(tables.faults().contains { $0.contains("expected at most 4096") })
  }

  @Test func `every table may be cut anywhere without harm`() throws {
    let whole = SmallScores()
    for name in SmallScores.names {
      let text = try #require(whole[name])
      var loaded = 0
      for length in stride(from: 0, to: text.utf8.count, by: 3) {
        var tables = whole
        tables[name] = String(decoding: text.utf8.prefix(length), as: UTF8.self)
        guard let model = try? tables.load() else { continue }
        loaded += 1
        let scores = try #require(ClinicalScores(model: model))
        var batch = scores.makeBatch()
        try batch.append("a", ["age": 70])
        #expect(scores.results(for: batch).count == 1)
      }
      // Cutting inputs or scores takes what items need.
      #expect(loaded < text.utf8.count / 3)
    }
  }
}
