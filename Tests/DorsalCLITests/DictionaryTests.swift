import Testing

/// The data dictionary: what a model knows, and empty case files.
@Suite struct DictionaryTests {
  @Test func `lists have a row for each row of the tables`() async throws {
    let folder = try WorkingFolder()
    for (subject, ids) in [
      ("findings", ["setting", "sign", "age", "site"]),
      ("causes", ["strain", "tumour", "unlisted"]),
      ("rules", ["sign"]), ("settings", ["primary_care", "emergency"]),
    ] {
      let csv = try await folder.dorsal("model", "list", subject, "--csv")
      #expect(PlainCSV.rows(csv.output).dropFirst().map(\.[0]) == ids)
      let text = try await folder.dorsal("model", "list", subject)
      #expect(
        text.lines.dropFirst(2).map { $0.split(separator: " ").first.map(String.init) } == ids)
      let json = try await folder.dorsal("model", "list", subject, "--json")
      #expect(ids.allSatisfy { json.output.contains("\"id\": \"\($0)\"") })
    }
    let findings = try await folder.dorsal("model", "list", "findings", "--csv").output
    #expect(
      findings.contains("age,history,number,years,young (<18);middle (18 to <50);old (>=50),0,120,")
    )
    #expect(try await folder.dorsal("model", "list", "models").status == 64)
  }

  @Test func `a template has all columns and its example can be read`() async throws {
    let folder = try WorkingFolder(model: nil)
    let columns = PlainCSV.rows(
      try await folder.dorsal(
        "model", "list", "findings", "--csv", "--model", Repository.model
      ).output
    ).dropFirst().map(\.[0])
    let empty = try await folder.dorsal("template", "--model", Repository.model)
    #expect(PlainCSV.rows(empty.output) == [["id"] + columns + ["diagnosis"]])
    for options in [[], ["--required"]] {
      let example = try await folder.start(
        ["template", "--example", "--model", Repository.model] + options
      ).outcome()
      let rows = PlainCSV.rows(example.output)
      #expect(rows.count == 2)
      #expect(rows[0].count == (options.isEmpty ? columns.count + 2 : rows[0].count))
      #expect(rows[1].allSatisfy { !$0.isEmpty })
      try folder.write(example.output, to: "mine.csv")
      let scored = try await folder.dorsal("score", "mine.csv", "--model", Repository.model)
      #expect(scored.status == 0)
      #expect(scored.errors.isEmpty, "\(scored.errors)")
    }
  }

  @Test func `the required columns are those of the rules`() async throws {
    let folder = try WorkingFolder()
    #expect(
      try await folder.dorsal("template", "--required").output == "id,setting,sign,diagnosis\n")
  }

  @Test func `the sheet has every question and every state`() async throws {
    let folder = try WorkingFolder()
    #expect(try await folder.dorsal("template", "--html", "sheet.html").status == 0)
    let page = try folder.read("sheet.html")
    for text in [
      "Where does it hurt?", "<code>leg</code>", "<code>site</code>", "years", "(0 to 120)",
      "<code>tumour</code>",
    ] { #expect(page.contains(text), "\(text)") }
    #expect(!page.contains("<script"))
  }

  @Test func `a rule is shown with its conditions`() async throws {
    let folder = try WorkingFolder()
    let rule = try await folder.dorsal("model", "show", "rule:sign")
    #expect(rule.status == 0)
    #expect(rule.lines.first == "The sign is a warning.")
    #expect(rule.lines.contains("sign = present"))
    #expect(rule.output.contains("smith2001: "))
    // A finding of the same id comes first.
    #expect(try await folder.dorsal("model", "show", "sign").output.hasPrefix("Sign?\n"))
    #expect(try await folder.dorsal("model", "show", "rule:sgin").status == 64)
  }
}
