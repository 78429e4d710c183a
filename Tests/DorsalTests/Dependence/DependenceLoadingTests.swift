import Dorsal
import Testing

/// The tables `groups.csv` and `parents.csv`.
@Suite struct DependenceLoadingTests {
  private func faults(_ change: (inout DependentModel) -> Void) -> [String] {
    var made = DependentModel(seed: 1)
    change(&made)
    do throws(ModelError) {
      _ = try Model(tables: ModelTables(origin: "m", files: made.files))
      return []
    } catch {
      return error.faults.map(\.description)
    }
  }

  @Test(arguments: [
    ("g,f8,1,1,assumed,", "7:", "expected a number of 0 or more and below 1"),
    ("g,f8,-0.1,1,assumed,", "7:", "expected a number of 0 or more and below 1"),
    ("g,f8,0.4,,assumed,", "7:", "or -1 where earlier ones do"),
    ("g,f8,0.4,2,assumed,", "7:", "or -1 where earlier ones do"),
    ("g,f8,0.5,1,assumed,", "7:", "a group has one correlation"),
    ("k,f0,0.4,1,assumed,", "7:", "f0 is in the group \"g\" (line 2)"),
    ("g,f0,0.4,1,assumed,", "7:", "in one group, once"),
    ("f8,f8,0.4,1,assumed,", "7:", "is a finding, this one"),
    ("g,setting,0.4,1,assumed,", "7:", "is in no group"),
    ("g,f99,0.4,1,assumed,", "7:", "unknown finding"),
    ("g,f8,0.4,1,published,", "7:", "without a source"),
    ("g,f8,0.4,1,guessed,", "7:", "expected one of"),
  ])
  func `a faulty row of groups is told with its line`(row: String, line: String, message: String) {
    let found = faults { $0.groupRows.append(row) }
    #expect(found.count == 1)
    #expect(found.first?.contains("m/groups.csv:" + line) == true, "\(found)")
    #expect(found.first?.contains(message) == true, "\(found)")
  }

  @Test(arguments: [
    ("f0,s1,f5,s0,1,assumed,", "f0 is in the group \"g\"; a finding has one home"),
    ("f8,s1,f0,s0,1,assumed,", "expected a parent that hangs on nothing"),
    ("f8,s1,f8,s0,1,assumed,", "f8 is its own parent"),
    ("f6,s1,f8,s0,1,assumed,", "a second parent of f6, which has f5 (line 2)"),
    ("f6,s1,f5,s0,1,assumed,", "a second row for these states; the first is on line 2"),
    ("f8,s1,f5,s0,10.5,assumed,", "do not carry them"),
    ("f8,s1,f5,s0,x,assumed,", "do not carry them"),
    ("f8,s9,f5,s0,1,assumed,", "unknown state of f8"),
    ("f8,s1,f5,s9,1,assumed,", "unknown state of f5"),
    ("f8,s1,setting,here,1,assumed,", "it is no parent and has none"),
    ("f8,s1,f6,s0,1,assumed,", "the parent f6 has a parent of its own"),
    ("f8,s1,f5,s0,1,published,", "without a source"),
  ])
  func `a faulty row of parents is told with its line`(row: String, message: String) {
    var count = 0
    let found = faults {
      $0.parentRows.append(row)
      count = $0.parentRows.count
    }
    #expect(found.count == 1, "\(found)")
    #expect(found.first?.contains("m/parents.csv:\(count + 1):") == true, "\(found)")
    #expect(found.first?.contains(message) == true, "\(found)")
  }

  @Test func `a group of more than a million joint states is refused`() throws {
    // 12 findings of 3 states have 4^12 joint states.
    var small = SmallModel()
    small.findings =
      "id,section,kind,unit,edges,states,minimum,maximum,question\n"
      + "setting,context,category,,,clinic;ward,,,Where?\n"
      + (0..<12).map { "f\($0),x,category,,,u;v;w,,,?\n" }.joined()
    small.likelihoods =
      "finding,state,cause,probability,effective_n,basis,source,note\n"
      + (0..<12).map { "f\($0),u,*,0.2,9,assumed,,\nf\($0),v,*,0.3,9,assumed,,\n" }.joined()
    small.redFlags = "rule,urgency,finding,state,message,source\n"
    func faults(_ count: Int) -> [String] {
      var files = small.tables.files
      files["groups.csv"] = Array(
        (DependentModel.groupHeader + "\n"
          + (0..<count).map { "g,f\($0),0.4,1,assumed,\n" }.joined()).utf8)
      do throws(ModelError) {
        _ = try Model(tables: ModelTables(origin: "m", files: files))
        return []
      } catch {
        return error.faults.map(\.description)
      }
    }
    #expect(faults(9).isEmpty)
    #expect(faults(10).count == 1)
    #expect(faults(10).first?.contains("m/groups.csv:11:") == true)
    #expect(faults(10).first?.contains("more than 1000000 joint states") == true)
  }

  @Test func `weight and group stand in findings or dependence in tables of its own`() {
    var small = SmallModel()
    small.findings = SmallModel().findings
    var files = small.tables.files
    files["groups.csv"] = Array(
      (DependentModel.groupHeader + "\ng,sign,0.4,1,assumed,\ng,age,0.4,1,assumed,\n").utf8)
    let error = #expect(throws: ModelError.self) {
      _ = try Model(tables: ModelTables(origin: "m", files: files))
    }
    let found = error?.faults.map(\.description) ?? []
    #expect(found.count == 2)
    #expect(found.allSatisfy { $0.contains("m/findings.csv:1:") && $0.contains("take its place") })
  }

  @Test func `what is written and loaded again has the same groups, parents and scores`() throws {
    let made = DependentModel(seed: 4)
    let model = try made.model()
    let written = ModelTables(model, origin: "w")
    let again = try Model(tables: written)
    #expect(ModelTables(again, origin: "w").files == written.files)
    #expect(again.findingGroups.map(\.id) == ["g", "h"])
    #expect(again.parents.map(\.finding) == [7, 8])
    let batch = made.cases(50, seed: 2, model: model)
    #expect(Scorer(model: model).score(batch).matrix == Scorer(model: again).score(batch).matrix)
    let difference = ModelDifference(from: model, to: again)
    #expect(difference.changedGroups.isEmpty && difference.changedParents.isEmpty)
  }

  @Test func `a difference names the groups and parents that changed`() throws {
    let made = DependentModel(seed: 4)
    var other = made
    other.groupRows = made.groupRows.map {
      $0.hasPrefix("h") ? $0.replacing("0.25", with: "0.3") : $0
    }
    other.parentRows = made.parentRows.filter { !$0.hasPrefix("f7") }
    let difference = ModelDifference(from: try made.model(), to: try other.model())
    #expect(difference.changedGroups == ["h"])
    #expect(difference.parents.removed == ["f7"])
    #expect(difference.changedParents.isEmpty)
  }
}
