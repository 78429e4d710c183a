import TestSupport
import Testing

/// `dorsal simulate`: cases drawn from the model.
@Suite(.releaseOnly) struct SimulateTests {
  @Test func `cases go where they are read again`() async throws {
    let folder = try WorkingFolder(model: nil)
    let made = try await folder.dorsal(
      "simulate", "--model", Repository.model, "--count", "300", "--seed", "3", "--missing", "0.4",
      "--missing-by", "workup", "--correlation", "0.4", "--correlation", "leg_pain=0.6",
      "--output", "cases.csv", "--metadata", "about.json")
    #expect(made.status == 0)
    #expect(made.output.isEmpty && made.errors.isEmpty)
    #expect(try folder.names() == ["about.json", "cases.csv"])
    let text = try folder.read("cases.csv")
    #expect(text.hasPrefix("id,diagnosis,setting,age,sex,"))
    let valid = try await folder.dorsal("validate", "--model", Repository.model, "cases.csv")
    #expect(valid.status == 0)
    #expect(valid.output == "cases.csv: 300 cases can be read, 0 rows cannot\n")
    let judged = try await folder.dorsal("evaluate", "--model", Repository.model, "cases.csv")
    #expect(judged.status == 0)
    let about = try JSON.object(try folder.read("about.json"))
    #expect(about["cases"] as? Int == 300)
    #expect(about["seed"] as? String == "3")
    #expect((about["correlations"] as? [String: Double])?["leg_pain"] == 0.6)
    #expect((about["correlations"] as? [String: Double])?["shock"] == 0.4)
    #expect((about["diagnoses"] as? [String: Int])?.values.reduce(0, +) == 300)
  }

  @Test(arguments: ["csv", "jsonl"])
  func `the file is the same on any number of threads`(format: String) async throws {
    let folder = try WorkingFolder()
    let options = "--count 1500 --seed 18446744073709551615 --missing 0.2 --misspecify --format "
    for threads in ["1", "2", "5"] {
      let arguments = (options + format).split(separator: " ").map(String.init)
      let outcome = try await folder.start(
        ["simulate"] + arguments + ["--threads", threads, "-o", threads]
      ).outcome()
      #expect(outcome.status == 0)
    }
    let first = try folder.read("1")
    #expect(first.split(separator: "\n").count == (format == "csv" ? 1501 : 1500))
    #expect(first == (try folder.read("2")))
    #expect(first == (try folder.read("5")))
  }

  @Test func `cases go to standard output and from there to score`() async throws {
    let folder = try WorkingFolder()
    let outcome = try await folder.shell(
      "$DORSAL simulate --count 50 --format jsonl --setting emergency | $DORSAL score -")
    #expect(outcome.status == 0)
    #expect(outcome.lines.count == 51)
    #expect(outcome.lines[1].hasPrefix("s1_1,emergency,"))
  }

  @Test func `priors of a file take the place of the model's`() async throws {
    let folder = try WorkingFolder(["priors.csv": "cause,probability\ntumour,1\n"])
    let outcome = try await folder.dorsal("simulate", "--count", "40", "--priors", "priors.csv")
    #expect(outcome.status == 0)
    #expect(outcome.lines.dropFirst().allSatisfy { $0.contains(",tumour,primary_care,") })
    #expect(outcome.lines.count == 41)
  }

  @Test(arguments: [
    ("", "--count"), ("--count 0", "--count 0: expected at least 1"), ("--count -1", "--count"),
    ("--count 1 --missing 1.1", "--missing 1.1: expected a probability from 0 to 1"),
    ("--count 1 --correlation 1", "expected a number of 0 or more and below 1"),
    ("--count 1 --correlation nan", "expected a number of 0 or more and below 1"),
    ("--count 1 --correlation -0.1", "--correlation"),
    ("--count 1 --correlation legs=0.2", "unknown group of findings \"legs\""),
    ("--count 1 --setting ward", "\"ward\"; expected one of primary_care, emergency"),
    ("--count 1 --missing-by luck", "luck"), ("--count 1 --threads 0", "--threads 0"),
    ("--count 1 --likelihood-seed 2", "--likelihood-seed goes with --misspecify"),
    ("--count 1 --metadata -", "both go to standard output"),
    ("--count 1 --output a --metadata a", "--output and --metadata are the same file"),
  ])
  func `a wrong command line is told and does nothing`(
    command: String, word: String
  ) async throws {
    let folder = try WorkingFolder()
    let arguments = command.split(separator: " ").map(String.init)
    let outcome = try await folder.start(["simulate"] + arguments).outcome()
    #expect(outcome.status == 64)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains(word))
    #expect(try folder.names().isEmpty)
  }

  @Test func `wrong priors are told with their place and leave no file`() async throws {
    let folder = try WorkingFolder(["priors.csv": "cause,probability\ntumour,0.4\nstrain,0.4\n"])
    let outcome = try await folder.dorsal(
      "simulate", "--count", "40", "--priors", "priors.csv", "--output", "cases.csv")
    #expect(outcome.status == 65)
    #expect(outcome.errors == "dorsal: priors.csv:1:1: the priors add up to 0.8; expected 1\n")
    #expect(try folder.names() == ["priors.csv"])
    let none = try await folder.dorsal("simulate", "--count", "40", "--priors", "none.csv")
    #expect(none.status == 66)
  }
}
