public import DorsalCore

/// How often prediction sets hold the diagnosis, and how large they are: over labelled cases,
/// `unlisted` being a cause like the others. Of several accepted diagnoses one in the set is
/// enough.
public struct SetCoverage: Sendable, Hashable {
  /// The cases with one diagnosis or one urgency.
  public struct Row<Kind: Sendable & Hashable>: Sendable, Hashable {
    /// The index of the diagnosis, of several accepted ones the first; or the urgency of the
    /// cause, of several the greatest.
    public let kind: Kind
    /// The share of sets that hold the diagnosis, with Wilson's interval.
    public let held: Evaluation.Measure
  }

  /// The coverage that the sets were made for.
  public let stated: Double
  /// The share of sets that hold the diagnosis.
  public let held: Evaluation.Measure
  /// The mean number of causes in a set.
  public let meanSize: Double
  /// `sizes[n]` sets have `n` causes.
  public let sizes: [Int]
  /// By diagnosis, in the order of the model; diagnoses without a case are left out.
  public let causes: [Row<Int>]
  /// By the urgency of the diagnosis, in the order of `Urgency.allCases`.
  public let urgencies: [Row<Urgency>]

  /// Counts sets; nothing where the cases have none.
  init?(_ cases: LabelledPosteriors, model: Model) {
    guard let sets = cases.sets, cases.count > 0 else { return nil }
    stated = sets.stated
    var sizes = [Int](repeating: 0, count: model.causes.count + 1)
    var byCause = [(held: Int, all: Int)](repeating: (0, 0), count: model.causes.count)
    var byUrgency = [(held: Int, all: Int)](repeating: (0, 0), count: Urgency.allCases.count)
    for row in 0..<cases.count {
      sizes[Int(sets.sizes[row])] += 1
      let diagnosis = cases.diagnosis(of: row)
      let urgency = diagnosis.map { model.causes[Int($0)].urgency }.max() ?? .selfCare
      let held = sets.held[row] ? 1 : 0
      let cause = Int(diagnosis[diagnosis.startIndex])
      byCause[cause] = (byCause[cause].held + held, byCause[cause].all + 1)
      byUrgency[urgency.rank] = (
        byUrgency[urgency.rank].held + held, byUrgency[urgency.rank].all + 1
      )
    }
    func share(_ counts: (held: Int, all: Int)) -> Evaluation.Measure {
      .share("set_coverage", "the diagnosis is in the set", counts.held, of: counts.all)
    }
    self.sizes = sizes
    held = share((sets.held.count { $0 }, cases.count))
    meanSize =
      Double(sizes.enumerated().reduce(0) { $0 + $1.offset * $1.element }) / Double(cases.count)
    causes = byCause.indices.filter { byCause[$0].all > 0 }.map {
      Row(kind: $0, held: share(byCause[$0]))
    }
    urgencies = Urgency.allCases.filter { byUrgency[$0.rank].all > 0 }.map {
      Row(kind: $0, held: share(byUrgency[$0.rank]))
    }
  }
}
