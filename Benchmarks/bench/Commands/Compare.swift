import ArgumentParser
import Dorsal

/// `dorsal-bench compare`: two kept runs side by side.
struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "How much faster or slower a run is than another, workload by workload.")

  @Argument(help: "The run to compare with, as run --json wrote it.")
  var before: String

  @Argument(help: "The run that is compared.")
  var after: String

  func run() throws {
    let (before, after) = (try RunRecord(file: before), try RunRecord(file: after))
    for subject in after.subjects {
      guard let other = before.subjects.first(where: { $0.name == subject.name }) else {
        print("\(subject.name): only in \(self.after)")
        continue
      }
      print(Self.lines(subject, other).joined(separator: "\n") + "\n")
    }
    print(
      """
      time: median of the second over that of the first; below 1 is faster. beside sgemm: the \
      same, times the ratio of the two speeds of sgemm, which takes out a machine that was \
      faster or slower as a whole. spread: the wider of the two ranges from p10 to p90, over \
      its median. A difference within the spread is noise, and so is one of a few tens of \
      per cent between runs at different times on a shared machine: to be sure, run both \
      versions in turn.
      """)
  }

  private static func lines(
    _ after: RunRecord.SubjectRecord, _ before: RunRecord.SubjectRecord
  ) -> [String] {
    func sgemm(_ subject: RunRecord.SubjectRecord) -> Double? {
      subject.limits.first { $0.name == "sgemm" }?.rate
    }
    let drift = sgemm(after).flatMap { after in sgemm(before).map { after / $0 } }
    var table = TextTable([
      ("workload", .left), ("threads", .right), ("first", .right), ("second", .right),
      ("time", .right), ("beside sgemm", .right), ("spread", .right), ("", .left),
    ])
    for row in after.workloads {
      guard
        let old = before.workloads.first(where: {
          $0.name == row.name && $0.threads == row.threads
        })
      else { continue }
      // By the case, since the runs may differ in how many they have.
      let ratio = old.casesPerSecond / row.casesPerSecond
      let spread = max(spread(row), spread(old))
      table.append([
        row.name, "\(row.threads)", RunReport.time(old.medianSeconds / Double(old.cases)),
        RunReport.time(row.medianSeconds / Double(row.cases)),
        NumberText.fixed(ratio, decimals: 2),
        drift.map { NumberText.fixed(ratio * $0, decimals: 2) } ?? "",
        NumberText.fixed(spread * 100, decimals: 0) + "%",
        abs(ratio - 1) <= spread ? "within the spread" : "",
      ])
    }
    let changed = after.modelChecksum == before.modelChecksum ? "" : "; the model has changed"
    let speed = drift.map {
      "; sgemm ran at \(NumberText.fixed($0, decimals: 2)) times the speed"
    }
    return ["\(after.name), time for each case\(speed ?? "")\(changed)", ""] + table.lines
  }

  private static func spread(_ row: RunRecord.WorkloadRow) -> Double {
    (row.p90Seconds - row.p10Seconds) / row.medianSeconds
  }
}
