internal import DorsalCore

/// What the unknown could change of a case, as cells of a row or a member of a JSON object.
enum OutlookColumns {
  /// The names of the columns.
  static let names = [
    "could_lead", "leader_lowest", "leader_highest", "highest_urgency", "fewest_to_overturn",
    "robustness_method",
  ]

  /// Appends the cells, each with a comma before it. Causes that could lead stand with `|`
  /// between them; the fewest findings to overturn stay empty where none can.
  static func append(
    _ outlook: Robustness.Outlook, model: Model, to bytes: inout [UInt8]
  ) {
    let causes = outlook.couldLead.map { model.causes[$0.cause].id }.joined(separator: "|")
    bytes.append(contentsOf: ",\(causes),".utf8)
    NumberText.appendProbability(Float(outlook.leader.lowest), to: &bytes)
    bytes.append(UInt8(ascii: ","))
    NumberText.appendProbability(Float(outlook.leader.highest), to: &bytes)
    let fewest = outlook.fewestToOverturn.map { String($0.answers.count) } ?? ""
    bytes.append(
      contentsOf: ",\(outlook.highestUrgency.rawValue),\(fewest),\(outlook.method.rawValue)".utf8)
  }

  /// Appends the member `robustness` of an object that has members already.
  static func appendJSON(
    _ outlook: Robustness.Outlook, model: Model, to bytes: inout [UInt8]
  ) {
    bytes.append(contentsOf: #","robustness":"#.utf8)
    outlook.json(model: model).append(to: &bytes)
  }
}
