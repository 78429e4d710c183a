/// The tables of a model that say what codes of other programs mean, as bytes: they are read by
/// those who meet such codes, and change no answer to a case and no checksum.
package struct CodeTables: Sendable {
  /// The names of the files, each of which may be missing.
  package static let fileNames = ["codes.csv", "code_units.csv", "code_answers.csv"]

  /// The bytes of those that are there.
  let files: [String: [UInt8]]
  /// The folder, for messages.
  let origin: String

  /// The tables of a model.
  init(_ tables: ModelTables) {
    files = tables.files.filter { Self.fileNames.contains($0.key) }
    origin = tables.origin
  }

  /// No tables.
  init() { (files, origin) = ([:], "") }
}

/// What a record of another program says of a finding: a row of `codes.csv`.
package struct CodeRule: Sendable, Hashable {
  /// How a record is read.
  package enum Reading: String, Sendable, CaseIterable {
    /// That it is there is the state.
    case state
    /// Its number is the finding's.
    case number
    /// Its number over the laboratory's upper limit is the finding's.
    case timesUpperLimit = "times_upper_limit"
    /// Its number beside the laboratory's upper limit makes the state or the other one.
    case aboveUpperLimit = "above_upper_limit"
    /// Its number beside a threshold makes the state or the other one.
    case above
    case atLeast = "at_least"
    case below
    /// Its answer, yes or no, makes the state or the other one.
    case answer
    /// It says of no finding, but that back pain is what the patient comes with.
    case reason
  }

  /// The code, or what codes begin with.
  package let code: String
  /// The name of the code, for people.
  package let name: String
  /// The index of the finding; nothing for a reason.
  package let finding: Int?
  package let reading: Reading
  /// What numbers are compared with.
  package let threshold: Double?
  /// The numbers that a patient can have; nothing where the table sets no limits.
  package let range: ClosedRange<Double>?
  /// The code of the state in a batch; 0 where the record's own number is.
  package let state: UInt8
  /// The code of the state where the number or the answer is on the other side, or where a
  /// condition of this code is ruled out; 0 where that says nothing.
  package let otherwise: UInt8
  /// Records count from so many days before the case; nothing where they always do.
  package let since: Int?
  /// Records count up to so many days before the case.
  package let until: Int
}

/// A number of a unit in the unit of a finding.
package struct CodeUnit: Sendable, Hashable {
  package let factor: Double
  package let offset: Double

  /// A conversion; 1 and 0 for the finding's own unit.
  package init(factor: Double, offset: Double) { (self.factor, self.offset) = (factor, offset) }

  /// The number in the unit of the finding, to twelve digits: so that 11,000 times 0.001 is 11.
  package func converted(_ number: Double) -> Double {
    factor == 1 && offset == 0 ? number : UnitConversion.toTwelveDigits(number * factor + offset)
  }
}
