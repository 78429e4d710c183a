public import DorsalCore
public import DorsalLearning

/// Fitted weights, for people and programs.
public struct WeightListing: Sendable {
  private let fit: WeightFit
  private let model: Model

  /// Lists a fit to a model's cases.
  public init(_ fit: WeightFit, model: Model) {
    self.fit = fit
    self.model = model
  }

  /// The weights as an aligned table, and how the fit ended.
  public var text: String {
    var table = TextTable([
      ("group", .left), ("weight", .right), ("standard error", .right), ("before", .right),
      ("findings", .left),
    ])
    for term in fit.terms {
      table.append([
        term.group, NumberText.fixed(term.weight, decimals: 3),
        term.standardError.map { NumberText.fixed($0, decimals: 4) } ?? "at a bound",
        term.findings.map { NumberText.plain(model.findings[$0].weight) }.uniqued()
          .joined(separator: " "),
        term.findings.map { model.findings[$0].id }.joined(separator: " "),
      ])
    }
    let ending =
      fit.isConverged
      ? "converged in \(fit.iterations) steps" : "not converged after \(fit.iterations) steps"
    let heading = [
      "\(fit.caseCount) cases; log loss \(NumberText.fixed(fit.logLossBefore, decimals: 4)) before, "
        + "\(NumberText.fixed(fit.logLossAfter, decimals: 4)) after, on the same cases",
      "\(ending); gradient \(gradient) a case", "",
    ]
    return TextEncoding.printableLines(
      (heading + table.lines).joined(separator: "\n") + "\n")
  }

  /// The gradient in scientific notation.
  private var gradient: String {
    var bytes: [UInt8] = []
    NumberText.appendProbability(Float(fit.gradientNorm), to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The same as JSON.
  public var json: JSONValue {
    .object([
      ("model", model.jsonIdentity), ("cases", .integer(fit.caseCount)),
      ("log_loss_before", .number(fit.logLossBefore)),
      ("log_loss_after", .number(fit.logLossAfter)),
      ("converged", .boolean(fit.isConverged)), ("iterations", .integer(fit.iterations)),
      ("gradient", .number(fit.gradientNorm)),
      (
        "weights",
        .array(
          fit.terms.map { term in
            .object([
              ("group", .string(term.group)), ("weight", .number(term.weight)),
              ("standard_error", .optional(term.standardError)),
              ("findings", .array(term.findings.map { .string(model.findings[$0].id) })),
            ])
          })
      ),
    ])
  }
}
