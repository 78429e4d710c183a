import ArgumentParser
import Dorsal

/// `dorsal compare`: two models, calibrations, prior weights or red-flag tables on the same cases.
struct Compare: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compare two models on the same cases: what is better, and who moves where.",
    discussion: """
      A and B are model folders, each with a calibration, prior weight and red-flag table of its own: \
      `dorsal compare M M cases.csv --calibration-b c.json` says what a calibration changes. \
      Differences are of B less A, with 95% intervals of the same cases. A file without diagnoses \
      shows who moves where alone.

      Take cases that neither side was fitted to. Memory is at most 900 bytes a case.
      """)

  @Argument(help: "The model folder to hold others against.")
  var a: String

  @Argument(help: "The model folder to hold against it; it may be the same.")
  var b: String

  @OptionGroup var cases: CaseFileOptions
  @OptionGroup var options: CompareOptions

  @Flag(name: .long, help: "Answer as JSON.")
  var json = false

  func run() async throws {
    try DistinctFiles.check(
      reading: cases.inputs + options.inputs + ModelFolder.tables(of: b), model: a,
      writing: [.standard, .init("--html", options.html)])
    let sides = try [options.side(a, .a), options.side(b, .b)]
    let source = try RepeatedInput(path: cases.file)
    let page = try options.html.map { try OutputFile(path: $0) }
    let first = try await answer(sides[0], beside: sides[1], source, passedOver: [])
    let second = try await answer(
      sides[1], beside: sides[0], source, passedOver: first.rejectedLines)
    let rejected = first.rejectedLines.union(second.rejectedLines).count
    try MemoryRoom.require(first.answers.comparisonRoom)
    let comparison = Comparison(first.answers, second.answers, options: options.evaluation)
    try cases.rejects.check(cases.file, cases: comparison.caseCount, rejected: rejected)
    guard comparison.caseCount > 0 else {
      return try cases.rejects.end(cases.file, cases: 0, rejected: rejected)
    }
    let compared = ComparedSides(a: sides[0].described, b: sides[1].described)
    let output = try OutputFile(path: nil)
    try output.write(
      json
        ? comparison.json(sides: compared).indentedText + "\n" : comparison.text(sides: compared))
    if let page {
      try page.write(ComparisonPage(comparison, sides: compared, file: cases.file).html)
      try page.finish()
    }
    try cases.rejects.end(cases.file, cases: comparison.caseCount, rejected: rejected)
  }

  /// Reads the file by one side.
  ///
  /// - Parameter told: The lines of rows that the other side could not read either.
  private func answer(
    _ side: CompareOptions.Side, beside other: CompareOptions.Side, _ source: RepeatedInput,
    passedOver told: Set<Int>
  ) async throws -> ComparisonReading.Contents {
    let isFirst = side.letter == .a
    let input = try source.open()
    let scorer = try cases.scorer(model: side.model)
    let summed =
      side.model.namesFittedFiles || side.calibration?.fittedChecksum != nil
      ? HashingByteSource(input.source) : nil
    var reader = try cases.reader(
      of: input, model: side.model, source: summed, otherModels: [other.model], isTold: isFirst)
    let reading = ComparisonReading(
      scorer: scorer, calibration: side.calibration, threads: options.threads)
    let bar = ProgressBar(size: reader.isCompressed ? nil : input.size, isQuiet: options.quiet)
    let contents: ComparisonReading.Contents
    do {
      contents = try await reading.read(&reader) { rejection in
        if told.contains(rejection.line) { return }
        StandardError.write(
          rejection.description + (isFirst ? "" : " (by the model of B alone)") + "\n")
      } progress: {
        bar.update($0)
      }
    } catch {
      bar.clear()
      throw input.readFailure(error)
    }
    bar.clear()
    if let summed {
      CalibrationUse.warn(
        of: cases.file, checksum: summed.checksum, model: side.model,
        calibration: side.calibration)
    }
    if isFirst { ReadingReport.tell(reader, model: side.model) }
    return contents
  }
}
