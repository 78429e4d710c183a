internal import DorsalCore

extension Misfit.Assessment {
  /// What the misfit says, in a sentence.
  var sentence: String {
    guard let score, let share else { return "no finding is known, so nothing can fit badly" }
    let numbers =
      "misfit \(NumberText.fixed(score, decimals: 1)); of the model's own cases "
      + "\(NumberText.percent(share)) fit as badly"
    return isPoorFit
      ? "the findings fit no listed cause well, another disease or several at once among them: "
        + numbers
      : "the findings fit the leading causes as well as cases of the model do: " + numbers
  }

  /// The misfit as JSON.
  var json: JSONValue {
    .object([
      ("score", .optional(score)), ("share", .optional(share)),
      ("poor_fit", .boolean(isPoorFit)),
    ])
  }

  /// The names of its columns.
  static let columns = ["misfit", "misfit_share"]

  /// Appends its cells, each with a comma before it; empty where no finding is known.
  func appendCSV(to bytes: inout [UInt8]) {
    for (value, decimals) in [(score, 3), (share, 6)] {
      bytes.append(UInt8(ascii: ","))
      if let value { bytes.append(contentsOf: NumberText.fixed(value, decimals: decimals).utf8) }
    }
  }
}
