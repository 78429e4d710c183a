/// Why cases cannot be drawn as asked, in a sentence.
public struct SimulationError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong and what was expected.
  public let description: String

  init(_ description: String) { self.description = description }
}
