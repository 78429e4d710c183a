import Testing

/// `dorsal model show`: the numbers of a cause or a finding, with their sources.
@Suite struct ModelShowTests {
  @Test func `a cause has its priors and likelihoods`() async throws {
    let folder = try WorkingFolder()
    let outcome = try await folder.dorsal("model", "show", "tumour", "--json")
    #expect(outcome.status == 0)
    let numbers = try #require(try JSON.object(outcome.output)["numbers"] as? [[String: Any]])
    let listed = numbers.map { number in
      ["finding", "state", "cause"].compactMap { number[$0] as? String }.joined(separator: " ")
        + " \(number["probability"] as? Double ?? .nan) \(number["effective_n"] as? Double ?? .nan)"
    }
    #expect(
      listed.sorted() == [
        "age middle tumour 0.125 20.0", "age old tumour 0.5 20.0", "age young tumour 0.375 20.0",
        "setting emergency tumour 0.5 100.0", "setting primary_care tumour 0.25 100.0",
        "sign present tumour 0.75 40.0",
      ])
    let old = try #require(numbers.first { $0["state"] as? String == "old" })
    #expect(old["basis"] as? String == "derived")
    #expect(old["note"] as? String == "twice the background")
    let sources = try #require(old["sources"] as? [[String: String]])
    #expect(
      sources == [
        [
          "key": "smith2001", "citation": "Smith A. A study, with a comma. J 2001;1:1-2",
          "identifier": "PMID:1",
        ]
      ])
  }

  @Test func `a finding has a row for each cause and the background`() async throws {
    let folder = try WorkingFolder()
    let json = try await folder.dorsal("model", "show", "sign", "--json")
    let numbers = try #require(try JSON.object(json.output)["numbers"] as? [[String: Any]])
    #expect(numbers.map { $0["cause"] as? String } == ["*", "tumour"])
    #expect(numbers.map { $0["probability"] as? Double } == [0.25, 0.75])
    let setting = try await folder.dorsal("model", "show", "setting", "--json")
    let priors = try #require(try JSON.object(setting.output)["numbers"] as? [[String: Any]])
    #expect(priors.compactMap { $0["probability"] as? Double }.reduce(0, +) == 2)
    #expect(priors.count == 6)
  }

  @Test func `the table names each number's basis and cites its sources below`() async throws {
    let folder = try WorkingFolder()
    let outcome = try await folder.dorsal("model", "show", "tumour")
    #expect(outcome.status == 0)
    #expect(outcome.lines.first == "Tumour")
    let row = try #require(outcome.lines.first { $0.hasPrefix("sign ") })
    let words = row.split(separator: " ").map(String.init)
    #expect(words == ["sign", "present", "tumour", "0.75", "40", "published", "smith2001"])
    #expect(
      outcome.lines.last == "smith2001: Smith A. A study, with a comma. J 2001;1:1-2 PMID:1")
  }

  @Test(arguments: [("tumor", "tumour"), ("sgin", "sign"), ("Site", "site")])
  func `an unknown id is told with the nearest`(id: String, nearest: String) async throws {
    let folder = try WorkingFolder()
    let outcome = try await folder.dorsal("model", "show", id)
    #expect(outcome.status == 64)
    #expect(outcome.output.isEmpty)
    #expect(
      outcome.errors.contains(
        "\"\(id)\" is neither a cause nor a finding nor a score nor a rule of the model; did you mean \"\(nearest)\"?"
      ))
  }

  @Test func `rows that cannot be read do not keep the influence of the others from being told`()
    async throws
  {
    let folder = try WorkingFolder([
      "cases.csv": "id,sign,diagnosis\na,yes,strain\nb,maybe,tumour\n"
    ])
    let told = try await folder.dorsal("model", "show", "--gaps", "--cases", "cases.csv")
    #expect(told.status == 3)
    #expect(told.output.contains("assumed"))
    #expect(told.errors.contains("cases.csv:3:3: sign \"maybe\""))
    let allowed = try await folder.dorsal(
      "model", "show", "--gaps", "--cases", "cases.csv", "--max-rejects", "1")
    #expect(allowed.status == 0)
    #expect(allowed.output == told.output)
    let refused = try await folder.dorsal(
      "model", "show", "--gaps", "--cases", "cases.csv", "--max-rejects", "0")
    #expect(refused.status == 65)
    #expect(refused.output.isEmpty)
  }
}
