import DorsalCore

/// A number as a measurement has it: exact, or a bound.
struct MeasuredNumber {
  /// The words of FHIR for the side on which a measurement lies.
  static let comparators: [(word: String, side: NumberBound.Side)] = [
    ("<", .below), ("<=", .atMost), (">=", .atLeast), (">", .above),
  ]

  var number: Double
  let bound: NumberBound.Side?

  /// Whether it is above a limit; nothing where a bound leaves both open.
  func isAbove(_ limit: Double) -> Bool? {
    switch bound {
    case nil: number > limit
    case .below, .atMost: number <= limit ? false : nil
    case .above: number >= limit ? true : nil
    case .atLeast: number > limit ? true : nil
    }
  }

  /// Whether it is below a limit; nothing where a bound leaves both open.
  func isBelow(_ limit: Double) -> Bool? {
    switch bound {
    case nil: number < limit
    case .below: number <= limit ? true : nil
    case .atMost: number < limit ? true : nil
    case .above, .atLeast: number >= limit ? false : nil
    }
  }
}

extension CaseBuilder {
  static let unitSystem = "http://unitsofmeasure.org"

  /// The number of a Quantity, without its unit.
  func measured(_ quantity: FHIRElement) throws(FHIRIssue) -> MeasuredNumber? {
    guard let number = try quantity.number("value") else { return nil }
    let words = MeasuredNumber.comparators
    let bound = try quantity.word("comparator", of: words.map(\.word)).flatMap { word in
      words.first { $0.word == word }?.side
    }
    return MeasuredNumber(number: number, bound: bound)
  }

  /// The number of a Quantity in the unit of a finding, by the table of UCUM units.
  func measured(
    _ quantity: FHIRElement, inUnitOf finding: Int
  ) throws(FHIRIssue) -> MeasuredNumber? {
    guard var measured = try measured(quantity) else { return nil }
    let code = try unitCode(quantity)
    guard let unit = reader.codes.unit(code ?? "", of: finding) else {
      let known = reader.codes.units(of: finding).map { $0.isEmpty ? "no unit" : $0 }
      throw quantity.fault(
        (code.map { "the unit \"\($0)\"" } ?? "no unit")
          + " of \(model.findings[finding].id); expected "
          + (known.isEmpty ? "no Quantity" : "one of " + known.joined(separator: ", ")))
    }
    measured.number = unit.converted(measured.number)
    return measured
  }

  /// The UCUM code of a Quantity; nothing for a plain number.
  private func unitCode(_ quantity: FHIRElement) throws(FHIRIssue) -> String? {
    let code = try quantity.string("code")
    if let code {
      guard try quantity.string("system") == Self.unitSystem else {
        throw quantity.fault(
          "the unit \"\(code)\" of another system; expected \(Self.unitSystem)")
      }
      return code
    }
    if let unit = try quantity.string("unit") {
      throw quantity.fault("the unit \"\(unit)\" without a code; expected system and code of UCUM")
    }
    return nil
  }

  /// The state that a measurement proves; nothing where a bound leaves several.
  func code(
    of measured: MeasuredNumber, _ finding: Int, _ element: FHIRElement
  ) throws(FHIRIssue) -> UInt8? {
    guard let bound = measured.bound else {
      return try code(of: measured.number, finding, element)
    }
    do throws(DorsalError) {
      return try reader.decoders[finding].code(
        provedBy: NumberBound(bound, measured.number))
    } catch {
      throw element.fault("\(model.findings[finding].id): \(error.description)")
    }
  }

  /// The number that a value is, in the unit of a finding; nothing where it is a bound, or none.
  func exactNumber(_ finding: Int, _ value: FHIRElement) -> Double? {
    guard model.findings[finding].kind == .number else { return nil }
    if value.kind == .number {
      return DecimalNumber.parse(String(decoding: value.raw, as: UTF8.self))
    }
    guard let measured = try? measured(value, inUnitOf: finding), measured.bound == nil else {
      return nil
    }
    return measured.number
  }

  /// The state that a value says of a finding that is asked for by its own id.
  ///
  /// - Returns: Nothing where a bound leaves several states, which is noted.
  mutating func ownCode(
    _ finding: Int, kind: String, _ value: FHIRElement
  ) throws(FHIRIssue) -> UInt8? {
    let definition = model.findings[finding]
    switch (kind, definition.kind) {
    case ("valueBoolean", .binary) where value.kind == .boolean:
      return value.raw.first == UInt8(ascii: "t") ? 2 : 1
    case ("valueCoding", .binary), ("valueCoding", .category):
      return try state(of: definition, try coding(value), value)
    case ("valueCodeableConcept", .binary), ("valueCodeableConcept", .category):
      let own = try value.codings().first { $0.system == FHIRReader.stateSystem }
      return try state(of: definition, own, value)
    case ("valueQuantity", .number):
      guard let measured = try measured(value, inUnitOf: finding) else { return nil }
      guard let code = try code(of: measured, finding, value) else {
        note(value, "incomplete", "\(definition.id): the bound leaves several states")
        return nil
      }
      return code
    case ("valueDecimal", .number), ("valueInteger", .number):
      guard value.kind == .number,
        let number = DecimalNumber.parse(String(decoding: value.raw, as: UTF8.self)),
        number.isFinite
      else { throw value.fault("expected a number that is not too large") }
      return try code(of: number, finding, value)
    default:
      throw value.fault(
        "\(kind) for \(definition.id); expected \(reader.decoders[finding].expected)")
    }
  }

  private func coding(_ value: FHIRElement) throws(FHIRIssue) -> FHIRCoding? {
    guard let code = try value.string("code") else { return nil }
    return FHIRCoding(system: try value.string("system") ?? "", code: code, element: value)
  }

  private func state(
    of finding: Finding, _ coding: FHIRCoding?, _ value: FHIRElement
  ) throws(FHIRIssue) -> UInt8 {
    guard let coding, coding.system == FHIRReader.stateSystem,
      let state = finding.states.firstIndex(of: coding.code)
    else {
      throw value.fault(
        "no state of \(finding.id); expected a code of \(FHIRReader.stateSystem): "
          + finding.states.joined(separator: ", ")
          + (coding.map { NearestName.suggestion(for: $0.code, in: finding.states) } ?? ""),
        code: "code-invalid")
    }
    return UInt8(clamping: state + 1)
  }
}
