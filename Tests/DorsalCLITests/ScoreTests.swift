import Foundation
import Testing

/// What `dorsal score` answers.
@Suite struct ScoreTests {
  /// Cases and their posteriors of strain, tumour and unlisted, reckoned by hand: each
  /// prior times what `SmallModel` says the findings multiply it by, over the sum.
  static let cases: [(id: String, row: String, posterior: [Double])] = [
    ("nothing", ",,,", [1 / 2, 1 / 4, 1 / 4]),
    ("sign", ",present,,", [1 / 3, 1 / 2, 1 / 6]),
    ("leg", ",,,leg", [2 / 3, 1 / 6, 1 / 6]),
    ("both", "primary_care,present,,leg", [1 / 2, 3 / 8, 1 / 8]),
    ("old", ",,64,", [2 / 5, 2 / 5, 1 / 5]),
    ("all", ",present,20,leg", [16 / 23, 3 / 23, 4 / 23]),
    ("ward", "emergency,,,", [1 / 4, 1 / 2, 1 / 4]),
    ("ward_sign", "emergency,present,,", [1 / 8, 6 / 8, 1 / 8]),
  ]

  private static let file =
    "id,setting,sign,age,site\n" + cases.map { "\($0.id),\($0.row)\n" }.joined()

  @Test func `posteriors are what the model's numbers give by hand`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.file])
    let scored = try await folder.score("cases.csv", "--all")
    #expect(scored.outcome.status == 0)
    #expect(scored.header.first == "id")
    #expect(scored.answerColumns == ["strain", "tumour", "unlisted"])
    #expect(scored.rows.allSatisfy { $0.count == scored.header.count })
    #expect(scored.ids == Self.cases.map(\.id))
    for (id, row, posterior) in Self.cases {
      for (cause, expected) in zip(["strain", "tumour", "unlisted"], posterior) {
        #expect(isNear(scored.number(cause, of: id), expected, within: printedProbability))
      }
      let cells = row.split(separator: ",", omittingEmptySubsequences: false)
      #expect(
        scored.cell("setting", of: id) == (id.hasPrefix("ward") ? "emergency" : "primary_care"))
      #expect(scored.number("findings_known", of: id) == Double(cells[1...].count { !$0.isEmpty }))
    }
  }

  /// The rule asks for urgent where the sign is present. Without it every action costs the same
  /// for every cause, the least urgent one least.
  @Test func `each row says what its urgency rests on and how much is known`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.file])
    let shares = [0: "0.000", 1: "0.333", 2: "0.667", 3: "1.000"]
    for options in [[], ["--all"], ["--interval", "0.9"], ["--misfit"]] {
      let scored = try await folder.score(["cases.csv"] + options)
      #expect(
        Array(scored.header.prefix(6)) == [
          "id", "setting", "urgency", "urgency_reason", "findings_known", "known_share",
        ])
      for (id, row, _) in Self.cases {
        let hasSign = row.contains("present")
        #expect(scored.cell("urgency", of: id) == (hasSign ? "urgent" : "self_care"))
        let reason = hasSign ? "red_flag:sign" : "expected_loss"
        #expect(scored.cell("urgency_reason", of: id) == reason)
        let known = row.split(separator: ",", omittingEmptySubsequences: false)[1...]
          .count { !$0.isEmpty }
        #expect(scored.cell("known_share", of: id) == shares[known])
      }
    }
    let json = try await folder.dorsal("score", "cases.csv", "--format", "jsonl")
    for (line, item) in zip(json.lines, Self.cases) {
      let object = try JSON.object(line)
      let hasSign = item.row.contains("present")
      #expect(
        object["urgency_reason"] as? String == (hasSign ? "red_flag:sign" : "expected_loss"))
      let known = item.row.split(separator: ",", omittingEmptySubsequences: false)[1...]
        .count { !$0.isEmpty }
      // Three decimals are written.
      #expect(isNear(object["known_share"] as? Double, Double(known) / 3, within: 5e-4))
    }
  }

  @Test func `causes are ranked by probability, then by the order of the model`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.file])
    let scored = try await folder.score("cases.csv")
    #expect(scored.outcome.status == 0)
    let causes = ["cause_1", "cause_2", "cause_3"]
    for (id, expected) in [
      ("nothing", ["strain", "tumour", "unlisted"]), ("sign", ["tumour", "strain", "unlisted"]),
      ("leg", ["strain", "tumour", "unlisted"]), ("all", ["strain", "unlisted", "tumour"]),
      ("ward", ["tumour", "strain", "unlisted"]),
    ] {
      #expect(causes.map { scored.cell($0, of: id) } == expected)
    }
  }

  @Test(arguments: [(1, 1), (2, 2), (3, 3), (5, 3), (1_000_000, 3)])
  func `top gives as many pairs of columns as there are causes for`(
    top: Int, count: Int
  ) async throws {
    let folder = try WorkingFolder(["cases.csv": Self.file])
    let all = try await folder.score("cases.csv", "--top", "3")
    let scored = try await folder.score("cases.csv", "--top", "\(top)")
    #expect(scored.outcome.status == 0)
    let pairs = (1...count).flatMap { ["cause_\($0)", "probability_\($0)"] }
    #expect(scored.answerColumns == pairs)
    #expect(scored.rows.count == Self.cases.count)
    // A shorter list is the beginning of a longer one.
    #expect(scored.header == Array(all.header.prefix(scored.header.count)))
    #expect(scored.rows == all.rows.map { Array($0.prefix(scored.header.count)) })
  }

  @Test func `setting is that of cases that name none`() async throws {
    let folder = try WorkingFolder([
      "none.csv": "id,sign\na,present\n", "named.csv": "id,sign,setting\na,present,emergency\n",
      "other.csv": "id,sign,setting\na,present,primary_care\nb,present,\n",
    ])
    let none = try await folder.score("none.csv", "--setting", "emergency")
    let named = try await folder.dorsal("score", "named.csv")
    #expect(none.outcome.status == 0)
    #expect(none.outcome.output == named.output)
    #expect(none.cell("setting", of: "a") == "emergency")
    #expect(isNear(none.number("probability_1", of: "a"), 0.75, within: printedProbability))
    let other = try await folder.score("other.csv", "--setting", "emergency")
    #expect(other.cell("setting", of: "a") == "primary_care")
    #expect(isNear(other.number("probability_1", of: "a"), 0.5, within: printedProbability))
    #expect(other.cell("setting", of: "b") == "emergency")
    #expect(isNear(other.number("probability_1", of: "b"), 0.75, within: printedProbability))
  }

  @Test func `a diagnosis changes no answer`() async throws {
    let folder = try WorkingFolder([
      "plain.csv": "id,sign\na,present\n",
      "labelled.csv": "id,sign,diagnosis\na,present,strain|tumour\n",
    ])
    let plain = try await folder.dorsal("score", "plain.csv")
    let labelled = try await folder.dorsal("score", "labelled.csv")
    #expect(labelled.status == 0)
    #expect(labelled.output == plain.output)
  }

  @Test(arguments: ["cases.csv", "-"])
  func `the shipped model's posteriors add up to one and are ranked`(way: String) async throws {
    let text = try String(contentsOfFile: Repository.vignettes, encoding: .utf8)
    let folder = try WorkingFolder(["cases.csv": text])
    let arguments = [way, "--model", Repository.model]
    let input = way == "-" ? text : ""
    let all = try await folder.score(
      arguments[0], arguments[1], arguments[2], "--all", input: input)
    let top = try await folder.score(arguments[0], arguments[1], arguments[2], input: input)
    #expect(all.outcome.status == 0)
    #expect(all.rows.count == PlainCSV.rows(text).count - 1)
    #expect(all.ids == PlainCSV.rows(text).dropFirst().map(\.[0]))
    let causes = try String(contentsOfFile: Repository.model + "/causes.csv", encoding: .utf8)
    #expect(all.answerColumns == PlainCSV.rows(causes).dropFirst().map(\.[0]))
    for row in all.rows {
      let posterior = all.answer(row).compactMap(Double.init)
      #expect(posterior.count == all.answerColumns.count)
      #expect(posterior.allSatisfy { (0...1).contains($0) })
      // Each number is printed to six digits: they are off by half a millionth together.
      #expect(isNear(posterior.reduce(0, +), 1, within: 2e-6))
      let ranked = top.answer(top.rows.first { $0[0] == row[0] } ?? [])
      try #require(ranked.count == 10)
      let probabilities = stride(from: 1, to: 10, by: 2).compactMap { Double(ranked[$0]) }
      #expect(probabilities == Array(posterior.sorted(by: >).prefix(5)))
      for place in stride(from: 0, to: 10, by: 2) {
        #expect(all.cell(ranked[place], of: row[0]) == ranked[place + 1])
      }
    }
  }

  /// Rows without groups have a writer of their own.
  @Test func `columns of groups stand behind the same row`() async throws {
    let text = try String(contentsOfFile: Repository.vignettes, encoding: .utf8)
    var quoted = PlainCSV.rows(text)
    for (index, row) in quoted.enumerated().dropFirst() {
      quoted[index][0] = index % 2 == 0 ? "\"\(row[0]), \"\"so called\"\"\"" : row[0]
    }
    // Cells with commas were quoted in the file.
    let lines = quoted.enumerated().map { index, row in
      row.enumerated().map { column, cell in
        column > 0 && cell.contains(where: { ",\"\n".contains($0) })
          ? "\"" + cell.replacing("\"", with: "\"\"") + "\"" : cell
      }.joined(separator: ",") + "\n"
    }
    let folder = try WorkingFolder(["cases.csv": lines.joined()])
    for options in [[], ["--interval", "0.9"]] {
      let arguments = ["score", "cases.csv", "--model", Repository.model] + options
      let plain = try await folder.start(arguments).outcome()
      let grouped = try await folder.start(arguments + ["--groups"]).outcome()
      #expect(plain.status == 0 && grouped.status == 0)
      #expect(plain.lines.count == quoted.count && grouped.lines.count == quoted.count)
      for (short, long) in zip(plain.lines, grouped.lines) {
        #expect(long.hasPrefix(short + ","))
      }
    }
  }
}
