internal import DorsalNumerics

/// The power that priors are raised to, from 0 to 1.
///
/// The priors of a clinic are right for a patient who was drawn from those who come to it. A
/// patient who was picked because the case is puzzling was not: rare causes are among such
/// patients more often than in the clinic, by a factor that nobody has counted. At 1 the
/// priors stand as the tables have them, at 0 every cause of a setting is as probable as any
/// other, and between them the odds of two causes are raised to the power.
public struct PriorWeight: Sendable, Hashable {
  /// The power.
  public let value: Double

  /// The priors as the tables have them.
  public static let full = PriorWeight(unchecked: 1)

  private init(unchecked value: Double) { self.value = value }

  /// A weight, or nothing for a number outside 0...1.
  public init?(_ value: Double) {
    guard value >= 0, value <= 1 else { return nil }
    self.value = value
  }

  /// Raises probabilities that sum to one to the power, and divides them by their sum.
  func applied(to probabilities: ArraySlice<Double>) -> [Double] {
    guard self != .full else { return Array(probabilities) }
    let powers = probabilities.map { Elementary.exp(value * Elementary.log($0)) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }
}

extension Model {
  /// The same model with the priors of its tables raised to a power. All that is made of it
  /// goes by these priors: scores, explanations, suggestions and simulated cases.
  ///
  /// - Complexity: O(settings × causes).
  public func weighingPriors(by weight: PriorWeight) -> Model {
    var copy = self
    copy.priorWeight = weight
    copy.priorTable = settings.indices.flatMap { setting in
      weight.applied(to: tablePriors[setting * causes.count..<(setting + 1) * causes.count])
    }
    return copy
  }

  /// Name and version, and the prior weight where it is not 1: for answers that people read.
  package var titleLine: String {
    let weight =
      priorWeight == .full ? "" : ", prior weight \(NumberText.plain(priorWeight.value))"
    return "\(card.name) \(card.version)\(weight)"
  }
}
