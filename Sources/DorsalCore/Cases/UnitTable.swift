/// Units of findings by their UCUM names and usual spellings, with what one of each is in the base
/// unit of its dimension.
///
/// Factors are exact by definition of the units; molar masses are those of IUPAC's atomic weights,
/// that of haemoglobin is of its monomer, as NPU and LOINC count it.
enum UnitTable {
  /// What a unit measures; units of one dimension can become each other.
  enum Dimension: String, Sendable {
    case time = "a time"
    case length = "a length"
    case mass = "a mass"
    case volume = "a volume"
    case massConcentration = "a mass in a volume"
    case molarConcentration = "an amount in a volume"
    case count = "a number in a volume"
    case catalysis = "a catalytic activity in a volume"
    case sedimentation = "a length in a time"
    case frequency = "a number in a time"
    case pressure = "a pressure"
    case temperature = "a temperature"
    case share = "a share"
  }

  /// A unit: so many of the base unit of its dimension, and what is added for its zero.
  struct Unit: Sendable {
    let dimension: Dimension
    let factor: Double
    var offset = 0.0
  }

  /// What findings in multiples of the upper limit of normal have as their unit.
  static let multiple = "times_upper_limit"

  /// The units by dimension: those that are usual first. Base units: second, metre, gram, litre
  /// and what is made of them; pascal, kelvin, mole, katal. Frequencies are per minute.
  private static let rows: [(Dimension, [(names: String, factor: Double)])] = [
    (
      .time,
      [
        ("d day days", 86_400), ("wk week weeks", 604_800),
        // The mean month and year of the Gregorian calendar, as in UCUM's mo_g and a_g.
        ("mo month months mo_g", 2_629_746), ("a y yr year years a_g", 31_556_952),
        ("h hour hours hr", 3600), ("min minute minutes", 60), ("s sec second seconds", 1),
      ]
    ),
    (
      .length,
      [("cm", 0.01), ("m", 1), ("mm", 0.001), ("[in_i] in inch inches", 0.0254)]
    ),
    (.mass, [("kg", 1000), ("g", 1), ("mg", 0.001), ("[lb_av] lb lbs", 453.592_37)]),
    (.volume, [("mL ml cc cm3", 0.001), ("L l", 1), ("dL dl", 0.1), ("cL cl", 0.01)]),
    (
      .massConcentration,
      [
        ("mg/dL mg/dl mg%", 0.01), ("g/dL g/dl g%", 10), ("g/L g/l mg/mL mg/ml", 1),
        ("mg/L mg/l ug/mL ug/ml mcg/mL", 0.001), ("ug/dL ug/dl mcg/dL", 1e-5),
        ("ug/L ug/l mcg/L ng/mL ng/ml", 1e-6), ("ng/L ng/l pg/mL pg/ml", 1e-9),
        ("g/mL g/ml kg/L", 1000),
      ]
    ),
    (
      .molarConcentration,
      [
        ("mmol/L mmol/l mM", 1e-3), ("umol/L umol/l mcmol/L uM", 1e-6),
        ("nmol/L nmol/l nM", 1e-9), ("mol/L mol/l", 1), ("pmol/L pmol/l pM", 1e-12),
      ]
    ),
    (
      .count,
      [
        ("/uL /ul /mm3 1/uL {cells}/uL cells/uL cells/mm3 /mcL", 1e6),
        ("10*9/L 10^9/L 10e9/L 1e9/L x10^9/L x10*9/L G/L Gpt/L giga/L", 1e9),
        ("10*3/uL 10^3/uL 10e3/uL 1e3/uL x10^3/uL k/uL K/uL K/mm3 10^3/mm3 10*3/mm3", 1e9),
        ("10*12/L 10^12/L T/L", 1e12), ("10*6/uL 10^6/uL M/uL", 1e12), ("/L 1/L", 1),
      ]
    ),
    (
      .catalysis,
      [
        ("U/L u/L IU/L iu/L [IU]/L U/l", 1 / 60e6), ("ukat/L", 1e-6), ("nkat/L", 1e-9),
        ("kU/L", 1 / 60e3),
      ]
    ),
    (
      .sedimentation,
      [("mm/h mm/hr mm/1h mm/hour", 0.001), ("cm/h cm/hr", 0.01)]
    ),
    (.frequency, [("/min 1/min bpm {beats}/min", 1), ("/s Hz 1/s", 60), ("/h 1/h", 1 / 60)]),
    (.pressure, [("mm[Hg] mmHg", 133.322), ("kPa", 1000), ("Pa", 1), ("cm[H2O] cmH2O", 98.0665)]),
    (.share, [("% pct percent", 0.01), ("1 share", 1)]),
  ]

  /// Grams a mole, for findings that laboratories give in either.
  private static let molarMasses: [String: Double] = [
    "calcium": 40.078, "creatinine": 113.12, "haemoglobin": 16_114.5,
    "hemoglobin": 16_114.5, "glucose": 180.156, "urea": 60.056, "bilirubin": 584.66,
    "uric_acid": 168.11, "urate": 168.11, "cholesterol": 386.65, "magnesium": 24.305,
    "phosphate": 30.974,
  ]

  private static let units: [String: Unit] = {
    var units: [String: Unit] = [:]
    for (dimension, list) in rows {
      for (names, factor) in list {
        for name in names.split(separator: " ") {
          units[canonical(String(name))] = Unit(dimension: dimension, factor: factor)
        }
      }
    }
    for name in ["Cel", "degC", "°C", "C"] {
      units[canonical(name)] = Unit(dimension: .temperature, factor: 1, offset: 273.15)
    }
    for name in ["[degF]", "degF", "°F", "F"] {
      units[canonical(name)] = Unit(
        dimension: .temperature, factor: 5 / 9, offset: 273.15 - 32 * 5 / 9)
    }
    units["K"] = Unit(dimension: .temperature, factor: 1)
    return units
  }()

  /// A name without blanks, with one sign for micro.
  static func canonical(_ name: String) -> String {
    var text = ""
    for character in name where character != " " {
      text.append(character == "µ" || character == "μ" ? "u" : character)
    }
    return text
  }

  /// The unit of a name; capitals count, as in UCUM, where `mL` is no `ML`.
  static func unit(named name: String) -> Unit? { units[canonical(name)] }

  /// What a number of one dimension is multiplied by to become one of another; nothing where it
  /// cannot.
  static func bridge(from given: Dimension, to own: Dimension, of finding: String) -> Double? {
    if given == own { return 1 }
    guard let mass = molarMasses[finding] else { return nil }
    switch (given, own) {
    case (.massConcentration, .molarConcentration): return 1 / mass
    case (.molarConcentration, .massConcentration): return mass
    default: return nil
    }
  }

  /// Units that a finding may be given in, the usual ones first.
  static func usual(for finding: Finding) -> [String] {
    guard let own = unit(named: finding.unit) else { return [] }
    var names: [String] = []
    for (dimension, list) in rows
    where bridge(from: dimension, to: own.dimension, of: finding.id) != nil {
      names += list.compactMap { $0.names.split(separator: " ").first.map(String.init) }
    }
    return names
  }

  /// What laboratories measure. An age out of range is hardly ever in another unit.
  private static let laboratory: Set<Dimension> = [
    .massConcentration, .molarConcentration, .count, .catalysis,
  ]

  /// The usual unit in which a number could be meant that is out of range in the finding's own;
  /// nothing where there is none.
  static func likelyUnit(of number: Double, for finding: Finding) -> UnitConversion? {
    guard let range = finding.range, let own = unit(named: finding.unit),
      laboratory.contains(own.dimension)
    else { return nil }
    let nowhere = SourcePosition(file: "", line: 1, column: 1)
    for name in usual(for: finding) {
      guard
        let conversion = try? UnitConversion(unit: name, of: finding, at: nowhere),
        !conversion.isIdentity, range.contains(number * conversion.factor + conversion.offset)
      else { continue }
      return conversion
    }
    return nil
  }
}

extension Finding {
  /// The usual unit in which a number could be meant that is out of range in the finding's own;
  /// nothing where there is none, or the number is in range.
  package func likelyUnit(of number: Double) -> String? {
    range?.contains(number) == false ? UnitTable.likelyUnit(of: number, for: self)?.unit : nil
  }
}
