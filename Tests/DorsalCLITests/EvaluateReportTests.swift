import Foundation
import TestSupport
import Testing

/// `dorsal evaluate --report` and `--by`.
@Suite(.releaseOnly) struct EvaluateReportTests {
  private static let header = "id,diagnosis,sign,age,site,setting\n"

  /// Forty cases of both causes, with and without the sign.
  private static var cases: String {
    header
      + (0..<40).map { index in
        let cause = index % 5 < 2 ? "tumour" : "strain"
        let sign = index % 3 == 0 ? "present" : "absent"
        let setting = index % 2 == 0 ? "emergency" : ""
        return "c\(index),\(cause),\(sign),\(index + 10),,\(setting)\n"
      }.joined()
  }

  @Test func `the page is whole, well formed and loads nothing`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases])
    let outcome = try await folder.dorsal(
      "evaluate", "cases.csv", "--by", "age,setting", "--report", "report.html", "--bootstrap", "64"
    )
    #expect(outcome.status == 0)
    // The answer itself is as without a page.
    #expect(outcome.lines.contains("40 cases, 40 with a diagnosis, 40 of them in the model"))
    #expect(try folder.names() == ["cases.csv", "report.html"])
    let page = try folder.read("report.html")
    let reader = PageText(page)
    // Three reliability diagrams, the ROC curves and two decision curves, each with a title and
    // a description, and the bars of missing shares.
    let charts = page.components(separatedBy: "<svg class=\"chart\"").count - 1
    #expect(charts == 6)
    #expect(reader.elements["desc"] == 6)
    #expect(reader.elements["title"] == 7)
    #expect(reader.elements["script"] == nil)
    #expect(reader.elements["link"] == nil && reader.elements["img"] == nil)
    reader.expectOwnLinks()
    // The one address is the name of SVG's own namespace.
    let addresses = page.components(separatedBy: "http").count - 1
    #expect(
      addresses == page.components(separatedBy: "xmlns=\"http://www.w3.org/2000/svg\"").count - 1)
    let text = reader.texts.joined()
    for heading in [
      "Cohort", "Calibration", "Discrimination", "Decision curves", "Triage", "Subgroups",
      "Each cause", "no clinical prevalence", "few cases", "age = middle", "0 to 100%",
      // Acting on everyone is worth less than nothing at high thresholds.
      "is cut off",
    ] {
      #expect(text.contains(heading), "\(heading)")
    }
    #expect(!page.contains("nan") && !page.contains("NaN") && !page.contains("inf "))
    #expect(
      Set(page.matches(of: /id="[^"]*"/).map { $0.output }).count == page.matches(of: /id="/).count)
  }

  @Test func `the methods and the rules have their sources at the foot`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases])
    let outcome = try await folder.dorsal(
      "evaluate", "cases.csv", "--rules", "--report", "report.html", "--bootstrap", "0")
    #expect(outcome.status == 0)
    let page = try folder.read("report.html")
    let reader = PageText(page)
    reader.expectOwnLinks()
    let foot = try #require(page.components(separatedBy: "<h2>Sources</h2>").last)
    for citation in [
      "Biometrika 1958;45:562-5", "Med Decis Making 2006;26:565-74",
      "J Am Stat Assoc 1927;22:209-12", "Smith A. A study, with a comma. J 2001;1:1-2",
    ] {
      #expect(foot.contains(citation), "\(citation)")
    }
    #expect(reader.texts.joined().contains("Where the rules are from: sign (smith2001)"))
    // Nothing that the page does not name is listed.
    #expect(!foot.contains("Saerens"))
  }

  @Test func `text of files is escaped`() async throws {
    var model = SmallModel()
    let hostile = "<script>alert('x')</script> & \"quoted\""
    model.replace(
      "Tumour", with: "\"<script>alert('x')</script> & \"\"quoted\"\"\"", in: "causes.csv")
    model.replace("\"Small\"", with: "\"<img src=x onerror=alert(1)>\"", in: "model.json")
    let name = "<b>cases&.csv"
    let folder = try WorkingFolder([name: Self.cases], model: model)
    let outcome = try await folder.dorsal(
      "evaluate", name, "--report", "report.html", "--bootstrap", "0")
    #expect(outcome.status == 0)
    let page = try folder.read("report.html")
    let reader = PageText(page)
    #expect(reader.elements["script"] == nil && reader.elements["img"] == nil)
    let text = reader.texts.joined()
    #expect(text.contains(hostile))
    #expect(text.contains("Evaluation of <b>cases&.csv"))
    #expect(text.contains("<img src=x onerror=alert(1)>"))
  }

  /// Every page of cases that define little is well formed and has no number that is none.
  @Test(arguments: [
    "a,strain,,,,\n", "a,tumour|strain,,,,\n", "a,unlisted,,,,\nb,unlisted,,,,\n",
    "a,strain,,,,\nb,strain,,,,\nc,tumour,,,,\n", "a,strain,,,,\nb,,present,,,\n",
  ])
  func `few and odd cases give a page too`(rows: String) async throws {
    let folder = try WorkingFolder(["cases.csv": Self.header + rows])
    let outcome = try await folder.dorsal(
      "evaluate", "cases.csv", "--json", "--by", "sign", "--report", "report.html",
      "--bootstrap", "64")
    #expect(outcome.status == 0)
    _ = try JSON.object(outcome.output)
    #expect(!outcome.output.contains("nan"))
    let page = try folder.read("report.html")
    _ = PageText(page)
    #expect(!page.contains("nan"))
  }

  @Test func `subgroups are by the states of findings`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases])
    let outcome = try await folder.dorsal(
      "evaluate", "cases.csv", "--json", "--by", "setting, age", "--bootstrap", "0")
    #expect(outcome.status == 0)
    let groups = try #require(
      try JSON.object(outcome.output)["subgroups"] as? [[String: Any]])
    let states = groups.map { "\($0["finding"] ?? "")=\($0["state"] ?? "")" }
    // Ages are 10 to 49; cases that name no setting stand with the default one.
    #expect(states == ["setting=primary_care", "setting=emergency", "age=young", "age=middle"])
    #expect(groups.map { $0["cases"] as? Int } == [20, 20, 8, 32])
    #expect(groups.allSatisfy { $0["few_cases"] as? Bool == true })
  }

  @Test(arguments: [
    (["--by", "age,"], "--by: a name is empty"), (["--bootstrap=-1"], "expected 0 or more"),
    (["--threads", "0"], "expected at least 1"),
  ])
  func `wrong options are told`(options: [String], message: String) async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases])
    let outcome = try await folder.start(
      ["evaluate", "cases.csv", "--report", "report.html"] + options
    ).outcome()
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains(message))
    #expect(try folder.names() == ["cases.csv"])
  }

  @Test func `a page of bad data does not appear`() async throws {
    let folder = try WorkingFolder(["cases.csv": "id,sign\na,present\n"])
    let outcome = try await folder.dorsal("evaluate", "cases.csv", "--report", "report.html")
    #expect(outcome.status == 65)
    #expect(try folder.names() == ["cases.csv"])
  }

  @Test func `answers do not depend on the number of threads`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases])
    let arguments = ["evaluate", "cases.csv", "--json", "--by", "age", "--bootstrap", "70"]
    let one = try await folder.start(arguments + ["--threads", "1"]).outcome()
    let three = try await folder.start(arguments + ["--threads", "3"]).outcome()
    #expect(one.status == 0)
    #expect(one.output == three.output)
  }

  /// A real browser shows the page: no error on its console, and a picture with something
  /// on it.
  @Test(.enabled(if: Browser.path != nil, "no Chromium is installed: not run"))
  func `a browser shows the page`() async throws {
    let browser = try #require(Browser.path)
    let folder = try WorkingFolder(["cases.csv": Self.cases])
    let outcome = try await folder.dorsal(
      "evaluate", "cases.csv", "--by", "age", "--report", "report.html", "--bootstrap", "64")
    #expect(outcome.status == 0)
    let options =
      "--headless --no-sandbox --disable-gpu --disable-dev-shm-usage --user-data-dir=profile"
    let shown = try await folder.shell(
      "\(browser) \(options) --enable-logging=stderr --screenshot=page.png --window-size=1200,2400 "
        + "file://$PWD/report.html")
    #expect(shown.status == 0)
    #expect(!shown.errors.contains("CONSOLE"), "\(shown.errors)")
    let picture = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder.path + "/page.png")))
    // The size stands in a PNG's first chunk, in network order.
    #expect(Array(picture[16..<24]) == [0, 0, 4, 176, 0, 0, 9, 96])
    // A blank page of this size compresses to less than 20 KB; text and charts to far more.
    #expect(picture.count > 60_000)
    // What the browser made of it has all charts where they can be seen.
    let tree = try await folder.shell("\(browser) \(options) --dump-dom file://$PWD/report.html")
    #expect(tree.output.components(separatedBy: "<svg class=\"chart\"").count - 1 == 6)
  }
}
