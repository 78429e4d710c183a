internal import DorsalNumerics

/// A correction of a model's posteriors, fitted to the cases of a clinic.
///
///     let calibration = try Calibration(json: bytes, file: "calibration.json", model: model)
///     let posteriors = calibration.apply(to: scorer.score(batch), of: batch, scorer: scorer)
///
/// It belongs to one model, by its checksum: another version of the model has other
/// posteriors to correct. A calibration does not change and may be shared between threads.
public struct Calibration: Sendable {
  /// How posteriors are corrected.
  public enum Method: String, Sendable, CaseIterable {
    /// Not at all: for prediction sets of the model as it is.
    case none
    /// One scale for all log posteriors.
    case temperature
    /// A scale and an offset of the log posterior of each cause.
    case vector
    /// A rising curve for each cause against the rest, then divided by their sum.
    case isotonic
    /// logit = a ln p − b ln(1 − p) + c for each cause against the rest, then divided by
    /// their sum.
    case beta
    /// Other evidence of each state for each cause, held to the model's.
    case evidence
    /// Other prevalences, found without diagnoses.
    case priorShift = "prior-shift"

    /// Whether cases need a diagnosis.
    public var needsDiagnoses: Bool { self != .priorShift }
    /// Whether it looks at the findings of a case again, and not at its posteriors alone.
    public var needsFindings: Bool { self == .evidence || self == .priorShift }
    /// Whether a penalty holds the parameters.
    public var hasRidge: Bool { [.temperature, .vector, .beta, .evidence].contains(self) }
  }

  /// The version of the file format.
  public static let formatVersion = 1

  /// The model that it corrects.
  public struct ModelIdentity: Sendable, Hashable {
    /// The model's name.
    public let name: String
    /// The version of its numbers.
    public let version: String
    /// The SHA-256 of its tables.
    public let checksum: String
    /// The power that its priors were raised to.
    public let priorWeight: PriorWeight

    package init(name: String, version: String, checksum: String, priorWeight: PriorWeight) {
      self.name = name
      self.version = version
      self.checksum = checksum
      self.priorWeight = priorWeight
    }
  }

  /// The method.
  public let method: Method
  /// The model that it corrects.
  public let model: ModelIdentity
  /// What prediction sets need, where they were asked for.
  public let coverage: ConformalQuantiles?
  /// The SHA-256 of the file that it was fitted to, where that is known.
  public let fittedChecksum: String?
  package let map: CalibrationMap

  /// A calibration that was fitted.
  package init(
    method: Method, model: ModelIdentity, coverage: ConformalQuantiles?, map: CalibrationMap
  ) {
    self.method = method
    self.model = model
    self.coverage = coverage
    self.map = map
    fittedChecksum = nil
  }

  /// The calibrated posteriors of a batch: each row sums to one.
  ///
  /// - Parameters:
  ///   - posteriors: The posteriors of the scorer.
  ///   - batch: The cases.
  ///   - scorer: The scorer, of the calibration's model.
  /// - Complexity: O(cases × causes), in double precision.
  public func apply(to posteriors: Posteriors, of batch: CaseBatch, scorer: Scorer) -> Posteriors {
    if map == .identity { return posteriors }
    batch.requireCases(of: scorer.model)
    precondition(posteriors.matrix.rowCount == batch.count, "each case has its posteriors")
    let causes = posteriors.matrix.columnCount
    var matrix = Matrix(rowCount: batch.count, columnCount: causes)
    var z = [Float](repeating: 0, count: causes)
    var probabilities = [Double](repeating: 0, count: causes)
    let elements = posteriors.matrix.elements.span
    matrix.withElements { output in
      for index in 0..<batch.count {
        for cause in 0..<causes {
          let posterior = max(elements[index * causes + cause], CalibrationMap.leastPosterior)
          z[cause] = Float(Elementary.log(Double(posterior)))
        }
        map.write(
          z.span, first: 0, setting: scorer.setting(of: index, in: batch),
          codes: batch.codes.span, firstCode: index * batch.findingCount, into: &probabilities)
        for cause in 0..<causes { output[index * causes + cause] = Float(probabilities[cause]) }
      }
    }
    return Posteriors(matrix: matrix)
  }

  /// The calibrated posteriors of one case, in double precision.
  ///
  /// - Parameters:
  ///   - posteriors: The model's posteriors of all causes, above 0.
  ///   - setting: The setting of the case.
  ///   - batch: The case, alone.
  package func apply(to posteriors: [Double], setting: Int, of batch: CaseBatch) -> [Double] {
    if map == .identity { return posteriors }
    let least = Double(CalibrationMap.leastPosterior)
    let z = posteriors.map { Float(Elementary.log(max($0, least))) }
    var result = posteriors
    map.write(
      z.span, first: 0, setting: setting, codes: batch.codes.span, firstCode: 0, into: &result)
    return result
  }
}
