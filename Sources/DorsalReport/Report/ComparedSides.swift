public import DorsalCore
internal import DorsalLearning

/// What the two sides of a comparison are.
public struct ComparedSides: Sendable {
  /// A model with what it is used with.
  public struct Side: Sendable {
    /// The model, with its prior weight and red flags.
    public let model: Model
    /// The folder that it was loaded from.
    public let folder: String
    /// The file of the calibration, and its method.
    public let calibration: (file: String, method: Calibration.Method)?
    /// The file of red flags that stands in for the model's own.
    public let redFlags: String?

    /// A side of a comparison.
    public init(
      model: Model, folder: String,
      calibration: (file: String, method: Calibration.Method)? = nil, redFlags: String? = nil
    ) {
      (self.model, self.folder) = (model, folder)
      (self.calibration, self.redFlags) = (calibration, redFlags)
    }

    /// The side in words.
    public var title: String {
      "\(model.titleLine) (\(folder))"
        + (calibration.map { ", calibration \($0.file) (\($0.method.rawValue))" } ?? "")
        + (redFlags.map { ", red flags \($0)" } ?? "")
    }

    var json: JSONValue {
      .object([
        ("model", model.jsonIdentity), ("folder", .string(folder)),
        (
          "calibration",
          calibration.map { calibration in
            .object([
              ("file", .string(calibration.file)), ("method", .string(calibration.method.rawValue)),
            ])
          } ?? .null
        ),
        ("red_flags", redFlags.map(JSONValue.string) ?? .null),
      ])
    }
  }

  /// What others are held against.
  public let a: Side
  /// What is held against it.
  public let b: Side

  /// Two sides.
  public init(a: Side, b: Side) { (self.a, self.b) = (a, b) }

  /// Both in words, a line each.
  var lines: [String] { ["A: \(a.title)", "B: \(b.title)"] }
}
