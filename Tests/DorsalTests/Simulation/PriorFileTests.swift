import Dorsal
import Testing

@Suite struct PriorFileTests {
  private static func read(_ text: String, setting: Int = 0) throws -> [Double] {
    try PriorFile(
      bytes: Array(text.utf8), file: "p.csv", setting: setting, model: SmallModel().load()
    ).probabilities
  }

  @Test func `causes without a row have no cases`() throws {
    #expect(try Self.read("cause,probability\ntumour,0.25\nstrain,0.75\n") == [0.75, 0.25, 0])
  }

  @Test func `the rows of the setting count`() throws {
    let priors = SmallModel().priors
    #expect(try Self.read(priors) == [0.875, 0.025, 0.1])
    #expect(try Self.read(priors, setting: 1) == [0.5, 0.25, 0.25])
  }

  @Test(arguments: [
    ("cause,probability\nstrain,0.5\n", "p.csv:1:1: the priors add up to 0.5; expected 1"),
    (
      "setting,cause,probability\nward,strain,1\n",
      "p.csv:1:1: the priors of clinic add up to 0; expected 1"
    ),
    ("cause,probability\nstrian,1\n", "p.csv:2:1: unknown cause \"strian\"; did you mean "),
    (
      "setting,cause,probability\nhome,strain,1\n",
      "p.csv:2:1: unknown setting \"home\""
    ),
    (
      "cause,probability\nstrain,1.5\n",
      "p.csv:2:8: \"1.5\"; expected a probability from 0 to 1"
    ),
    (
      "cause,probability\nstrain,0.5\nstrain,0.5\n", "p.csv:3:1: a second row for strain"
    ),
    ("cause\nstrain\n", "p.csv:1:1: the column \"probability\" is missing"),
    ("", "p.csv:1:1: the file is empty; expected a header row"),
  ])
  func `a wrong table is told with its place`(text: String, message: String) throws {
    do {
      _ = try Self.read(text)
      Issue.record("was not refused")
    } catch let error as DorsalError {
      #expect(error.description.hasPrefix(message), "\(error)")
    }
  }
}
