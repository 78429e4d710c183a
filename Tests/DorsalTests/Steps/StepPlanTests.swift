import Dorsal
import Testing

/// Plans of the small model, by hand.
@Suite struct StepPlanTests {
  private static func model() throws -> Model {
    var tables = SmallModel()
    tables.steps = StepTable.text
    return try tables.load()
  }

  private static func plan(
    _ values: [String: FindingValue], model: Model? = nil
  ) throws -> StepPlan {
    let model = try model ?? Self.model()
    var batch = CaseBatch(model: model)
    try batch.append(id: "a", findings: values, model: model)
    return Scorer(model).explain(0, of: batch).steps
  }

  private static func ids(_ items: [StepPlan.Item]) -> [String] { items.map(\.step.id) }

  /// Ward: strain 1/2, tumour and unlisted 1/4, so that urgent costs 3, routine 5.75 and an
  /// emergency 10.
  @Test func `a step is named once, by kind, time and how many causes it serves`() throws {
    let plan = try Self.plan(["setting": "ward"])
    #expect(plan.causes == [0, 1, 2])
    #expect(plan.rules.isEmpty)
    #expect(
      Self.ids(plan.open) == ["team", "bone", "look", "blood", "scan", "rest", "ward", "back"])
    #expect(plan.done.isEmpty && plan.notForPatient.isEmpty)
    let look = try #require(plan.open.first { $0.step.id == "look" })
    // The more probable cause first, whatever the table says.
    #expect(look.causes == [0, 1])
    // Strain is a cause for self-care in a case that is urgent, unlisted for routine.
    #expect(Self.ids(plan.open.filter { $0.phase == .afterUrgent }) == ["rest", "ward", "back"])
    #expect(!plan.open.contains { $0.phase == .ifSuspected })
  }

  @Test func `conditions that are unknown are told, that are false drop the step`() throws {
    let unknown = try Self.plan(["setting": "ward"])
    let bone = try #require(unknown.open.first { $0.step.id == "bone" })
    #expect(bone.onlyIf.map(\.finding) == [2, 3])
    let scan = try #require(unknown.open.first { $0.step.id == "scan" })
    #expect(scan.against.map(\.states) == [[0]])
    // One of two conditions known to hold: the other is still asked for.
    let middle = try Self.plan(["setting": "ward", "age": 30])
    #expect(middle.items.first { $0.step.id == "bone" }?.onlyIf.map(\.finding) == [3])
    #expect(middle.items.first { $0.step.id == "scan" }?.against.isEmpty == true)
    // One known to fail is enough.
    let leg = try Self.plan(["setting": "ward", "age": 30, "site": "leg"])
    #expect(!Self.ids(leg.items).contains("bone"))
    // A case without a setting has the default one, which is known.
    #expect(!Self.ids(try Self.plan([:]).items).contains("ward"))
  }

  @Test func `what speaks against a step takes it out with the reason`() throws {
    let plan = try Self.plan(["setting": "ward", "age": 10])
    #expect(Self.ids(plan.notForPatient) == ["scan"])
    #expect(!Self.ids(plan.open).contains("scan"))
    guard case .notForPatient(let conditions) = plan.notForPatient.first?.status else {
      Issue.record("no reason")
      return
    }
    #expect(conditions.map(\.finding) == [2] && conditions.map(\.states) == [[0]])
  }

  @Test func `a test whose finding is known is done`() throws {
    let plan = try Self.plan(["setting": "ward", "sign": false])
    #expect(Self.ids(plan.done) == ["look"])
    #expect(plan.done.first?.status == .done(state: 0))
    #expect(plan.done.first?.results.isEmpty == true)
    #expect(!Self.ids(plan.open).contains("look"))
  }

  /// Clinic, sign present: strain 0.02625, tumour 0.015, unlisted 0.003 of 0.04425; the rule
  /// `sign` holds. Chest pain in old age is the rule `old_chest`.
  @Test func `rules that hold bring their steps`() throws {
    let plan = try Self.plan(["sign": true, "setting": "clinic"])
    #expect(plan.causes == [0, 1, 2])
    #expect(isClose(plan.probabilities[1], to: 15 / 44.25, within: 1e-6))
    let team = try #require(plan.open.first)
    #expect(team.step.id == "team" && team.rules.count == 1 && team.causes == [1])
    let old = try Self.plan(["setting": "ward", "age": 70, "site": "chest"])
    #expect(old.open.contains { $0.step.id == "ward" && !$0.rules.isEmpty && $0.phase == .first })
  }

  /// Ward: P(present) = 0.25 x 0.6 + 0.75 x 0.03 = 0.1725. With the sign tumour has 0.15 of it, and
  /// its losses make urgent best, as they do now. Without it strain has 0.485 of 0.8275 and tumour
  /// 0.1: routine costs 3.296 and urgent 3.517.
  @Test func `each result of a test says what it would do`() throws {
    let plan = try Self.plan(["setting": "ward"])
    let look = try #require(plan.open.first { $0.step.id == "look" })
    try #require(look.results.map(\.state) == [0, 1])
    let (absent, present) = (look.results[0], look.results[1])
    #expect(isClose(present.probability, to: 0.1725, within: 1e-9))
    #expect(isClose(absent.probability, to: 0.8275, within: 1e-9))
    #expect(present.leader == 1 && present.changesLeader)
    // Scores are Float.
    #expect(isClose(present.leaderProbability, to: 0.15 / 0.1725, within: 1e-6))
    #expect(present.urgency == .urgent && !present.changesUrgency)
    #expect(absent.leader == 0 && !absent.changesLeader)
    #expect(isClose(absent.leaderProbability, to: 0.485 / 0.8275, within: 1e-6))
    #expect(absent.urgency == .routine && absent.changesUrgency)
    // A test without a finding of the model has no results.
    #expect(plan.open.first { $0.step.id == "blood" }?.results.isEmpty == true)
  }

  @Test func `a model without steps has empty plans and says nothing of them`() throws {
    let model = try SmallModel().load()
    let plan = try Self.plan(["sign": true], model: model)
    #expect(plan.items.isEmpty && plan.causes.isEmpty)
    #expect(plan.lines(model: model).isEmpty)
    var batch = CaseBatch(model: model)
    try batch.append(id: "a", findings: ["sign": true], model: model)
    let why = Scorer(model).explain(0, of: batch)
    for text in [why.text(), why.json(), why.html()] {
      #expect(!text.lowercased().contains("step"))
    }
  }

  @Test func `the table moves nothing but the plan`() throws {
    let (bare, rich) = (try SmallModel().load(), try Self.model())
    func text(_ model: Model) throws -> String {
      var batch = CaseBatch(model: model)
      try batch.append(id: "a", findings: ["sign": true, "age": 60], model: model)
      return Scorer(model).explain(0, of: batch).text()
    }
    let plan = try Self.plan(["sign": true, "age": 60], model: rich)
    let lines = "\n" + plan.lines(model: rich).joined(separator: "\n") + "\n"
    let whole = try text(rich)
    #expect(whole.contains(lines))
    #expect(whole.replacing(lines, with: "") == (try text(bare)))
  }
}
