import TestSupport
import Testing

/// `dorsal model weights`: weights of grouped findings from labelled cases.
@Suite(.releaseOnly) struct ModelWeightsTests {
  /// The small model with a second sign in one group with the first.
  private static func model() -> SmallModel {
    var model = SmallModel()
    model.replace(",,,1,,Sign?", with: ",,,1,signs,Sign?", in: "findings.csv")
    model.files["findings.csv"]? += "second,examination,binary,,,absent;present,,,1,signs,Second?\n"
    model.files["likelihoods.csv"]? += """
      second,present,*,0.25,50,assumed,,
      second,present,tumour,0.75,40,assumed,,

      """
    return model
  }

  @Test func `weights of dependent cases go into a table that loads`() async throws {
    let folder = try WorkingFolder(model: Self.model())
    let made = try await folder.dorsal(
      "simulate", "--count", "4000", "--correlation", "0.8", "--output", "cases.csv")
    #expect(made.status == 0)
    let outcome = try await folder.dorsal(
      "model", "weights", "cases.csv", "--output", "findings.csv", "--json")
    #expect(outcome.status == 0)
    let answer = try JSON.object(outcome.output)
    #expect(answer["cases"] as? Int == 4000)
    #expect(answer["converged"] as? Bool == true)
    let weights = try #require(answer["weights"] as? [[String: Any]])
    let weight = try #require(weights.first?["weight"] as? Double)
    // What two million cases of these tables, drawn and fitted by another program, come to is
    // 0.605, and the standard error of 4,000 of them 0.023.
    #expect(isNear(weight, 0.605, within: 4 * 0.023), "\(weight)")
    #expect(weights.first?["findings"] as? [String] == ["sign", "second"])
    let table = try folder.read("findings.csv")
    let printed = "\((weight * 100).rounded() / 100)"
    #expect(table.contains("absent;present,,,\(printed),signs,Second?"))
    let checked = try await folder.shell(
      "cp findings.csv Models/back-pain/ && $DORSAL model check")
    #expect(checked.status == 0)
  }

  @Test func `the answer for people has a row for each group`() async throws {
    let folder = try WorkingFolder(model: Self.model())
    let outcome = try await folder.shell(
      "$DORSAL simulate --count 300 | $DORSAL model weights -")
    #expect(outcome.status == 0)
    #expect(outcome.lines[0].hasPrefix("300 cases; log loss "))
    #expect(outcome.lines.last?.hasPrefix("signs ") == true)
    #expect(outcome.lines.last?.hasSuffix("sign second") == true)
  }

  @Test func `cases that cannot be fitted to are told and leave no file`() async throws {
    let folder = try WorkingFolder(
      ["cases.csv": "id,diagnosis\na,strain\nb,tumour\n"], model: Self.model())
    let outcome = try await folder.dorsal("model", "weights", "cases.csv", "-o", "findings.csv")
    #expect(outcome.status == 65)
    #expect(outcome.errors.hasPrefix("dorsal: cases.csv: the cases tell nothing of the weight"))
    #expect(try folder.names() == ["cases.csv"])
    let none = try await WorkingFolder(["cases.csv": "id,diagnosis\na,strain\n"])
      .dorsal("model", "weights", "cases.csv")
    #expect(none.status == 65)
    #expect(none.errors.contains("no groups of findings"))
  }

  @Test(arguments: [
    ("--ridge 0", "--ridge 0.0: expected a number above 0"), ("--output -", "goes to a file"),
    ("--setting ward", "unknown setting"),
  ])
  func `a wrong command line is told`(options: String, word: String) async throws {
    let folder = try WorkingFolder(["cases.csv": "id\na\n"], model: Self.model())
    let arguments = options.split(separator: " ").map(String.init)
    let outcome = try await folder.start(["model", "weights", "cases.csv"] + arguments).outcome()
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains(word))
  }
}
