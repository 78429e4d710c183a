/// Why something could not be done: the one error that the library throws of itself. What the
/// system says of files, and a cancelled task, pass through as they are.
///
///     do {
///       let model = try Model(folder: folder)
///     } catch let error as DorsalError {
///       switch error.kind {
///       case .model: for fault in error.faults { print(fault.position.line, fault.message) }
///       default: print(error)
///       }
///     }
public struct DorsalError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What could not be done. There may be more kinds in time, so a `switch` has a `default`.
  public struct Kind: Sendable, Hashable, CustomStringConvertible {
    /// The kind in a word.
    public let description: String

    /// The tables of a model have faults; `faults` has every one.
    public static let model = Kind(description: "model")
    /// The system kept tables of a model from being read, so that nothing is known of them.
    public static let unreadable = Kind(description: "unreadable")
    /// No case of a file can be read: its header is wrong, or it is no text.
    public static let caseFile = Kind(description: "case_file")
    /// A mapping of the columns of a file has faults.
    public static let mapping = Kind(description: "mapping")
    /// A value that a finding cannot take, or a batch of another model.
    public static let value = Kind(description: "value")
    /// A calibration, or a model from local cases, cannot be fitted or used.
    public static let calibration = Kind(description: "calibration")
    /// Weights cannot be fitted.
    public static let weights = Kind(description: "weights")
    /// Cases cannot be drawn as asked.
    public static let simulation = Kind(description: "simulation")
    /// A diary file cannot be read.
    public static let diary = Kind(description: "diary")
  }

  /// What could not be done.
  public let kind: Kind
  /// The faults of a file in the order of their lines, the first ones if there are very many;
  /// empty where the error is of no file.
  public let faults: [TextFault]
  /// How many faults there are in all.
  public let faultCount: Int
  /// What is wrong and what was expected: a sentence, or a fault a line.
  public let description: String

  /// An error of no file.
  package init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
    faults = []
    faultCount = 0
  }

  /// An error of a file.
  ///
  /// - Parameters:
  ///   - faults: At least one.
  ///   - count: How many there are in all, where not all are listed.
  package init(_ kind: Kind, faults: [TextFault], count: Int? = nil) {
    self.kind = kind
    self.faults = faults
    let all = count ?? faults.count
    faultCount = all
    let shown = faults.map(\.description).joined(separator: "\n")
    guard all > faults.count, let first = faults.first else {
      description = shown
      return
    }
    let areOfHeader = faults.allSatisfy { $0.position.line == 1 }
    description =
      shown + "\n\(first.position.file): and \(all - faults.count) more faults"
      + (areOfHeader ? " of the header" : "")
  }
}
