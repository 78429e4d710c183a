/// The prevalence of causes that a user states, in place of a setting's priors.
public struct PriorFile: Sendable {
  /// P(cause) in the order of the model's causes; they sum to one.
  public let probabilities: [Double]

  /// How far the sum may be off one: tables hold decimals, not fractions.
  private static let sumTolerance = 1e-6

  /// Reads a table with the columns `cause` and `probability`, and `setting` where it has
  /// rows of several; other columns of `priors.csv` may be there. A cause without a row has
  /// the probability 0.
  ///
  /// - Parameters:
  ///   - bytes: The table as CSV.
  ///   - file: Its name for messages.
  ///   - setting: The index of the setting whose rows count.
  ///   - model: The model whose causes they are.
  /// - Throws: `DorsalError` with every fault: an unknown or repeated cause, an unknown
  ///   setting, a number that is no probability, or a sum that is not one.
  public init(bytes: [UInt8], file: String, setting: Int, model: Model) throws(DorsalError) {
    let required = ["cause", "probability"]
    var table = ModelTable(
      bytes: bytes, file: file, required: required,
      optional: ["setting", "effective_n", "basis", "source", "note"])
    guard table.hasColumns(required) else { throw DorsalError(.model, faults: table.faults) }
    let hasSettings = table.hasColumns(["setting"])
    func indices(_ names: [String]) -> [String: Int] {
      Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }
    let causeIndices = indices(model.causes.map(\.id))
    let settingIndices = indices(model.settings)
    var probabilities = [Double?](repeating: nil, count: model.causes.count)
    for row in table.rows {
      let own =
        hasSettings ? table.index(row, "setting", in: settingIndices, as: "setting") : setting
      let cause = table.index(row, "cause", in: causeIndices, as: "cause")
      let probability = table.number(
        row, "probability", expected: "a probability from 0 to 1"
      ) { (0...1).contains($0) }
      guard let cause, let probability, own == setting else { continue }
      if probabilities[cause] != nil {
        table.fault(row, "cause", "a second row for \(model.causes[cause].id)")
      }
      probabilities[cause] = probability
    }
    let sum = probabilities.reduce(0) { $0 + ($1 ?? 0) }
    if table.faults.isEmpty, abs(sum - 1) > Self.sumTolerance {
      let rows = hasSettings ? "the priors of \(model.settings[setting])" : "the priors"
      table.fault("\(rows) add up to \(NumberText.plain(sum)); expected 1")
    }
    guard table.faults.isEmpty else { throw DorsalError(.model, faults: table.faults) }
    self.probabilities = probabilities.map { ($0 ?? 0) / sum }
  }
}
