/// How a calibration is fitted.
public struct CalibrationOptions: Sendable, Hashable {
  /// The penalty on parameters that change the posteriors.
  public var ridge = 1.0
  /// The penalty on the evidence itself, of the method `evidence`: 0 where the model is to be
  /// trusted, 1 where it was fitted to the same few cases.
  public var shrinkage = 0.0
  /// Folds of the cross-fitted figures, 2 to 255.
  public var foldCount = 5
  /// Where folds and draws begin.
  public var seed: UInt64 = 1
  /// The least cases with and without a cause for a curve of its own.
  public var leastCases = 20
  /// How many cases the model's prior is worth in a prior shift, or nothing for what makes the
  /// findings of other cases most likely.
  public var pseudoCases: Double?
  /// Whether a correction is kept where it does not help: where each case is judged by a fit to the
  /// others and the log loss does not fall, or where a shift of prevalences leaves findings that the
  /// model cannot tell.
  public var keepsWhatDoesNotHelp = true
  /// The coverages that prediction sets are to have; empty for none.
  public var coverages: [Double] = []
  /// Whether sets are to cover each cause by itself.
  public var coversEachCause = false
  /// Whether sets are to cover as much as is stated and not a little more, by numbers drawn for
  /// each case.
  public var coversExactly = false
  /// The share of ids that are set apart for prediction sets.
  public var shareSetApart = 0.5
  /// How many parts to work on at a time.
  public var threads = 1

  /// The usual way.
  public init() {}
}
