import Dorsal

/// Measures a subject: limits and workloads in turn, round after round, so that a machine
/// whose speed drifts drifts for all alike.
struct Rounds {
  let count: Int
  let limits: [any Limit]
  let workloads: [any Workload]

  /// Checks everything, then times it.
  ///
  /// - Throws: `WrongAnswer` before anything is timed.
  func measure(_ subject: Subject) async throws -> RunRecord.SubjectRecord {
    for limit in limits {
      try await Self.naming("\(subject.name), \(limit.name)") { try limit.check() }
    }
    var checked: [Checked] = []
    for workload in workloads {
      try await Self.naming("\(subject.name), \(workload.name)") {
        checked.append(try await workload.check())
      }
    }
    var limitTimes = [Times](repeating: Times(), count: limits.count)
    var times = [Times](repeating: Times(), count: workloads.count)
    for _ in 0..<count {
      for (index, limit) in limits.enumerated() {
        limitTimes[index].add(try await Duration.of { try limit.run() })
      }
      for (index, workload) in workloads.enumerated() {
        times[index].add(try await Duration.of { try await workload.run() })
      }
    }
    return record(subject, checked: checked, limitTimes: limitTimes, times: times)
  }

  /// Puts a name before what is wrong.
  private static func naming(_ name: String, _ body: () async throws -> Void) async throws {
    do {
      try await body()
    } catch let wrong as WrongAnswer {
      throw WrongAnswer("\(name): not timed, the answer is wrong: \(wrong)")
    }
  }

  private func record(
    _ subject: Subject, checked: [Checked], limitTimes: [Times], times: [Times]
  ) -> RunRecord.SubjectRecord {
    let limitRows = zip(limits, limitTimes).map { limit, times in
      RunRecord.LimitRow(
        name: limit.name, summary: limit.summary, unit: limit.unit,
        rate: limit.amount / times.medianProcessor / 1e9,
        bestRate: limit.amount / (times.processorSeconds.min() ?? .infinity) / 1e9, times: times)
    }
    func share(_ amount: Double?, of name: String, _ times: Times) -> Double? {
      guard let amount, let rate = limitRows.first(where: { $0.name == name })?.rate else {
        return nil
      }
      return amount / times.medianProcessor / 1e9 / rate
    }
    let causes = subject.model.causes.count
    let rows = workloads.indices.map { index in
      let (workload, times) = (workloads[index], times[index])
      let (cases, cost, median) = (Double(workload.cases), workload.cost, times.median)
      return RunRecord.WorkloadRow(
        name: workload.name, summary: workload.summary, threads: workload.threads,
        cases: workload.cases, checkedCases: checked[index].cases, medianSeconds: median,
        p10Seconds: times.p10, p90Seconds: times.p90,
        processorSeconds: times.medianProcessor, casesPerSecond: cases / median,
        nanosecondsPerCaseAndCause: median / cases / Double(causes) * 1e9,
        peakMegabytes: checked[index].peakMegabytes,
        shareOfSgemm: share(cost.operations, of: "sgemm", times),
        shareOfMemory: share(cost.memoryBytes, of: "memory", times),
        shareOfFileScan: share(cost.fileBytes, of: "file scan", times), times: times)
    }
    return RunRecord.SubjectRecord(
      name: subject.name, modelVersion: subject.model.card.version,
      modelChecksum: subject.model.checksum, findings: subject.model.findings.count,
      states: subject.model.likelihoodTable.stateRowCount, causes: causes,
      cases: subject.batch.count, knownFindingsPerCase: subject.knownPerCase, limits: limitRows,
      workloads: rows)
  }
}
