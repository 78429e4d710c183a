import Foundation
import TestSupport
import Testing

/// `dorsal calibrate --report`.
@Suite(.releaseOnly) struct CalibrateReportTests {
  /// Cases whose diagnosis says nothing of the sign, so that the model is too sure.
  private static func cases(_ count: Int = 200, isLabelled: Bool = true) -> String {
    var text = isLabelled ? "id,diagnosis,sign,age,site\n" : "id,sign,age,site\n"
    for index in 0..<count {
      let cause = ["strain", "tumour", "strain", "unlisted"][index % 4]
      let sign = index / 4 % 2 == 0 ? "present" : "absent"
      let site = ["back", "leg", "chest"][index / 8 % 3]
      text += "p\(index),\(isLabelled ? cause + "," : "")\(sign),\(20 + index % 60),\(site)\n"
    }
    return text
  }

  /// The cells of the table row that begins with a title.
  private static func row(_ title: String, of page: String) -> [String]? {
    page.components(separatedBy: "<tr>").lazy.map { row in
      row.components(separatedBy: "<td").dropFirst().map { cell in
        String(cell.drop { $0 != ">" }.dropFirst().prefix { $0 != "<" })
      }
    }.first { $0.first == title }
  }

  @Test(arguments: [
    "none", "temperature", "vector", "isotonic", "beta", "evidence", "prior-shift",
  ])
  func `the page is whole, well formed and has the figures of the file`(
    method: String
  ) async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases()])
    // The page has the correction, whether it helps or not.
    let plain = try await folder.dorsal(
      "calibrate", "cases.csv", "--method", method, "--force")
    let outcome = try await folder.dorsal(
      "calibrate", "cases.csv", "--method", method, "--force", "--output", "c.json", "--report",
      "report.html", "--bootstrap", "64")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try folder.names() == ["c.json", "cases.csv", "report.html"])
    // The calibration is as without a page.
    #expect(try folder.read("c.json") == plain.output)
    let page = try folder.read("report.html")
    let reader = PageText(page)
    // Three reliability diagrams and two decision curves.
    #expect(page.components(separatedBy: "<svg class=\"chart\"").count - 1 == 5)
    #expect(reader.elements["script"] == nil && reader.elements["link"] == nil)
    reader.expectOwnLinks()
    #expect(!page.contains("nan") && !page.contains("NaN") && !page.contains("inf "))
    let text = reader.texts.joined()
    for heading in [
      "Calibration on cases.csv", "Method \(method)", "Cohort", "Before and after", "Reliability",
      "Each cause against the rest", "What was fitted", "small 1.2", "fitted without it",
      "Biometrika 1958;45:562-5", "Med Decis Making 2006;26:565-74",
    ] {
      #expect(text.contains(heading), "\(heading)")
    }
    let sources = [
      "temperature": "Guo C", "vector": "Guo C", "isotonic": "Zadrozny B", "beta": "Kull M",
      "prior-shift": "Saerens M",
    ]
    for name in Set(sources.values) {
      #expect(text.contains(name) == (sources[method] == name), "\(name)")
    }
    let file = try JSON.object(plain.output)
    let figures = try #require(file["cross_fitted"] as? [String: Any])
    for (name, title) in [("log_loss", "log loss (nats)"), ("brier", "Brier score (0 to 2)")] {
      let cells = try #require(Self.row(title, of: page))
      for (place, side) in ["before", "after"].enumerated() {
        let value = try #require((figures[side] as? [String: Any])?[name] as? Double)
        #expect(cells[place + 1] == String(format: "%.4f", value))
      }
    }
  }

  /// The numbers are those of the calibration, in decibans: 10 / ln 10 of a nat each.
  @Test func `what states add stands in a row a cause`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases()])
    let outcome = try await folder.dorsal(
      "calibrate", "cases.csv", "--method", "evidence", "--force", "--report", "report.html",
      "--bootstrap", "0")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let table = try #require(
      try folder.read("report.html").components(separatedBy: "what states add and take</summary>")
        .last?.components(separatedBy: "</details>").first)
    #expect(table.components(separatedBy: "<th scope").count - 1 == 4)
    let parameters = try #require(
      try JSON.object(outcome.output)["parameters"] as? [String: Any])
    let added = try #require(parameters["added"] as? [String: [String: [String: Double]]])
    #expect(!added.isEmpty)
    for (cause, label) in [("strain", "Strain"), ("tumour", "Tumour"), ("unlisted", "Other")] {
      let row = try #require(Self.row(label, of: table))
      var adds: [String] = []
      var takes: [String] = []
      for (finding, states) in added {
        for (state, causes) in states {
          let decibans = try #require(causes[cause]) * 10 / log(10)
          guard abs(decibans) >= 0.05 else { continue }
          let text = "\(finding) \(state)" + String(format: " %.1f", abs(decibans))
          if decibans > 0 { adds.append(text) } else { takes.append(text) }
        }
      }
      #expect(Set(row[2].components(separatedBy: "; ").filter { !$0.isEmpty }) == Set(adds))
      #expect(Set(row[3].components(separatedBy: "; ").filter { !$0.isEmpty }) == Set(takes))
    }
  }

  /// The evaluation of the same posteriors by `evaluate`, which reads them from another side.
  @Test func `the figures before are those of evaluate`() async throws {
    let folder = try WorkingFolder(["cases.csv": Self.cases()])
    _ = try await folder.dorsal(
      "calibrate", "cases.csv", "--report", "report.html", "--bootstrap", "64")
    let evaluated = try await folder.dorsal(
      "evaluate", "cases.csv", "--bootstrap", "64", "--report", "evaluation.html")
    #expect(evaluated.status == 0)
    let (page, other) = (try folder.read("report.html"), try folder.read("evaluation.html"))
    // Of the table with intervals, behind that of bare figures.
    let details = try #require(page.components(separatedBy: "All figures with").last)
    for title in ["mean reciprocal rank", "log loss, unlisted as a cause like others"] {
      let own = try #require(Self.row(title, of: details))
      let expected = try #require(Self.row(title, of: other))
      #expect(own[1] == "\(expected[1]) (\(expected[2]))")
      #expect(own[2] != own[1])
    }
  }

  @Test func `cases without diagnoses and prediction sets have their tables`() async throws {
    let folder = try WorkingFolder([
      "new.csv": Self.cases(isLabelled: false), "cases.csv": Self.cases(400),
    ])
    let shift = try await folder.dorsal(
      "calibrate", "new.csv", "--method", "prior-shift", "--force", "--output", "c.json",
      "--report", "shift.html")
    #expect(shift.status == 0, "\(shift.errors)")
    var text = PageText(try folder.read("shift.html")).texts.joined()
    #expect(text.contains("No case has a diagnosis"))
    #expect(text.contains("Prevalence in primary_care"))
    let sets = try await folder.dorsal(
      "calibrate", "cases.csv", "--coverage", "0.8,0.9", "--output", "c.json", "--report",
      "sets.html", "--bootstrap", "0")
    #expect(sets.status == 0, "\(sets.errors)")
    text = PageText(try folder.read("sets.html")).texts.joined()
    #expect(text.contains("Prediction sets") && text.contains("set apart for prediction sets"))
  }

  @Test func `text of files is escaped`() async throws {
    var model = SmallModel()
    model.replace(
      "Tumour", with: "\"<script>alert('x')</script> & \"\"quoted\"\"\"", in: "causes.csv")
    let name = "<b>cases&.csv"
    let folder = try WorkingFolder([name: Self.cases()], model: model)
    let outcome = try await folder.dorsal(
      "calibrate", name, "--output", "c.json", "--report", "report.html", "--bootstrap", "0")
    #expect(outcome.status == 0)
    let reader = PageText(try folder.read("report.html"))
    #expect(reader.elements["script"] == nil)
    let text = reader.texts.joined()
    #expect(text.contains("Calibration on <b>cases&.csv"))
    #expect(text.contains("<script>alert('x')</script> & \"quoted\""))
  }

  @Test func `a page does not depend on threads, and none is left of a failure`() async throws {
    let folder = try WorkingFolder([
      "cases.csv": Self.cases(), "one.csv": "id,diagnosis,sign\na,strain,present\n",
    ])
    var pages: [String] = []
    for threads in ["1", "3"] {
      _ = try await folder.dorsal(
        "calibrate", "cases.csv", "--threads", threads, "--output", "c.json", "--report",
        "report.html", "--bootstrap", "70")
      pages.append(try folder.read("report.html"))
    }
    #expect(pages[0] == pages[1])
    let failed = try await folder.dorsal(
      "calibrate", "one.csv", "--output", "d.json", "--report", "d.html")
    #expect(failed.status == 65)
    for options in [["--output", "x", "--report", "x"], ["--report", "-"], ["--bootstrap=-1"]] {
      let wrong = try await folder.start(["calibrate", "cases.csv"] + options).outcome()
      #expect(wrong.status == 64)
      #expect(wrong.output.isEmpty)
    }
    #expect(try folder.names() == ["c.json", "cases.csv", "one.csv", "report.html"])
  }
}
