import Dorsal
import Foundation
import Testing

/// What the page of an explanation owes its reader, on the shipped model.
@Suite struct ExplanationPageTests {
  private static func explained() throws -> CaseExplanation {
    let scorer = Scorer(try Repository.model())
    var batch = scorer.makeBatch()
    try batch.append(
      "a-17",
      ["age": 67, "site": "thoracic", "night_pain": true, "history_of_cancer": true])
    return scorer.explain(0, of: batch)
  }

  /// What stands behind each beginning, up to a quotation mark.
  private static func values(_ page: String, behind beginning: String) -> [String] {
    page.components(separatedBy: beginning).dropFirst().map { part in
      String(part.prefix { $0 != "\"" })
    }
  }

  @Test func `every source that is cited stands at the foot, once and with its citation`() throws {
    let (model, page) = (try Repository.model(), try Self.explained().html())
    let cited = Set(Self.values(page, behind: "href=\"#source-"))
    let listed = Self.values(page, behind: "id=\"source-")
    #expect(cited.count > 5)
    #expect(cited == Set(listed) && listed == listed.sorted())
    #expect(listed.count == Set(listed).count)
    let foot = try #require(page.components(separatedBy: "<ul class=\"sources\">").last)
    for key in listed {
      let citation = try #require(model.sources[key]?.citation)
      let text = citation.replacingOccurrences(of: "&", with: "&amp;")
        .replacingOccurrences(of: "<", with: "&lt;").replacingOccurrences(of: ">", with: "&gt;")
        .replacingOccurrences(of: "\"", with: "&quot;").replacingOccurrences(of: "'", with: "&#39;")
      #expect(foot.contains(text), "\(key)")
    }
  }

  @Test func `bars have one scale, and those beyond it are cut and no others`() throws {
    let page = try Self.explained().html()
    let reaches = Set(
      page.components(separatedBy: "Bars reach ").dropFirst().map { $0.prefix { $0 != " " } })
    let reach = try #require(reaches.first.flatMap { Double($0) })
    #expect(reaches.count == 1 && (10...20).contains(reach))
    var (whole, cut) = (0, 0)
    for row in page.components(separatedBy: "<tr>") where row.contains("aria-hidden") {
      let numbers = row.components(separatedBy: "<td class=\"number\">").dropFirst().map {
        Double($0.prefix { $0 != "<" })
      }
      // Behind the ratio, which is not always a number.
      let decibans = try #require(numbers.dropFirst().first ?? nil)
      let isCut = row.contains("stroke-width=\"4\"")
      #expect(isCut == (abs(decibans) > reach), "\(decibans)")
      if isCut { cut += 1 } else { whole += 1 }
    }
    // The prior of a cause of one in 200 is -23 decibans, and longer than any bar.
    #expect(cut > 0 && whole > 10)
  }

  @Test func `tables that scroll can be reached with the keyboard and have a name`() throws {
    let page = try Self.explained().html()
    let regions = page.components(separatedBy: "<div class=\"scroll\"").dropFirst()
    #expect(regions.count > 2 && page.components(separatedBy: "<table>").count == regions.count + 1)
    for region in regions {
      #expect(region.hasPrefix(" tabindex=\"0\" role=\"region\" aria-label=\""))
      #expect(!region.contains("aria-label=\"\""))
    }
  }
}
