import Foundation
import Testing

/// What to do after a ranking: `steps.csv` in `explain`, `model show`, `list`, `card` and `check`.
@Suite struct StepsTests {
  private static let header =
    "step,kind,causes,rules,what,when,after_days,finding,only_if,against,basis,source,note\n"
  private static let rows = """
    back,come_back,strain,,Come back to the doctor.,weeks,14,,,,assumed,,
    rest,care,strain,,Keep moving; it should be better within weeks,weeks,,,,,assumed,,
    scan,test,tumour,,Scan <of> the back & neck,days,,,site=back,age=young,published,smith2001,
    look,test,tumour;strain,,Look for the sign,same_day,,sign,,,published,smith2001,
    team,referral,tumour,sign,The team decides,same_day,,,,,published,smith2001,

    """
  private static let cases =
    "id,sign,age,site\nopen,,,\nsign,present,,\nyoung,,20.5,back\nkid,,7,\n"

  private static func folder(_ rows: String? = rows) throws -> WorkingFolder {
    let folder = try WorkingFolder(["cases.csv": cases])
    if let rows { try folder.write(header + rows, to: SmallModel.folder + "/steps.csv") }
    return folder
  }

  /// Strain 1/2, tumour 1/4. P(sign) is 1/4 x 3/4 + 3/4 x 1/4 = 3/8; with it strain is 1/8 and tumour
  /// 3/16 of 3/8; without it strain 3/8 of 5/8.
  @Test func `the plan says what, when, for whom and what each result would do`() async throws {
    let folder = try Self.folder()
    let outcome = try await folder.dorsal("explain", "cases.csv", "--id", "open", "--steps")
    #expect(outcome.status == 0)
    #expect(outcome.errors.isEmpty)
    let text = outcome.output
    for line in [
      "case open, urgency self care\n", "\nfirst steps:\n",
      "\n  referral\n    same day  The team decides [for Tumour 25.0%]\n",
      "\n  tests\n    same day  Look for the sign [for Strain 50.0%, Tumour 25.0%]\n",
      "result present (37.5%): Tumour first with 50.0%, urgency urgent; "
        + "absent (62.5%): the leading cause stays with 60.0%\n",
      "\n    days      Scan <of> the back & neck [for Tumour 25.0%]\n",
      "\n              if Where does it hurt: back\n",
      "first make sure that this is not so: Age: young\n",
      "\n  care\n    weeks  Keep moving; it should be better within weeks [for Strain 50.0%]\n",
      "\n  come back\n    no better after 14 days  Come back to the doctor [for Strain 50.0%]\n",
      "The clinician who sees the patient decides.\n",
    ] { #expect(text.contains(line), "\(line)\n\(text)") }
    // Named once.
    #expect(text.components(separatedBy: "Look for the sign").count == 2)
    let whole = try await folder.dorsal("explain", "cases.csv", "--id", "open")
    let lines = text.components(separatedBy: "\n\n")[1]
    #expect(whole.output.contains("\n\n" + lines + "\n\n"))
  }

  @Test func `what is known is done, refused or dropped`() async throws {
    let folder = try Self.folder()
    let sign = try await folder.dorsal("explain", "cases.csv", "--id", "sign", "--steps")
    #expect(sign.output.contains("\n  done already\n    Look for the sign (Sign: present)\n"))
    #expect(sign.output.contains("The team decides [for Tumour 50.0%, red flag sign]"))
    // The rule asks for urgent; strain is for self-care.
    #expect(sign.output.contains("    once what makes it urgent has been looked into:\n"))
    let kid = try await folder.dorsal("explain", "cases.csv", "--id", "kid", "--steps")
    #expect(
      kid.output.contains(
        "\n  not for this patient\n    Scan <of> the back & neck, because of Age: young\n"))
    let young = try await folder.dorsal("explain", "cases.csv", "--id", "young", "--steps")
    // Back is known, and so is that nothing speaks against it.
    #expect(young.output.contains("Scan <of> the back & neck [for"))
    #expect(!young.output.contains("if Where") && !young.output.contains("make sure"))
  }

  @Test func `JSON has every step with its sources and results`() async throws {
    let folder = try Self.folder()
    let outcome = try await folder.dorsal("explain", "cases.csv", "--id", "open", "--json")
    let steps = try #require(try JSON.object(outcome.output)["steps"] as? [String: Any])
    let open = try #require(steps["open"] as? [[String: Any]])
    #expect(
      open.map { $0["step"] as? String } == ["team", "look", "scan", "rest", "back"])
    #expect(steps["causes"] as? [String] == ["strain", "tumour", "unlisted"])
    let look = open[1]
    #expect(look["causes"] as? [String] == ["strain", "tumour"])
    #expect(look["sources"] as? [String] == ["smith2001"])
    let results = try #require(look["results"] as? [[String: Any]])
    #expect(results.map { $0["state"] as? String } == ["absent", "present"])
    #expect(results.map { $0["leading_cause"] as? String } == ["strain", "tumour"])
    #expect(isNear(results[1]["probability"] as? Double, 0.375, within: 1e-9))
    let scan = open[2]
    let condition = try #require((scan["make_sure_not"] as? [[String: Any]])?.first)
    #expect(condition["finding"] as? String == "age")
    #expect(condition["states"] as? [String] == ["young"])
    #expect(open[4]["after_days"] as? Int == 14)
    let alone = try await folder.dorsal("explain", "cases.csv", "--id", "open", "--steps", "--json")
    let own = try #require(try JSON.object(alone.output)["steps"] as? [String: Any])
    #expect(own as NSDictionary == steps as NSDictionary)
  }

  @Test func `the page has the plan, and the plan has a page`() async throws {
    let folder = try Self.folder()
    for options in [["--steps"], []] {
      let outcome = try await folder.start(
        ["explain", "cases.csv", "--id", "open", "--html", "page.html"] + options
      ).outcome()
      #expect(outcome.status == 0)
      let html = try folder.read("page.html")
      let page = PageText(html)
      let text = page.texts.joined()
      #expect(text.contains("Scan <of> the back & neck"))
      #expect(text.contains("for Strain 50.0%, Tumour 25.0%"))
      #expect(!html.contains("<of>") && !html.contains("<script"))
      #expect(page.elements["li", default: 0] >= 5)
      #expect(text.contains("The clinician who sees the patient decides."))
    }
  }

  @Test func `show, list, card and check know the steps`() async throws {
    let folder = try Self.folder()
    let show = try await folder.dorsal("model", "show", "tumour")
    for id in ["scan", "look", "team"] { #expect(show.output.contains("\n\(id) ")) }
    #expect(!show.output.contains("\nrest "))
    #expect(show.output.contains("age=young"))
    #expect(show.lines.last?.hasPrefix("smith2001: ") == true)
    let json = try JSON.object(
      try await folder.dorsal("model", "show", "tumour", "--json").output)
    #expect((json["steps"] as? [[String: Any]])?.count == 3)
    let none = try await folder.dorsal("model", "show", "unlisted")
    #expect(none.output.contains("\nno steps\n"))
    #expect(try await folder.dorsal("model", "show", "rule:sign").output.contains("\nteam "))
    let list = try await folder.dorsal("model", "list", "steps", "--csv")
    let rows = PlainCSV.rows(list.output)
    #expect(rows.dropFirst().map(\.[0]) == ["back", "rest", "scan", "look", "team"])
    #expect(rows[3].contains("site=back") && rows[4].contains("tumour;strain"))
    let card = try await folder.dorsal("model", "card")
    #expect(card.output.contains("\n5 steps, 3 of them published, for 2 of 3 causes\n"))
    let strain = try #require(card.lines.first { $0.hasPrefix("strain ") })
    #expect(strain.split(separator: " ").suffix(2) == ["3", "1"])
    let check = try JSON.object(try await folder.dorsal("model", "check", "--json").output)
    let counts = try #require(check["steps_by_cause"] as? [String: [String: Int]])
    #expect(counts["tumour"] == ["steps": 3, "sources": 1])
  }

  @Test func `without the table nothing is said, and with it no answer moves`() async throws {
    let (bare, rich) = (try Self.folder(nil), try Self.folder())
    for verb in ["score", "suggest", "validate"] {
      let answer = try await rich.dorsal(verb, "cases.csv").output
      #expect(try await bare.dorsal(verb, "cases.csv").output == answer)
    }
    for arguments in [
      ["explain", "cases.csv", "--id", "open"], ["explain", "cases.csv", "--id", "open", "--json"],
      ["model", "show", "tumour"], ["model", "show", "tumour", "--json"], ["model", "card"],
      ["model", "check"], ["model", "check", "--json"],
    ] {
      let outcome = try await bare.start(arguments).outcome()
      #expect(!outcome.output.contains("step"), "\(arguments)")
    }
    let asked = try await bare.dorsal("explain", "cases.csv", "--id", "open", "--steps")
    #expect(asked.status == 65)
    #expect(asked.output.isEmpty)
    #expect(asked.errors.contains("the model has no steps.csv"))
  }

  @Test func `a table at fault is told with every fault`() async throws {
    let folder = try Self.folder(
      "a,test,tumor,,Take 400 mg,days,,,,,assumed,,\nb,come_back,strain,,Back,weeks,,,,,assumed,,\n"
    )
    let outcome = try await folder.dorsal("score", "cases.csv")
    #expect(outcome.status == 65)
    #expect(outcome.output.isEmpty)
    let file = SmallModel.folder + "/steps.csv"
    #expect(
      outcome.errors.contains("\(file):2:8: unknown cause \"tumor\"; did you mean \"tumour\"?"))
    #expect(outcome.errors.contains("\(file):2:15: \"400 mg\" is a dose;"))
    #expect(outcome.errors.contains("\(file):3:32: come_back without the days"))
  }

  @Test func `text of the table is safe on a terminal`() async throws {
    let folder = try Self.folder("a,test,strain,,\"Look\u{1B}[31m\nhere\",days,,,,,assumed,,\n")
    let outcome = try await folder.dorsal("explain", "cases.csv", "--id", "open", "--steps")
    #expect(outcome.status == 0)
    #expect(!outcome.output.contains("\u{1B}"))
  }
}
