/// How the numbers of a column become those of a finding: the unit that a file names, in terms of
/// the unit of the model.
///
/// It is not the numbers that are converted, but the edges and the range of the finding, once: see
/// `converted(_:)`. So a value is compared with 12 g/dL, and not 10 times the value with 120 g/L,
/// and a column in another unit is read as fast as any.
package struct UnitConversion: Sendable, Hashable {
  /// What a number of the file is multiplied by.
  package let factor: Double
  /// What is added then; zero but for degrees Fahrenheit.
  package let offset: Double
  /// What the file calls the unit; empty for a factor.
  package let unit: String

  /// A conversion by a factor that a mapping gives.
  ///
  /// - Throws: A fault at a place where the factor is no number above zero.
  package init(factor: Double, at position: SourcePosition) throws(TextFault) {
    guard factor.isFinite, factor > 0 else {
      throw TextFault(
        position: position, message: "a factor of \(factor); expected a number above 0")
    }
    self.init(factor: factor, offset: 0, unit: "")
  }

  /// A conversion from a unit that a file names.
  ///
  /// - Parameters:
  ///   - unit: A UCUM name such as `g/dL`, or another usual spelling. For a finding in multiples of
  ///     the upper limit of normal also the limit, such as `U/L limit=60`.
  ///   - finding: The finding that the numbers are of.
  ///   - position: Where the unit stands.
  /// - Throws: A fault at that place for a finding that is no number, an unknown unit, or one of
  ///   another dimension.
  package init(
    unit: String, of finding: Finding, at position: SourcePosition
  ) throws(TextFault) {
    func fault(_ message: String) -> TextFault {
      TextFault(position: position, message: message)
    }
    guard finding.kind == .number else {
      throw fault("the unit \"\(unit)\" for \(finding.id), which is no number")
    }
    let name = UnitTable.canonical(unit)
    if name == UnitTable.canonical(finding.unit), !name.isEmpty {
      self.init(factor: 1, offset: 0, unit: unit)
      return
    }
    if finding.unit == UnitTable.multiple {
      self.init(factor: try Self.ofMultiple(unit, finding, fault), offset: 0, unit: unit)
      return
    }
    guard let given = UnitTable.unit(named: unit) else {
      let usual = UnitTable.usual(for: finding)
      throw fault(
        "unknown unit \"\(unit)\" of \(finding.id); expected "
          + (usual.isEmpty ? finding.unit : usual.joined(separator: ", ")))
    }
    guard let own = UnitTable.unit(named: finding.unit) else {
      throw fault(
        "the unit \"\(unit)\" cannot become \(finding.unit), the unit of \(finding.id)")
    }
    guard let bridge = UnitTable.bridge(from: given.dimension, to: own.dimension, of: finding.id)
    else {
      throw fault(
        "the unit \"\(unit)\" is \(given.dimension.rawValue); expected "
          + "\(own.dimension.rawValue), such as \(finding.unit), for \(finding.id)")
    }
    self.init(
      factor: given.factor * bridge / own.factor, offset: (given.offset - own.offset) / own.factor,
      unit: unit)
  }

  private init(factor: Double, offset: Double, unit: String) {
    (self.factor, self.offset, self.unit) = (factor, offset, unit)
  }

  /// The factor for a finding in multiples of the upper limit of normal.
  private static func ofMultiple(
    _ unit: String, _ finding: Finding, _ fault: (String) -> TextFault
  ) throws(TextFault) -> Double {
    if ["xuln", "x_uln", "uln", "times_uln"].contains(unit.lowercased()) { return 1 }
    let parts = unit.split(separator: " ")
    guard parts.count == 2, parts[1].hasPrefix("limit=") else {
      throw fault(
        "the unit \"\(unit)\" of \(finding.id), which is in multiples of the laboratory's upper "
          + "limit; expected the limit too, such as \(finding.id)[\(parts.first ?? "U/L") limit=60]"
      )
    }
    guard let limit = DecimalNumber.parse(String(parts[1].dropFirst("limit=".count))),
      limit > 0, limit.isFinite
    else { throw fault("\"\(parts[1])\" is no upper limit; expected a number above 0") }
    return 1 / limit
  }

  /// Whether numbers stay as they are.
  package var isIdentity: Bool { factor == 1 && offset == 0 }

  /// A finding with edges and range in the unit of the file: the same values fall in the same
  /// states.
  package func converted(_ finding: Finding) -> Finding {
    guard !isIdentity else { return finding }
    return Finding(
      id: finding.id, section: finding.section, kind: finding.kind,
      unit: unit.isEmpty ? "" : unit, states: finding.states,
      edges: finding.edges.map(backwards),
      range: finding.range.map { backwards($0.lowerBound)...backwards($0.upperBound) },
      weight: finding.weight, group: finding.group, question: finding.question,
      burden: finding.burden, wider: finding.wider)
  }

  /// A number of the finding's own unit in the unit of the file, to twelve digits: so that
  /// 11 × 10⁹/L are 1.1 × 10¹⁰/L and not a little more or less.
  private func backwards(_ number: Double) -> Double {
    Self.toTwelveDigits((number - offset) / factor)
  }

  /// A number that was converted, without the last digits, which the conversion made.
  static func toTwelveDigits(_ exact: Double) -> Double {
    guard exact != 0, exact.isFinite else { return exact }
    var scale = 1.0
    while abs(exact) * scale < 1e11, scale < 1e22 { scale *= 10 }
    return (exact * scale).rounded() / scale
  }

  /// The conversion in words: `1 g/dL is 10 g/L`.
  package func description(to finding: Finding) -> String {
    if finding.unit == UnitTable.multiple {
      return "\(finding.id) is in \(unit)"
    }
    if offset != 0 { return "\(finding.id) is in \(unit)" }
    return "\(finding.id) is in \(unit), of which 1 is \(NumberText.plain(factor)) \(finding.unit)"
  }
}
