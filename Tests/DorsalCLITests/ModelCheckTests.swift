import Foundation
import Testing

/// `dorsal model check`, and what every verb says of a model with faults.
@Suite struct ModelCheckTests {
  @Test func `a model without faults is summed up`() async throws {
    let folder = try WorkingFolder()
    let text = try await folder.dorsal("model", "check")
    #expect(text.status == 0)
    #expect(text.output.hasPrefix("Models/back-pain: no faults\nSmall, version 1.2, sha256:"))
    #expect(text.output.contains("3 causes, 4 findings, 2 settings, 1 sources"))
    let json = try await folder.dorsal("model", "check", "Models/back-pain", "--json")
    #expect(json.status == 0)
    let object = try JSON.object(json.output)
    #expect(object["faults"] as? Int == 0)
    #expect(object["settings"] as? [String] == ["primary_care", "emergency"])
    // Counted by hand in the tables.
    let numbers = try #require(object["numbers"] as? [[String: Any]])
    #expect(numbers.map { $0["basis"] as? String } == ["published", "derived", "assumed"])
    #expect(numbers.map { $0["priors"] as? Int } == [1, 0, 5])
    #expect(numbers.map { $0["likelihoods"] as? Int } == [2, 1, 9])
  }

  @Test func `the shipped model has no faults`() async throws {
    let folder = try WorkingFolder(model: nil)
    let outcome = try await folder.dorsal("model", "check", Repository.model)
    #expect(outcome.status == 0)
    #expect(outcome.output.hasPrefix("\(Repository.model): no faults\n"))
  }

  @Test(arguments: SmallModel.fileNames.filter { !SmallModel.optionalFileNames.contains($0) })
  func `a file that is missing is told by its name`(name: String) async throws {
    var model = SmallModel()
    model.files[name] = nil
    let folder = try WorkingFolder(["cases.csv": "id\na\n"], model: model)
    let checked = try await folder.dorsal("model", "check", SmallModel.folder)
    let scored = try await folder.dorsal("score", "cases.csv", "--model", SmallModel.folder)
    for outcome in [checked, scored] {
      #expect(outcome.status == 65)
      #expect(outcome.output.isEmpty)
      #expect(
        outcome.errors.contains("\(SmallModel.folder)/\(name):1:1: the file is missing"))
    }
  }

  @Test func `every fault is told at once with file, line and column`() async throws {
    var model = SmallModel()
    model.replace("\"licence\"", with: "\"licnce\"", in: "model.json")
    model.replace("age,history,number", with: "age,history,numbr", in: "findings.csv")
    model.replace(",tumour", with: ",tumor", in: "priors.csv")
    model.replace("neoplasm,emergency", with: "neoplasm,soon", in: "causes.csv")
    model.replace("present,*,0.25", with: "presnt,*,0.25", in: "likelihoods.csv")
    model.replace("leg,strain,0.8", with: "leg,strain,1.8", in: "likelihoods.csv")
    model.replace("published,smith2001", with: "published,", in: "likelihoods.csv")
    model.replace("chest,*,0.2,10,assumed", with: "chest,*,0.2,10,guessed", in: "likelihoods.csv")
    model.replace("middle,*", with: "young,*", in: "likelihoods.csv")
    model.files["sources.csv", default: ""] += "smith2001,Again,\n"
    let folder = try WorkingFolder(["cases.csv": "id\na\n"], model: model)
    let checked = try await folder.dorsal("model", "check")
    #expect(checked.status == 65)
    #expect(checked.output.isEmpty)
    // Columns were counted by hand in the changed tables.
    let expected: [(place: String, words: [String])] = [
      ("model.json:2:2", ["unknown member \"licnce\"", "did you mean \"licence\"?"]),
      ("model.json:1:1", ["the member \"licence\" is missing"]),
      ("findings.csv:4:13", ["\"numbr\"; expected one of", "number"]),
      ("causes.csv:3:17", ["\"soon\"; expected one of", "emergency"]),
      ("priors.csv:3:14", ["unknown cause \"tumor\"", "did you mean \"tumour\"?"]),
      ("priors.csv:6:11", ["unknown cause \"tumor\""]),
      ("priors.csv:1:1", ["no prior in primary_care for tumour"]),
      ("likelihoods.csv:2:6", ["unknown state of sign \"presnt\"", "did you mean \"present\"?"]),
      ("likelihoods.csv:3:39", ["source"]),
      ("likelihoods.csv:5:5", ["second row", "line 4"]),
      ("likelihoods.csv:11:21", ["\"guessed\"; expected one of"]),
      ("likelihoods.csv:13:17", ["\"1.8\"; expected"]),
      ("sources.csv:3:1", ["\"smith2001\" stands twice"]),
    ]
    let lines = checked.errors.split(separator: "\n")
    for (place, words) in expected {
      let told = lines.contains { line in
        line.contains("\(SmallModel.folder)/\(place): ") && words.allSatisfy(line.contains)
      }
      #expect(told, "\(place) \(words)")
    }
    // No other verb works with such a model, and each says the same.
    let scored = try await folder.dorsal("score", "cases.csv", "--output", "out.csv")
    #expect(scored.status == 65)
    #expect(scored.errors == checked.errors)
    #expect(try folder.names() == ["cases.csv"])
  }

  @Test func `priors that do not add up to one are told`() async throws {
    var model = SmallModel()
    model.replace("primary_care,strain,0.5,", with: "primary_care,strain,0.625,", in: "priors.csv")
    let folder = try WorkingFolder(model: model)
    let outcome = try await folder.dorsal("model", "check")
    #expect(outcome.status == 65)
    #expect(
      outcome.errors.contains(
        "Models/back-pain/priors.csv:2:21: the priors of primary_care add up to 1.125; expected 1"))
    #expect(outcome.errors.split(separator: "\n").count == 1)
  }
}
