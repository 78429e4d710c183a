import CDorsal
import Dorsal
import DorsalCore
import DorsalLearning
import DorsalReport

/// A model from nothing but a table: what `dorsal fit` does with a file and without a prior model.
struct NewModelFit: Sendable {
  private static let optionNames =
    [
      "threads", "label", "ignore", "unknown", "edges", "cuts", "pseudo_count",
      "finding_weight",
    ] + FitOptions.names

  private let shared: FitOptions
  private let inference: InferredTable.Options
  /// Columns that are not read at all.
  private let ignored: [String]
  private let pseudoCount: Double
  /// The weight of every finding; nothing to choose it.
  private let findingWeight: Double?

  /// Whether a calibration is asked for.
  var calibrates: Bool { shared.calibration != nil }

  /// Reads what is asked for.
  init(options json: String?) throws(InterfaceFault) {
    let options = try Options(json, allowed: Self.optionNames)
    let threads = try options.integer("threads", in: 1...1024) ?? 1
    shared = try FitOptions(options, shrinkage: 1, threads: threads)
    ignored = try options.texts("ignore") ?? []
    var inference = InferredTable.Options()
    inference.label = try options.text("label") ?? inference.label
    inference.unknownWords = Set(try options.texts("unknown") ?? [])
    inference.edges = try Self.edges(options)
    inference.parts = try options.integer("cuts", in: 2...250) ?? inference.parts
    inference.threads = threads
    self.inference = inference
    pseudoCount = try options.number("pseudo_count", in: 0.001...1e6) ?? 0.5
    findingWeight = try options.number("finding_weight", in: 0.1...1)
  }

  private static func edges(_ options: Options) throws(InterfaceFault) -> [String: [Double]] {
    let given = try options.value("edges") { tree throws(TextFault) -> [String: [Double]] in
      var edges: [String: [Double]] = [:]
      for (column, numbers) in try tree.members() { edges[column] = try numbers.numbers() }
      return edges
    }
    for (column, edges) in given ?? [:] {
      guard !edges.isEmpty, zip(edges, edges.dropFirst()).allSatisfy({ $0 < $1 }) else {
        throw InterfaceFault(.argument, "edges of \(column): expected numbers that ascend")
      }
    }
    return given ?? [:]
  }

  /// Fits to a table, which is taken over if its schema can be read.
  func fitted(_ pointer: UnsafeMutablePointer<ArrowArrayStream>) throws(InterfaceFault) -> Fitted {
    let bytes = try TableText.csv(pointer, except: ignored)
    let (shared, inference) = (shared, inference)
    let inferred = try Call.waiting { () async throws in
      try await InferredTable(bytes: bytes, file: "table", options: inference)
    }
    var report = (inferred.columnsLeftOut + inferred.columnsNoted).map {
      "the column \"\($0.column)\" \($0.reason)\n"
    }.joined()
    if inferred.isRecoded {
      report += "the model has ids of its own for names or words of this table\n"
    }
    do throws(DorsalError) {
      let fit = try LocalFit(
        from: inferred, name: shared.name ?? "local", pseudoCount: pseudoCount,
        findingWeight: findingWeight)
      let scorer = Scorer(model: fit.model)
      let cases = try read(inferred, fit, scorer)
      if let empty = cases.emptyText(label: inference.label) { throw DorsalError(.value, empty) }
      let checksum = shared.checksum ?? HashingByteSource.checksum(of: bytes)
      let place = LocalSource(
        file: shared.source, date: shared.date, checksum: checksum,
        recodedChecksum: inferred.isRecoded
          ? HashingByteSource.checksum(of: inferred.caseFile) : nil,
        taken: Set(fit.model.sources.keys))
      let result = try fit.fitted(cases, from: place, scorer: scorer)
      let model = try Model(tables: result.tables)
      let calibration = try shared.calibration(
        of: model, result, fit, cases, from: place, setting: 0)
      report += result.findingWeightText(given: findingWeight)
      report += ModelSummary(model).text + "\n" + RowsRead().text(of: cases)
      var fitted = Fitted(
        result.tables, model: model, calibration: calibration, source: shared.source,
        checksum: place.recodedChecksum ?? checksum, report: report)
      if inferred.isRecoded {
        fitted.recoded = String(decoding: inferred.caseFile, as: UTF8.self)
      }
      return fitted
    } catch {
      throw InterfaceFault(.data, "\(error)")
    }
  }

  private func read(
    _ inferred: InferredTable, _ fit: LocalFit, _ scorer: Scorer
  ) throws(DorsalError) -> LocalCases {
    let (shared, threads, findingWeight) = (shared, inference.threads, findingWeight)
    do throws(InterfaceFault) {
      return try Call.waiting { () async throws in
        var options = CaseFileReader.Options()
        options.format = .csv
        // Its values are ids that were just made.
        options.dialect = .strict
        var reader = try CaseFileReader(
          source: MemoryByteSource(inferred.caseFile), file: "table", model: fit.model,
          options: options)
        return try await LocalCases(
          &reader, scorer: scorer, keepsCases: shared.calibration != nil,
          samplesCases: findingWeight == nil, repeatedIDs: shared.repeatedIDs, threads: threads)
      }
    } catch {
      throw DorsalError(.value, error.text)
    }
  }
}
