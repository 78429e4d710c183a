internal import DorsalCore

/// Columns of a case file beside its findings that an evaluation goes by.
public struct CohortColumns: Sendable, Hashable {
  /// What tells which rows are of one patient.
  public enum Patients: Sendable, Hashable {
    /// Every row is a patient of its own.
    case rows
    /// Rows with one id are visits of one patient.
    case ids
    /// Rows with one text in a column are.
    case column(String)
  }

  /// Columns that are no findings, to give subgroups by.
  public var divisions: [String] = []
  /// The column of the weights of cases, as surveys have them.
  public var weight: String?
  /// Which rows are of one patient.
  public var patients = Patients.rows

  /// None.
  public init() {}

  /// The columns, in the order in which a reader keeps them.
  package var names: [String] {
    var names = divisions + (weight.map { [$0] } ?? [])
    if case .column(let name) = patients { names.append(name) }
    return names
  }

  var weightPlace: Int? { weight == nil ? nil : divisions.count }
  var patientPlace: Int? {
    if case .column = patients { divisions.count + (weight == nil ? 0 : 1) } else { nil }
  }
}

/// The texts of one column, as codes.
struct ColumnValues: Sendable {
  /// The most values that subgroups are given by.
  static let most = 50

  let name: String
  /// The values that there are.
  private(set) var values: [String] = []
  /// 0 where nothing is known; otherwise the place of the value, from 1.
  private(set) var codes: [UInt8] = []
  /// Whether there are more values than subgroups are given by.
  private(set) var isTooVaried = false
  private var places: [String: UInt8] = [:]

  init(name: String) { self.name = name }

  mutating func append(_ text: String) { codes.append(code(of: text)) }

  /// Adds the texts of another list of the column.
  mutating func append(_ other: ColumnValues) {
    isTooVaried = isTooVaried || other.isTooVaried
    let codes = [0] + other.values.map { code(of: $0) }
    self.codes.append(contentsOf: other.codes.lazy.map { codes[Int($0)] })
  }

  private mutating func code(of text: String) -> UInt8 {
    if text.isEmpty { return 0 }
    if let place = places[text] { return place }
    guard values.count < Self.most else {
      isTooVaried = true
      return 0
    }
    values.append(text)
    places[text] = UInt8(values.count)
    return UInt8(values.count)
  }

  /// The codes of the values, in the order in which people read them: numbers by size, other texts
  /// by the alphabet.
  var ordered: [UInt8] {
    let numbers = values.map { DecimalNumber.parse($0) }
    let places = values.indices.sorted { left, right in
      switch (numbers[left], numbers[right]) {
      case (let first?, let second?): (first, values[left]) < (second, values[right])
      case (_?, nil): true
      case (nil, _?): false
      case (nil, nil): values[left] < values[right]
      }
    }
    return places.map { UInt8($0 + 1) }
  }
}

/// Whose visits rows are, as numbers of patients.
struct PatientCodes: Sendable {
  private(set) var codes: [UInt32] = []
  /// The name of each patient; nothing for one without, who has a single row.
  private var names: [String?] = []
  private var places: [String: UInt32] = [:]

  /// How many patients there are.
  var patientCount: Int { names.count }

  /// Adds a row of a patient; one without a name is a patient of its own.
  mutating func append(_ name: String) { codes.append(code(of: name.isEmpty ? nil : name)) }

  /// Adds the rows of another list.
  mutating func append(_ other: PatientCodes) {
    let codes = other.names.map { code(of: $0) }
    self.codes.append(contentsOf: other.codes.lazy.map { codes[Int($0)] })
  }

  private mutating func code(of name: String?) -> UInt32 {
    if let name, let place = places[name] { return place }
    let place = UInt32(names.count)
    names.append(name)
    if let name { places[name] = place }
    return place
  }

  /// The rows named, in their order.
  func subset(_ rows: [Int]) -> PatientCodes {
    var result = PatientCodes()
    var taken: [UInt32: UInt32] = [:]
    for row in rows {
      let code = codes[row]
      if let place = taken[code] {
        result.codes.append(place)
      } else {
        let place = UInt32(result.names.count)
        taken[code] = place
        result.names.append(nil)
        result.codes.append(place)
      }
    }
    return result
  }
}
