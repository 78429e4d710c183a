import Foundation
import TestSupport
import Testing

/// Pages on paper, as a browser lays them out: nothing is wider than the sheet, and nothing that
/// stands behind a closed line is lost.
@Suite(.enabled(if: Browser.path != nil, "no Chromium is installed: not run"))
struct PrintTests {
  /// The width of A4 without margins of 12 mm, at 96 pixels an inch.
  private static let paper = 702

  /// What a browser says of a page whose rules for print hold on its screen, as wide as paper.
  private struct Layout: Decodable {
    let width: Int
    let scrollWidth: Int
    /// Elements that go beyond the right edge.
    let wide: [String]
    /// Parts of closed details that are not shown.
    let hidden: [String]
    let rows: Int
    let details: Int
  }

  private static let script = """
    <script>addEventListener("load", () => {
      const all = [...document.querySelectorAll("body *")].filter((one) => !one.closest("svg *"));
      const name = (one) => one.localName + " " + one.textContent.slice(0, 80);
      const box = (one) => one.getBoundingClientRect();
      const told = {
        width: innerWidth, scrollWidth: document.documentElement.scrollWidth,
        wide: all.filter((one) => box(one).right > innerWidth + 0.5).map(name).slice(0, 9),
        hidden: all.filter((one) => one.matches("details > :not(summary)") && !one.checkVisibility()).map(name),
        rows: document.querySelectorAll("tr").length,
        details: document.querySelectorAll("details").length };
      const element = document.createElement("pre");
      element.id = "told";
      element.textContent = btoa(unescape(encodeURIComponent(JSON.stringify(told))));
      document.body.append(element);
    })</script>
    """

  private static func layout(of page: String, in folder: WorkingFolder) async throws -> Layout {
    let printed = page.replacing("@media print", with: "@media all")
      .replacing("</body>", with: script + "</body>")
    try folder.write(printed, to: "printed.html")
    let shown = try await folder.shell(
      "\(try #require(Browser.path)) --headless --no-sandbox --disable-gpu --disable-dev-shm-usage "
        + "--user-data-dir=profile --hide-scrollbars --window-size=\(paper),1000 "
        + "--dump-dom file://$PWD/printed.html")
    #expect(shown.status == 0)
    let told = try #require(shown.output.components(separatedBy: "<pre id=\"told\">").last)
    let text = String(told.prefix { $0 != "<" })
    return try JSONDecoder().decode(
      Layout.self, from: try #require(Data(base64Encoded: text), "\(shown.errors)"))
  }

  private static func expectFits(
    _ page: String, in folder: WorkingFolder, rows: Int, details: Int
  ) async throws {
    let layout = try await layout(of: page, in: folder)
    #expect(layout.width == paper)
    #expect(layout.wide.isEmpty && layout.scrollWidth <= paper, "\(layout)")
    #expect(layout.hidden.isEmpty)
    // What was looked at is the page, not an empty one.
    #expect(layout.rows >= rows && layout.details == details, "\(layout)")
  }

  /// The judge itself: a table that is too wide is found, and so is what a closed line hides.
  @Test func `what does not fit is found`() async throws {
    let folder = try WorkingFolder()
    let page = """
      <!DOCTYPE html><html><head><style>body { margin: 0 }</style></head><body>
      <table><tr><td><div style="width: 900px">wide</div></td></tr></table>
      <details><summary>more</summary><p>hidden</p></details></body></html>
      """
    let layout = try await Self.layout(of: page, in: folder)
    #expect(layout.wide.contains("div wide") && layout.scrollWidth >= 900)
    #expect(layout.hidden == ["p hidden"])
  }

  @Test func `explanations fit the paper`() async throws {
    for id in ["retired-nurse", "after-dinner"] {
      let folder = try WorkingFolder(model: nil)
      let outcome = try await folder.dorsal(
        "explain", Repository.root + "/Data/examples.csv", "--id", id, "--interval", "0.95",
        "--html", "page.html", "--model", Repository.model)
      #expect(outcome.status == 0, "\(outcome.errors)")
      try await Self.expectFits(try folder.read("page.html"), in: folder, rows: 50, details: 0)
    }
  }

  @Test(.releaseOnly) func `evaluations fit the paper`() async throws {
    let folder = try WorkingFolder(model: nil)
    let outcome = try await folder.dorsal(
      "evaluate", Repository.vignettes, "--by", "sex,setting", "--rules", "--bootstrap", "64",
      "--report", "page.html", "--model", Repository.model)
    #expect(outcome.status == 0, "\(outcome.errors)")
    try await Self.expectFits(try folder.read("page.html"), in: folder, rows: 100, details: 1)
  }

  /// Each kind of table of what was fitted, the widest among them.
  @Test(.releaseOnly, arguments: [("evidence", 2), ("vector", 2), ("isotonic", 2)])
  func `calibrations fit the paper`(method: String, details: Int) async throws {
    let folder = try WorkingFolder(model: nil)
    let outcome = try await folder.dorsal(
      "calibrate", Repository.vignettes, "--method", method, "--force", "--bootstrap", "64",
      "--output", "c.json", "--report", "page.html", "--model", Repository.model)
    #expect(outcome.status == 0, "\(outcome.errors)")
    try await Self.expectFits(
      try folder.read("page.html"), in: folder, rows: 100, details: details)
  }
}
