internal import DorsalNumerics

/// Numbers into text for tables and files.
package enum NumberText {
  /// Appends a probability with six significant digits, which is what a `Float`
  /// holds for sure: `0.834512`, `0.0123457`, `1.23457e-08`, `0`.
  ///
  /// The digits are those of the exact value of the `Float`, rounded half up on
  /// the decimal scale as near as a `Double` tells.
  ///
  /// - Complexity: O(1), without allocation.
  package static func appendProbability(_ probability: Float, to output: inout [UInt8]) {
    ProbabilityText.append(probability, to: &output)
  }

  /// A number with a fixed count of decimals, rounded half away from zero.
  package static func fixed(_ value: Double, decimals: Int) -> String {
    guard value.isFinite else { return "\(value)" }
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let scaled = (abs(value) * scale).rounded()
    guard scaled < 1e15 else { return "\(value)" }
    let whole = Int(scaled) / Int(scale)
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard decimals > 0 else { return "\(sign)\(whole)" }
    let fraction = String(Int(scaled) % Int(scale))
    return "\(sign)\(whole)." + String(repeating: "0", count: decimals - fraction.utf8.count)
      + fraction
  }
}

extension NumberText {
  /// A probability in percent for people: one decimal, more for small ones.
  package static func percent(_ probability: Double) -> String {
    switch probability * 100 {
    case 0.1...: fixed(probability * 100, decimals: 1) + "%"
    case 0.001...: fixed(probability * 100, decimals: 3) + "%"
    case 0: "0%"
    default: "<0.001%"
    }
  }

  /// A number with up to nine decimals and no zeros behind them: `0.9`, `12`.
  package static func plain(_ value: Double) -> String {
    var text = fixed(value, decimals: 9)
    // Beyond the reach of `fixed` zeros may be of the number or of its exponent.
    guard text.utf8.contains(UInt8(ascii: ".")), !text.utf8.contains(UInt8(ascii: "e")) else {
      return text
    }
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text
  }

  /// A probability of a table with three significant digits.
  package static func significant(_ probability: Double) -> String {
    var decimals = 3
    var threshold = 0.1
    while probability < threshold, decimals < 9 {
      decimals += 1
      threshold /= 10
    }
    var text = fixed(probability, decimals: decimals)
    guard text.utf8.contains(UInt8(ascii: ".")), !text.utf8.contains(UInt8(ascii: "e")) else {
      return text
    }
    while text.last == "0" { text.removeLast() }
    return text
  }
}
