public import DorsalCore

/// An explanation that can be written: as text, as JSON or as a page.
public struct CaseExplanation: Sendable {
  /// The terms themselves.
  public let terms: Explanation
  private let model: Model

  /// An explanation with the model that its case was scored with, for programs that keep an
  /// `Explainer`: preparing one takes longer than an explanation.
  public init(_ terms: Explanation, model: Model) {
    self.terms = terms
    self.model = model
  }

  /// What to do next, by the steps of the model: what is to be done, what is done already, and
  /// what is not for this patient. It is empty where the model has no `steps.csv`.
  ///
  ///     let why = scorer.explain(0, of: batch)
  ///     for item in why.steps.open { print(item.step.when, item.step.what) }
  public var steps: StepPlan { terms.steps }

  /// Text for a terminal: for each leading cause the terms from the prior to the posterior in
  /// decibans, which add up as printed.
  public func text(top count: Int = 3) -> String { terms.text(model: model, top: count) }

  /// The same as an object of JSON, in UTF-8.
  public func json(top count: Int = 3) -> String {
    terms.json(model: model, top: count).indentedText + "\n"
  }

  /// The same as one page of HTML that loads nothing from elsewhere.
  public func html(top count: Int = 3) -> String {
    ExplanationPage(terms, model: model, top: count).html
  }
}
