public import DorsalCore

/// A calibration, with how it was found and what it changes.
public struct FittedCalibration: Sendable {
  /// What a calibration was fitted to.
  public struct Cohort: Sendable, Hashable {
    /// All cases that could be read.
    public let caseCount: Int
    /// Those with a diagnosis.
    public let labelledCount: Int
    /// Those set apart for the quantiles of prediction sets, on which nothing was fitted.
    public let setApartCount: Int
    /// Cases by their setting.
    public let casesBySetting: [String: Int]
    /// The causes with no case, or with too few for a curve of their own.
    public let causesKept: [String]
  }

  /// Figures before and after, every case judged by a fit to the other folds.
  public struct CrossFit: Sendable, Hashable {
    /// How many folds; all cases with one id are in one.
    public let foldCount: Int
    /// Of the model's own posteriors.
    public let before: CalibrationFigures
    /// Of the calibrated posteriors.
    public let after: CalibrationFigures
    /// By how much the log loss fell, the mean over the cases.
    public let gain: Double
    /// The standard error of that, with rows of one id as one patient; nothing of one patient alone.
    public let gainError: Double?
  }

  /// Why a correction was not kept.
  public enum Refusal: Sendable, Hashable {
    /// The log loss did not fall.
    case noGain
    /// Findings disagree with the model whatever the prevalences are.
    case misfit([PredictiveCheck.Misfit])
  }

  /// The calibration.
  public let calibration: Calibration
  /// What it was fitted to.
  public let cohort: Cohort
  /// How it was fitted.
  public let options: CalibrationOptions
  /// How the fit ended; nothing where there is nothing to iterate.
  public let convergence: Convergence?
  /// Figures before and after; nothing without diagnoses.
  public let crossFit: CrossFit?
  /// The method that was asked for.
  public let method: Calibration.Method
  /// Why the calibration changes nothing although a method was asked for, or nothing.
  public let refusal: Refusal?
  /// How well the findings fit at the prevalences of a prior shift, where they were read.
  public let findingCheck: PredictiveCheck?
  /// The prevalences that a prior shift found, by setting.
  package let prevalences: [String: PriorShiftFit.Fit]
  /// The cases that were not set apart, with their posteriors before and after, each case by
  /// a fit to the other folds.
  package let crossFitted: (before: LabelledLogPosteriors, after: LabelledLogPosteriors)
}
