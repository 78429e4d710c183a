extension StepPlan {
  /// A cause with at least this posterior is a probable one, as is the first.
  private static let probableShare = 0.1
  /// Of so many causes the steps are taken with less.
  private static let leadingCount = 3
  /// With less than this the steps are taken of the first cause and of reasons of the urgency.
  private static let leastShare = 0.01
  /// Below this posterior only the first reason of the urgency is one.
  private static let leastReason: Float = 0.005

  /// Plans the steps of a case.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - ranking: Every cause with its posterior, the most probable first.
  ///   - urgency: How soon the case needs attention, and why.
  ///   - state: The known state of a finding, the setting that it got included.
  ///   - results: What each answer to a finding would do.
  /// - Complexity: O(steps × causes of the plan), and the results of open tests.
  init(
    model: Model, ranking: [(cause: Int, probability: Double)], urgency: UrgencyReasons,
    state: (Int) -> Int?, results: (Int) -> [TestResult]
  ) {
    guard !model.steps.isEmpty else {
      (causes, probabilities, rules, items) = ([], [], [], [])
      return
    }
    // An urgency below urgent asks for nothing that leading causes do not.
    let reasons = Set(
      urgency.expectedLossUrgency < .urgent
        ? []
        : urgency.causes.enumerated().filter {
          $0.offset == 0 || $0.element.probability >= Self.leastReason
        }.map(\.element.cause))
    let chosen = ranking.enumerated().filter { place, item in
      place == 0 || item.probability >= Self.probableShare
        || place < Self.leadingCount && item.probability >= Self.leastShare
        || reasons.contains(item.cause)
    }.map(\.element)
    causes = chosen.map(\.cause)
    probabilities = chosen.map(\.probability)
    rules = urgency.redFlags
    var found: [Int: [TestResult]] = [:]
    var items: [(item: Item, share: Double)] = []
    for step in model.steps {
      let own = chosen.filter { step.causes.contains($0.cause) }
      let rules = urgency.redFlags.filter(step.rules.contains)
      guard !own.isEmpty || !rules.isEmpty else { continue }
      /// Whether a condition holds, or nothing where its finding is unknown.
      func holds(_ condition: RedFlag.Condition) -> Bool? {
        state(condition.finding).map(condition.states.contains)
      }
      if step.onlyIf.contains(where: { holds($0) == false }) { continue }
      let status: Status
      let holding = step.against.filter { holds($0) == true }
      if let finding = step.finding, let known = state(finding) {
        status = .done(state: known)
      } else {
        status = holding.isEmpty ? .open : .notForPatient(holding)
      }
      if status == .open, let finding = step.finding, found[finding] == nil {
        found[finding] = results(finding)
      }
      let item = Item(
        step: step, causes: own.map(\.cause), rules: rules, status: status,
        onlyIf: step.onlyIf.filter { holds($0) == nil },
        against: step.against.filter { holds($0) == nil },
        phase: Self.phase(
          of: step, causes: own.map(\.cause), hasRule: !rules.isEmpty,
          isProbable: own.contains {
            $0.cause == ranking[0].cause || $0.probability >= Self.probableShare
          }, urgency: urgency.urgency, model: model),
        results: status == .open ? step.finding.flatMap { found[$0] } ?? [] : [])
      items.append((item, own.reduce(0) { $0 + $1.probability }))
    }
    self.items = items.enumerated().sorted { one, other in
      let (left, right) = (one.element, other.element)
      let (a, b) = (left.item, right.item)
      if a.step.kind != b.step.kind { return a.step.kind.place < b.step.kind.place }
      if a.phase != b.phase { return a.phase.place < b.phase.place }
      if a.step.when != b.step.when { return a.step.when < b.step.when }
      if a.causes.count != b.causes.count { return a.causes.count > b.causes.count }
      if a.rules.count != b.rules.count { return a.rules.count > b.rules.count }
      if left.share != right.share { return left.share > right.share }
      return one.offset < other.offset
    }.map(\.element.item)
  }
}

extension StepPlan {
  /// What has to come before a step.
  private static func phase(
    of step: Step, causes: [Int], hasRule: Bool, isProbable: Bool, urgency: Urgency, model: Model
  ) -> Phase {
    if hasRule { return .first }
    let isSooner = step.when <= .sameDay && urgency < .emergency
    if !isProbable, step.kind == .care || isSooner { return .ifSuspected }
    let isUrgent = causes.contains { model.causes[$0].urgency >= .urgent }
    let isOfUse = [.care, .advice, .comeBack].contains(step.kind)
    return urgency >= .urgent && !isUrgent && isOfUse ? .afterUrgent : .first
  }
}

extension StepPlan.Phase {
  /// The place of the phase among those of a kind.
  fileprivate var place: Int {
    switch self {
    case .first: 0
    case .afterUrgent: 1
    case .ifSuspected: 2
    }
  }
}

extension Step.Kind {
  /// The kinds in the order of a plan: where the patient goes, what is found out, what is done and
  /// said, and when to come back.
  package static let inOrder: [Step.Kind] = [.referral, .test, .care, .advice, .comeBack]

  /// The place of the kind in a plan.
  fileprivate var place: Int { Self.inOrder.firstIndex(of: self) ?? 0 }
}
