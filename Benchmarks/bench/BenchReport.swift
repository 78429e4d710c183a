import Dorsal

/// What the runner prints.
struct BenchReport {
  /// The times of one workload.
  struct Row {
    let workload: any Workload
    /// Ascending.
    let seconds: [Double]

    var median: Double { seconds[seconds.count / 2] }
    var casesPerSecond: Double? { workload.cases.map { Double($0) / median } }
    var gigaflops: Double? { workload.operations.map { $0 / median / 1e9 } }
  }

  let model: Model
  let batch: CaseBatch
  let threads: Int
  let rows: [Row]

  private var knownPerCase: Double {
    let known = (0..<batch.count).reduce(0) {
      $0 + batch.knownFindingCount(of: $1, settingFinding: model.settingFinding)
    }
    return Double(known) / Double(batch.count)
  }

  private func shareOfPeak(_ row: Row) -> Double? {
    guard let peak = rows[0].gigaflops else { return nil }
    return row.gigaflops.map { $0 / peak }
  }

  var text: String {
    var table = TextTable([
      ("workload", .left), ("threads", .right), ("median s", .right), ("min s", .right),
      ("max s", .right), ("cases/s", .right), ("GFLOP/s", .right), ("of sgemm peak", .right),
    ])
    for row in rows {
      table.append([
        row.workload.name, "\(row.workload.threads)", NumberText.fixed(row.median, decimals: 4),
        NumberText.fixed(row.seconds[0], decimals: 4),
        NumberText.fixed(row.seconds[row.seconds.count - 1], decimals: 4),
        row.casesPerSecond.map { NumberText.fixed($0, decimals: 0) } ?? "",
        row.gigaflops.map { NumberText.fixed($0, decimals: 1) } ?? "",
        shareOfPeak(row).map { NumberText.fixed($0 * 100, decimals: 0) + "%" } ?? "",
      ])
    }
    let header = [
      "OpenBLAS \(BLAS.configuration), kernels of \(BLAS.coreName)",
      "model \(model.card.name) \(model.card.version): \(model.causes.count) causes, "
        + "\(model.likelihoodTable.stateRowCount) states",
      "\(batch.count) random cases, \(NumberText.fixed(knownPerCase, decimals: 1)) findings known "
        + "each; every answer was compared with plain loops in double precision first",
      "",
    ]
    return (header + table.lines).joined(separator: "\n")
  }

  var json: JSONValue {
    .object([
      ("openblas", .string(BLAS.configuration)),
      ("core", .string(BLAS.coreName)),
      ("model", model.jsonIdentity),
      ("cases", .integer(batch.count)),
      ("findings_known", .number(knownPerCase)),
      (
        "workloads",
        .array(
          rows.map { row in
            .object([
              ("name", .string(row.workload.name)), ("threads", .integer(row.workload.threads)),
              ("seconds", .array(row.seconds.map(JSONValue.number))),
              ("cases_per_second", .optional(row.casesPerSecond)),
              ("gigaflops", .optional(row.gigaflops)),
              ("share_of_sgemm_peak", .optional(shareOfPeak(row))),
            ])
          })
      ),
    ])
  }
}
