internal import DorsalNumerics

/// What each labelled case counts, and which cases are drawn together.
struct CaseWeights: Sendable {
  /// The weights, of mean 1; empty where all are the same.
  let weights: [Float]
  /// The patient of each case; empty where each case is a patient of its own.
  let patients: [UInt32]
  /// How many patients there are.
  let patientCount: Int
  /// How many cases that count alike and are of different patients would say as much, as a share
  /// of the cases: (Σ w)² / Σ w² over the weights of patients (L. Kish, Survey Sampling, 1965).
  let effectiveShare: Double
  /// The same by the weights of the cases alone, as if each were of a patient of its own.
  let effectiveShareOfCases: Double

  /// Cases that all count one.
  static let plain = CaseWeights(
    weights: [], patients: [], patientCount: 0, effectiveShare: 1, effectiveShareOfCases: 1)

  private init(
    weights: [Float], patients: [UInt32], patientCount: Int, effectiveShare: Double,
    effectiveShareOfCases: Double
  ) {
    self.effectiveShareOfCases = effectiveShareOfCases
    (self.weights, self.patients) = (weights, patients)
    (self.patientCount, self.effectiveShare) = (patientCount, effectiveShare)
  }

  /// - Parameters:
  ///   - given: The weight of each case, above zero; empty where there are none.
  ///   - patients: Whose each case is; nothing where each is of a patient of its own.
  ///   - count: How many cases.
  init(_ given: [Double], patients: PatientCodes?, count: Int) {
    let isLevel = given.allSatisfy { $0 == given[0] }
    let hasVisits = patients.map { $0.patientCount < count } ?? false
    guard count > 0, !isLevel || hasVisits else {
      self = .plain
      return
    }
    let mean = isLevel ? 1 : given.reduce(0) { $0 + $1 / Double(count) }
    let weights = isLevel ? [] : given.map { Float($0 / mean) }
    let codes = hasVisits ? patients?.codes ?? [] : []
    let patientCount = hasVisits ? patients?.patientCount ?? count : count
    var totals = [Double](repeating: 0, count: patientCount)
    for row in 0..<count {
      totals[codes.isEmpty ? row : Int(codes[row])] += weights.isEmpty ? 1 : Double(weights[row])
    }
    self.init(
      weights: weights, patients: codes, patientCount: patientCount,
      effectiveShare: Self.effectiveCount(totals) / Double(count),
      effectiveShareOfCases: weights.isEmpty
        ? 1 : Self.effectiveCount(weights.map(Double.init)) / Double(count))
  }

  private static func effectiveCount(_ weights: [Double]) -> Double {
    let (sum, squares) = weights.reduce((0.0, 0.0)) { ($0.0 + $1, $0.1 + $1 * $1) }
    return min(Double(weights.count), sum * sum / squares)
  }

  /// Whether every case counts one and is of a patient of its own.
  var isPlain: Bool { weights.isEmpty && patients.isEmpty }

  /// What a case counts.
  func weight(_ row: Int) -> Double { weights.isEmpty ? 1 : Double(weights[row]) }

  /// Bootstrap samples of the cases, or of the patients with all of their cases.
  func samples(caseCount: Int, first: Int, seed: UInt64) -> [UInt64] {
    guard !patients.isEmpty else {
      return SampleCounts(caseCount: caseCount, firstSample: first, seed: seed).words
    }
    let drawn = SampleCounts(caseCount: patientCount, firstSample: first, seed: seed).words
    let groups = SampleCounts.laneCount / 8
    var words: [UInt64] = []
    words.reserveCapacity(caseCount * groups)
    for patient in patients {
      words.append(contentsOf: drawn[Int(patient) * groups..<(Int(patient) + 1) * groups])
    }
    return words
  }
}

extension Evaluation {
  /// How cases count where they do not all count one.
  public struct Weighting: Sendable, Hashable {
    /// The column of the weights.
    public let column: String?
    /// How many patients the cases are of, where several may be of one.
    public let patientCount: Int?
    /// How many cases that count alike would say as much, by the weights.
    public let effectiveCount: Double
    /// How many labelled cases have a weight of 0 and are left out.
    public let weightlessCount: Int
    /// Whether intervals of shares are from samples, as those of other figures: cases do not count
    /// alike, or several are of one patient.
    public let hasSampledShares: Bool
  }
}
