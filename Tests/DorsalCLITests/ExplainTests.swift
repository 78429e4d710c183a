import Foundation
import Testing

/// `dorsal explain`: the summary, and the terms from the prior to the posterior.
@Suite struct ExplainTests {
  /// The way of one cause as it is printed: ratios, and decibans in tenths.
  private struct Way {
    let cause: String
    var terms: [(ratio: String, tenths: Int, text: String)] = []
  }

  /// The ways in an explanation: a line that ends with the cause's id in brackets, then a
  /// table whose rows begin with a ratio and a signed number.
  private static func ways(_ text: String) -> [Way] {
    var ways: [Way] = []
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      let isTerm = words.count > 1 && "+-".contains(words[1].first ?? " ")
      if line.hasSuffix(")"), let cause = words.last, cause.hasPrefix("("), !isTerm {
        ways.append(Way(cause: String(cause.dropFirst().dropLast())))
      } else if isTerm, let tenths = Int(words[1].replacing(".", with: "")), !ways.isEmpty {
        ways[ways.count - 1].terms.append(
          (String(words[0]), tenths, words.dropFirst(2).joined(separator: " ")))
      }
    }
    return ways
  }

  /// Odds in decibans.
  private static func decibans(_ probability: Double) -> Double {
    10 * log10(probability / (1 - probability))
  }

  /// What the rows of the small model say of themselves.
  @Test func `priors, backgrounds and losses have their basis and sources`() async throws {
    let folder = try WorkingFolder(["cases.csv": "id,sign,age,site\na,absent,70,leg\n"])
    let outcome = try await folder.dorsal(
      "explain", "cases.csv", "--id", "a", "--json", "--top", "3")
    #expect(outcome.status == 0)
    let answer = try JSON.object(outcome.output)
    #expect(answer["expected_loss_basis"] as? [String] == ["assumed"])
    #expect(answer["expected_loss_sources"] as? [String] == [])
    let causes = try #require(answer["causes"] as? [[String: Any]])
    #expect(causes.count == 3)
    for cause in causes {
      let isStrain = cause["cause"] as? String == "strain"
      #expect(cause["prior_basis"] as? String == (isStrain ? "published" : "assumed"))
      #expect(cause["prior_sources"] as? [String] == (isStrain ? ["smith2001"] : []))
      let grounds = try #require(cause["contributions"] as? [[String: Any]]).map {
        [$0["finding"] as? String ?? "", $0["background_basis"] as? String ?? ""]
          + ($0["background_sources"] as? [String] ?? [])
      }
      #expect(
        grounds == [
          ["sign", "rest of published", "smith2001"], ["age", "assumed"], ["site", "assumed"],
        ])
    }
    let page = try await folder.dorsal("explain", "cases.csv", "--id", "a", "--html", "page.html")
    #expect(page.status == 0)
    let rows = try folder.read("page.html").components(separatedBy: "<tr>").filter {
      $0.contains("prior odds in")
    }
    #expect(rows.count == 3)
    #expect(rows.filter { $0.contains("published <a href=\"#source-smith2001\"") }.count == 1)
    #expect(rows.filter { $0.contains("assumed ") }.count == 2)
  }

  @Test func `terms are what the model's numbers give by hand`() async throws {
    let folder = try WorkingFolder(["cases.csv": "id,sign,age,site\nx,,,\na,present,,leg\n"])
    let outcome = try await folder.dorsal("explain", "cases.csv", "--id", "a")
    #expect(outcome.status == 0)
    #expect(outcome.errors.isEmpty)
    #expect(outcome.output.hasPrefix("case a, setting primary_care (default), 2 findings known"))
    let ways = Self.ways(outcome.output)
    #expect(ways.map(\.cause) == ["strain", "tumour", "unlisted"])
    // Strain: prior odds 1; a leg multiplies by 2, 3.0 decibans; the others go from 1/2 to
    // 3/4 + 1/4, a half against it; posterior odds 1.
    #expect(Set(ways[0].terms.map(\.tenths)) == [0, 30, -30])
    #expect(ways[0].terms.last?.tenths == 0)
    // Tumour: prior odds 1/3; the sign multiplies by 3, 4.8 decibans; the others go from 3/4
    // to 1 + 1/4; posterior odds 3/5.
    #expect(ways[1].terms.map(\.tenths) == [-48, 48, 0, -22, -22])
    #expect(ways[1].terms.map(\.ratio) == ["0.333", "3.00", "1.00", "0.600", "0.600"])
    #expect(ways[1].terms[1].text.contains("Sign: present "))
    #expect(ways[1].terms[1].text.contains("published smith2001"))
    #expect(ways[1].terms[2].text.contains("Where does it hurt: leg (weight 0.5)"))
    #expect(ways[1].terms[4].text.hasPrefix("posterior odds, that is 37.5%"))
  }

  /// Strain 4/8, tumour 3/8, unlisted 1/8; the leg multiplies strain by the root of 0.8/0.2. The
  /// one rule asks for urgent, and self-care costs least.
  @Test func `three sentences stand on top`() async throws {
    let folder = try WorkingFolder([
      "cases.csv": "id,setting,sign,age,site\na,,present,,leg\nb,,,,\nc,emergency,present,30,\n"
    ])
    func top(_ id: String) async throws -> [Substring] {
      let outcome = try await folder.dorsal("explain", "cases.csv", "--id", id)
      return Array(outcome.output.split(separator: "\n", omittingEmptySubsequences: false)[3...6])
    }
    #expect(
      try await top("a") == [
        "Strain is most probable with 50.0%, then Tumour with 37.5%.",
        "For it speaks most Where does it hurt: leg (likelihood ratio 2.00); "
          + "no known finding against it.",
        "The urgency is urgent, by a red flag: The sign is a warning.", "",
      ])
    #expect(
      try await top("b") == [
        "Strain is most probable with 50.0%, then Tumour with 25.0%.",
        "No finding is known, so this is how often causes are seen in this setting.",
        "The urgency is self care: no red flag asks for more, nor does the expected loss.", "",
      ])
    // Tumour 1/2 x 3 x 1/4, strain and unlisted 1/4: 3/7, 2/7 and 2/7.
    #expect(
      try await top("c") == [
        "Tumour is most probable with 42.9%, then Strain with 28.6%.",
        "For it speaks most Sign: present (likelihood ratio 3.00); against it most Age: middle "
          + "(likelihood ratio 0.250).",
        "The urgency is urgent, by a red flag: The sign is a warning.", "",
      ])
    let json = try await folder.dorsal("explain", "cases.csv", "--id", "a", "--json")
    let object = try JSON.object(json.output)
    let sentences = try #require(object["summary"] as? [String])
    #expect(sentences == (try await top("a")).prefix(3).map(String.init))
    #expect(object["urgency_reason"] as? String == "red_flag:sign")
    #expect(isNear(object["known_share"] as? Double, 2.0 / 3, within: 1e-12))
  }

  @Test func `the printed terms add up to the printed posterior`() async throws {
    let text = try String(contentsOfFile: Repository.vignettes, encoding: .utf8)
    let ids = PlainCSV.rows(text).dropFirst().map(\.[0])
    let folder = try WorkingFolder(["cases.csv": text])
    let scored = try await folder.score("cases.csv", "--all", "--model", Repository.model)
    for id in stride(from: 0, to: ids.count, by: 6).map({ ids[$0] }) {
      let outcome = try await folder.dorsal(
        "explain", "cases.csv", "--id", id, "--top", "4", "--model", Repository.model)
      #expect(outcome.status == 0)
      let ways = Self.ways(outcome.output)
      let ranked = scored.answerColumns.sorted {
        (scored.number($0, of: id) ?? 0) > (scored.number($1, of: id) ?? 0)
      }
      #expect(ways.map(\.cause) == Array(ranked.prefix(4)))
      for way in ways {
        let known = try #require(scored.number("findings_known", of: id))
        // The prior, each known finding, the other causes, and the sum.
        #expect(way.terms.count == Int(known) + 3)
        let last = try #require(way.terms.last)
        #expect(last.text.hasPrefix("posterior odds"))
        #expect(way.terms.dropLast().reduce(0) { $0 + $1.tenths } == last.tenths)
        let probability = try #require(scored.number(way.cause, of: id))
        if (1e-6...0.999).contains(probability) {
          // Half a tenth is lost by rounding, and a little by the digits of the probability.
          let printed = Double(last.tenths) / 10
          #expect(isNear(printed, Self.decibans(probability), within: 0.06))
        }
      }
    }
  }

  @Test func `the terms in JSON add up to the posterior that score gives`() async throws {
    let text = try String(contentsOfFile: Repository.vignettes, encoding: .utf8)
    let id = try #require(PlainCSV.rows(text).last)[0]
    let folder = try WorkingFolder(["cases.csv": text])
    let scored = try await folder.score("cases.csv", "--all", "--model", Repository.model)
    let outcome = try await folder.dorsal(
      "explain", "cases.csv", "--id", id, "--json", "--top", "1000", "--model", Repository.model)
    #expect(outcome.status == 0)
    let object = try JSON.object(outcome.output)
    #expect(object["id"] as? String == id)
    #expect(object["setting"] as? String == scored.cell("setting", of: id))
    let causes = try #require(object["causes"] as? [[String: Any]])
    #expect(Set(causes.compactMap { $0["cause"] as? String }) == Set(scored.answerColumns))
    for cause in causes {
      let contributions = try #require(cause["contributions"] as? [[String: Any]])
      #expect(Double(contributions.count) == scored.number("findings_known", of: id))
      let terms = contributions.compactMap { $0["decibans"] as? Double }
      for (contribution, term) in zip(contributions, terms) {
        let ratio = try #require(contribution["likelihood_ratio"] as? Double)
        #expect(isNear(10 * log10(ratio), term, within: 1e-9))
        #expect((contribution["question"] as? String)?.isEmpty == false)
      }
      #expect(terms.count == contributions.count)
      let prior = try #require(cause["prior_decibans"] as? Double)
      let others = try #require(cause["others_decibans"] as? Double)
      let posterior = try #require(cause["posterior_decibans"] as? Double)
      // Both sides are sums of some 30 doubles of size 100.
      #expect(isNear(prior + terms.reduce(0, +) + others, posterior, within: 1e-9))
      let probability = try #require(cause["probability"] as? Double)
      let name = try #require(cause["cause"] as? String)
      // What `Float` may be off a double.
      #expect(isNear(scored.number(name, of: id), probability, within: 1e-5))
      #expect(
        isNear(
          try #require(cause["prior"] as? Double), 1 / (1 + pow(10, -prior / 10)), within: 1e-9))
    }
  }

  @Test func `the setting changes the prior alone`() async throws {
    let folder = try WorkingFolder(["cases.csv": "id,sign\na,present\n"])
    let outcome = try await folder.dorsal(
      "explain", "cases.csv", "--id", "a", "--setting", "emergency", "--top", "1")
    #expect(outcome.status == 0)
    let ways = Self.ways(outcome.output)
    // Prior odds 1, the sign multiplies by 3.
    #expect(ways.map(\.cause) == ["tumour"])
    #expect(ways[0].terms.map(\.tenths) == [0, 48, 0, 48])
    #expect(ways[0].terms[0].text == "prior odds in emergency")
  }

  @Test func `an unknown case is told with the nearest id`() async throws {
    let folder = try WorkingFolder(["cases.csv": "id,sign\npatient-17,present\npatient-25,\n"])
    let outcome = try await folder.dorsal("explain", "cases.csv", "--id", "patient-27x")
    #expect(outcome.status == 65)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains("no case \"patient-27x\"; did you mean \"patient-"))
    let header = try await folder.dorsal("explain", "-", "--id", "a", input: "id\n")
    #expect(header.status == 65)
  }

  @Test func `a rejected row is told and its neighbours are explained`() async throws {
    let folder = try WorkingFolder(["cases.csv": "id,sign\na,presnt\nb,present\n"])
    let outcome = try await folder.dorsal("explain", "cases.csv", "--id", "b")
    #expect(outcome.output.hasPrefix("case b, "))
    #expect(outcome.errors.contains("cases.csv:2:3: sign \"presnt\""))
    let rejected = try await folder.dorsal("explain", "cases.csv", "--id", "a")
    #expect(rejected.status == 65)
    #expect(rejected.output.isEmpty)
    #expect(rejected.errors.contains("cases.csv:2:3: sign \"presnt\""))
  }
}
