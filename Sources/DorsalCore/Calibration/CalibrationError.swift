/// Why a calibration, or a model from local data, cannot be fitted or used.
public struct CalibrationError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong and what was expected, in a sentence.
  public let description: String

  package init(_ description: String) { self.description = description }
}
