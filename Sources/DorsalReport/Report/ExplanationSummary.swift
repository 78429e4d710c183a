internal import DorsalCore

extension Explanation {
  /// The explanation in three plain sentences: what leads, what speaks for and against it, and
  /// how soon the case needs attention.
  func summary(model: Model) -> [String] {
    [ranking(model: model), evidence(model: model), attention(model: model)]
  }

  private func ranking(model: Model) -> String {
    func share(_ way: Way) -> String {
      let probability = NumberText.percent(way.posterior)
      return way.interval.map { "\(probability) (\(Self.text($0)))" } ?? probability
    }
    let first = "\(model.causes[ways[0].cause].label) is most probable with \(share(ways[0]))"
    guard ways.count > 1 else { return first + "." }
    return first + ", then \(model.causes[ways[1].cause].label) with \(share(ways[1]))."
  }

  /// The two findings that speak most for the leading cause and the one that speaks most against.
  private func evidence(model: Model) -> String {
    let findings = ways[0].contributions
    guard !findings.isEmpty else {
      return "No finding is known, so this is how often causes are seen in this setting."
    }
    func told(_ contribution: Contribution) -> String {
      "\(contribution.words(model: model, isShort: true)) "
        + "(likelihood ratio \(Self.ratioText(contribution.likelihoodRatio)))"
    }
    // Below a tenth of a deciban the ratio is 1 as it is printed.
    let most = findings.filter { $0.decibans >= 0.1 }.sorted { $0.decibans > $1.decibans }
    let least = findings.filter { $0.decibans <= -0.1 }.min { $0.decibans < $1.decibans }
    let pro =
      most.isEmpty
      ? "No known finding speaks for it"
      : "For it speaks most " + most.prefix(2).map(told).joined(separator: ", then ")
    let contra = least.map { "against it most \(told($0))" } ?? "no known finding against it"
    return "\(pro); \(contra)."
  }

  private func attention(model: Model) -> String {
    let word = urgency.urgency.rawValue.replacing("_", with: " ")
    switch urgency.leading(model: model) {
    case .redFlag(let rule):
      var message = model.redFlags[rule].message[...]
      while message.last == "." { message.removeLast() }
      return "The urgency is \(word), by a red flag: \(message)."
    case .expectedLoss(_, .some(let cause)):
      let posterior = ways.first { $0.cause == cause }?.posterior ?? 0
      return "The urgency is \(word), by expected loss, most of all for "
        + "\(model.causes[cause].label) with \(NumberText.percent(posterior))."
    case .expectedLoss:
      return "The urgency is \(word): no red flag asks for more, nor does the expected loss."
    }
  }

  /// A likelihood ratio, or odds, with about three digits: `198`, `10.7`, `2.04`, `0.503`.
  static func ratioText(_ ratio: Double) -> String {
    switch ratio {
    case 100...: NumberText.fixed(ratio, decimals: 0)
    case 10...: NumberText.fixed(ratio, decimals: 1)
    case 1...: NumberText.fixed(ratio, decimals: 2)
    case 0.001...: NumberText.fixed(ratio, decimals: 3)
    default: "<0.001"
    }
  }
}

extension Explanation.Contribution {
  /// The finding and its state in the words of the question: `Sex: male`.
  func words(model: Model, isShort: Bool) -> String {
    let finding = model.findings[finding]
    return (isShort ? finding.shortWords : finding.words) + ": " + finding.words(ofState: state)
  }
}
