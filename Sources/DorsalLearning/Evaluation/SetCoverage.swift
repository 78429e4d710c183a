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

  /// Sets, how many hold the diagnosis, and what their cases count.
  private struct Counts {
    var (held, count) = (0, 0)
    var (heldWeight, weight) = (0.0, 0.0)

    mutating func add(_ isHeld: Bool, _ weight: Double) {
      count += 1
      self.weight += weight
      guard isHeld else { return }
      held += 1
      heldWeight += weight
    }
  }

  /// Counts sets; nothing where the cases have none.
  init?(_ cases: LabelledPosteriors, model: Model) {
    guard let sets = cases.sets, cases.count > 0 else { return nil }
    stated = sets.stated
    var sizes = [Int](repeating: 0, count: model.causes.count + 1)
    var all = Counts()
    var byCause = [Counts](repeating: Counts(), count: model.causes.count)
    var byUrgency = [Counts](repeating: Counts(), count: Urgency.allCases.count)
    let weights = cases.caseWeights
    var meanSize = 0.0
    for row in 0..<cases.count {
      sizes[Int(sets.sizes[row])] += 1
      let diagnosis = cases.diagnosis(of: row)
      let urgency = diagnosis.map { model.causes[Int($0)].urgency }.max() ?? .selfCare
      let (held, weight) = (sets.held[row], weights.weight(row))
      meanSize += weight * Double(sets.sizes[row])
      all.add(held, weight)
      byCause[Int(diagnosis[diagnosis.startIndex])].add(held, weight)
      byUrgency[urgency.rank].add(held, weight)
    }
    func share(_ counts: Counts) -> Evaluation.Measure {
      let (name, title) = ("set_coverage", "the diagnosis is in the set")
      return weights.isPlain
        ? .share(name, title, counts.held, of: counts.count)
        : .share(
          name, title, counts.heldWeight, of: counts.weight, count: counts.count,
          effectiveShare: weights.effectiveShare)
    }
    self.sizes = sizes
    held = share(all)
    self.meanSize = meanSize / all.weight
    causes = byCause.indices.filter { byCause[$0].count > 0 }.map {
      Row(kind: $0, held: share(byCause[$0]))
    }
    urgencies = Urgency.allCases.filter { byUrgency[$0.rank].count > 0 }.map {
      Row(kind: $0, held: share(byUrgency[$0.rank]))
    }
  }
}
