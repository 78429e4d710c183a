import Hummingbird

/// The parameters of a request, each once and known: a slip of the pen is told.
package struct Query: Sendable {
  private var values: [String: String] = [:]

  /// - Throws: The problem of a parameter that is not among those, or stands twice.
  package init(_ request: Request, _ names: [String]) throws(Problem) {
    guard request.uri.query != nil else { return }
    for (key, value) in request.uri.queryParameters {
      let name = String(key)
      guard names.contains(name) else {
        throw Problem.parameter(
          Fault.shown(name), String(value),
          expected: names.isEmpty ? "no parameters" : "one of " + names.joined(separator: ", "))
      }
      guard values.updateValue(String(value), forKey: name) == nil else {
        throw Problem.parameter(name, String(value), expected: "each parameter once")
      }
    }
  }

  /// The text of a parameter, where it is there.
  package subscript(name: String) -> String? { values[name] }

  /// How many there are to be: 1 to 1000.
  package func top(default usual: Int) throws(Problem) -> Int {
    guard let text = values["top"] else { return usual }
    guard let number = Int(text), (1...1000).contains(number) else {
      throw Problem.parameter("top", text, expected: "a whole number from 1 to 1000")
    }
    return number
  }

  /// The level of intervals, where they are asked for.
  func level(hasCalibration: Bool) throws(Problem) -> Double? {
    guard let text = values["interval"] else { return nil }
    return try Self.level(text, hasCalibration: hasCalibration)
  }

  /// The level of intervals of a text.
  static func level(_ text: String, hasCalibration: Bool) throws(Problem) -> Double {
    guard let level = Double(text), Engine.levels.contains(level) else {
      throw Problem.parameter(
        "interval", text,
        expected: "one of " + Engine.levels.map { "\($0)" }.joined(separator: ", "))
    }
    guard !hasCalibration else {
      throw Problem.parameter(
        "interval", text,
        expected: "none: intervals are of the model's own posteriors, and a calibration is in use")
    }
    return level
  }

  /// One of some names.
  func one(_ name: String, of known: [String]) throws(Problem) -> String? {
    guard let text = values[name] else { return nil }
    guard known.contains(text) else {
      throw Problem.parameter(
        name, text, expected: "one of " + known.joined(separator: ", "))
    }
    return text
  }

  /// The parts of a list with commas, each of which is one of some names.
  func list(_ name: String, of known: [String], called kind: String) throws(Problem) -> [String]? {
    guard let text = values[name] else { return nil }
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    for part in parts where !known.contains(part) {
      throw Problem.parameter(name, part, expected: kind)
    }
    return parts
  }
}
