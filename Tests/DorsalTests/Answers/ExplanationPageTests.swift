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
    let why = try Self.explained()
    let page = why.html()
    let reaches = Set(page.components(separatedBy: "Bars reach ").dropFirst().map { $0.prefix(4) })
    #expect(reaches.count == 1)
    // The prior of a metastasis in primary care, 1 in 200, is -23 decibans and longer than any bar.
    let first = try #require(why.terms.ways.first)
    #expect(first.priorDecibans < -20)
    let section = try #require(page.components(separatedBy: "prior odds in").first)
    #expect(section.hasSuffix("<td>") && section.contains("stroke-width=\"4\""))
    for table in page.components(separatedBy: "<tbody>") {
      for row in table.components(separatedBy: "<tr>") where row.contains("stroke-width=\"4\"") {
        let cells = row.components(separatedBy: "<td class=\"number\">").dropFirst()
        let decibans = try #require(cells.dropFirst().first.map { $0.prefix { $0 != "<" } })
        #expect(abs(try #require(Double(decibans))) > 10)
      }
    }
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
