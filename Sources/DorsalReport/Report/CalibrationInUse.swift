package import DorsalCore

extension Calibration {
  /// Which calibration corrected the posteriors, for a text.
  package func lineInUse(file: String) -> String {
    "calibration in use: \(method.rawValue)"
      + (method == .none ? ", which changes nothing" : "") + ", \(file)\n"
  }

  /// The same for a program: the method, the file, and what it was fitted to.
  package func jsonInUse(file: String) -> JSONValue {
    .object([
      ("method", .string(method.rawValue)), ("file", .string(file)),
      ("fitted_on", fittedChecksum.map { .string("sha256:" + $0) } ?? .null),
    ])
  }
}

extension JSONValue {
  /// An object with one more member behind the others.
  package func adding(_ name: String, _ value: JSONValue) -> JSONValue {
    guard case .object(let members) = self else { return self }
    return .object(members + [(name, value)])
  }
}
