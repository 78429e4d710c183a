import Dorsal

/// A run as text.
struct RunReport {
  let record: RunRecord

  var text: String {
    (record.machine.lines + record.subjects.flatMap(lines)).joined(separator: "\n")
  }

  private func lines(of subject: RunRecord.SubjectRecord) -> [String] {
    var limits = TextTable([("limit", .left), ("median", .right), ("best", .right), ("", .left)])
    for row in subject.limits {
      limits.append([
        row.name, NumberText.fixed(row.rate, decimals: 1) + " " + row.unit,
        NumberText.fixed(row.bestRate, decimals: 1), row.summary,
      ])
    }
    var table = TextTable([
      ("workload", .left), ("threads", .right), ("cases", .right), ("median", .right),
      ("p10", .right), ("p90", .right), ("processor", .right), ("cases/s", .right),
      ("ns/case/cause", .right),
      ("peak MB", .right), ("of sgemm", .right), ("of memory", .right), ("of scan", .right),
    ])
    for row in subject.workloads {
      table.append([
        row.name, "\(row.threads)", "\(row.cases)", Self.time(row.medianSeconds),
        Self.time(row.p10Seconds), Self.time(row.p90Seconds),
        Self.time(row.processorSeconds), NumberText.fixed(row.casesPerSecond, decimals: 0),
        NumberText.fixed(row.nanosecondsPerCaseAndCause, decimals: 2),
        row.peakMegabytes.map { NumberText.fixed($0, decimals: 0) } ?? "",
        Self.percent(row.shareOfSgemm), Self.percent(row.shareOfMemory),
        Self.percent(row.shareOfFileScan),
      ])
    }
    let head =
      "\(subject.name) \(subject.modelVersion): \(subject.findings) findings with "
      + "\(subject.states) states, \(subject.causes) causes; \(subject.cases) cases, "
      + "\(NumberText.fixed(subject.knownFindingsPerCase, decimals: 1)) findings known each"
    let checked = subject.workloads.map { "\($0.name) \($0.checkedCases)" }
    return ["", head] + [""] + limits.lines + [""] + table.lines + [
      "",
      "Median of \(record.rounds) rounds through all of it; shares of the limits are by processor "
        + "time. Compared with double precision first, cases: "
        + checked.joined(separator: ", "),
    ]
  }

  /// Seconds in a unit that leaves three digits or so.
  static func time(_ seconds: Double) -> String {
    switch seconds {
    case 1...: NumberText.fixed(seconds, decimals: 2) + " s"
    case 1e-3...: NumberText.fixed(seconds * 1e3, decimals: 1) + " ms"
    default: NumberText.fixed(seconds * 1e6, decimals: 1) + " us"
    }
  }

  private static func percent(_ share: Double?) -> String {
    share.map { NumberText.fixed($0 * 100, decimals: 0) + "%" } ?? ""
  }
}
