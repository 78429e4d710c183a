/// One thing that can be observed about a patient, with a fixed list of states.
public struct Finding: Sendable, Hashable {
  /// What values a finding takes in a case file.
  public enum Kind: String, Sendable, CaseIterable {
    /// `absent` or `present`; yes and no, true and false, 1 and 0 are taken too.
    case binary
    /// One of the states.
    case category
    /// A number, cut into states at the edges.
    case number
  }

  /// The id that tables and case files use: `night_pain`.
  public let id: String
  /// The part of the record it belongs to: `history`, `pain`, `examination`, ...
  public let section: String
  /// What values it takes.
  public let kind: Kind
  /// The unit of a number; empty for the others.
  public let unit: String
  /// The states, in the order of the table. `unknown` is not among them.
  public let states: [String]
  /// Where a number is cut, ascending, one fewer than the states. A value on an
  /// edge belongs to the state above it.
  public let edges: [Double]
  /// The least and greatest number that can be meant; others are refused.
  public let range: ClosedRange<Double>?
  /// How much of its log-likelihood counts, 0...1.
  public let weight: Double
  /// The findings that it partly repeats; empty when it stands alone.
  public let group: String
  /// The question that asks for it.
  public let question: String
  /// What it costs to find out, in the units of `losses.csv`: above zero, or nothing where
  /// the model does not say.
  public let burden: Double?
  /// Of a number that scores cut finer than the model: the codes that each of the last states
  /// stands for, which are states of the model and behind those by the edges.
  package var wider: [ClosedRange<UInt8>] = []

  /// The same finding in a group.
  func inGroup(_ group: String) -> Finding {
    Finding(
      id: id, section: section, kind: kind, unit: unit, states: states, edges: edges, range: range,
      weight: weight, group: group, question: question, burden: burden)
  }

  /// The state that a number falls in: the left-closed interval that holds it.
  ///
  /// - Parameter number: A finite number.
  /// - Returns: The index into `states`.
  public func state(of number: Double) -> Int {
    var state = 0
    while state < edges.count, number >= edges[state] { state += 1 }
    return state
  }
}
