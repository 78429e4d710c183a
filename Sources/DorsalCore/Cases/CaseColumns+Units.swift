extension CaseColumns {
  /// Takes the units off the names of a header, such as `haemoglobin[g/dL]`, and reads those
  /// columns in them.
  ///
  /// - Parameters:
  ///   - header: The header's names and where they stand.
  ///   - given: The columns whose units a mapping knows.
  /// - Returns: The names without units, and which units there are, in words.
  /// - Throws: A fault for each unit that a finding cannot have.
  package mutating func takeUnits(
    of header: [(name: String, position: SourcePosition)], except given: [Int: CaseField] = [:]
  ) throws(DorsalError) -> (
    header: [(name: String, position: SourcePosition)], notes: [String]
  ) {
    var result = header
    var notes: [String] = []
    var faults: [TextFault] = []
    for (column, (name, position)) in header.enumerated() where given[column] == nil {
      guard let (base, unit) = Self.unit(in: name) else { continue }
      if isInput(base) { result[column].name = base }
      guard case .finding(let finding)? = field(named: base) else { continue }
      let place = SourcePosition(
        file: position.file, line: position.line, column: position.column + base.utf8.count)
      do throws(TextFault) {
        let own = decoders[finding].finding
        let conversion = try UnitConversion(unit: unit, of: own, at: place)
        if !conversion.isIdentity { notes.append(conversion.description(to: own)) }
        decoders[finding] = FindingDecoder(own, in: conversion)
      } catch {
        faults.append(error)
      }
      result[column].name = base
    }
    guard faults.isEmpty else { throw DorsalError(.caseFile, faults: faults) }
    return (result, notes)
  }

  /// The parts of a name with a unit; nothing for others.
  static func unit(in name: String) -> (base: String, unit: String)? {
    guard name.last == "]", let bracket = name.firstIndex(of: "[") else { return nil }
    return (String(name[..<bracket]), String(name[name.index(after: bracket)...].dropLast()))
  }
}
