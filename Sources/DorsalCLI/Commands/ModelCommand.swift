import ArgumentParser
import Dorsal
import DorsalFHIR

/// `dorsal model`: the model's faults and numbers.
struct ModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model", abstract: "Check a model folder, show its numbers, or compare two.",
    subcommands: [
      Check.self, ModelList.self, Show.self, ModelDiff.self, Card.self, ModelWeights.self,
    ])

  /// `dorsal model check`: every fault of a model folder at once.
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check every table of a model folder and report every fault.")

    @Argument(help: "The model folder. (default: the shipped model)")
    var folder: String?

    @Flag(name: .long, help: "Answer as JSON.")
    var json = false

    func run() throws {
      let folder = try ModelFolder.find(folder)
      let model = try Model(folder: folder)
      // The tables of codes are read by nobody else before a record comes.
      _ = try FHIRReader(model: model)
      let summary = ModelSummary(model)
      let output = try OutputFile(path: nil)
      try output.write(json ? summary.json.indentedText + "\n" : "\(folder): \(summary.text)\n")
    }
  }

  /// `dorsal model card`: what the model says of itself.
  struct Card: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Show what a model is for, what it cannot do, and what its numbers rest on.")

    @OptionGroup var model: ModelOptions

    func run() throws {
      let card = ModelSummary(try model.load()).card
      try OutputFile(path: nil).write(card + "\n")
    }
  }

  /// `dorsal model show`: the numbers of a cause or a finding, with their sources, or the
  /// assumed numbers that answers hang on most.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract:
        "Show the numbers of a cause or a finding, a score or a rule, with what each rests on.",
      discussion: """
        With --gaps: the assumed numbers, those first that the answers for --cases hang on most.
        """)

    @OptionGroup var model: ModelOptions

    @Argument(
      help:
        "The id of a cause, a finding, a score or a rule; rule:ID where a finding has the same id."
    )
    var id: String?

    @Flag(name: .long, help: "List assumed numbers by their influence.")
    var gaps = false

    @Option(
      name: .long,
      help: ArgumentHelp(
        "The cases that influence is measured on. (default: the shipped vignettes)",
        valueName: "file"))
    var cases: String?

    @Option(
      name: .long,
      help: ArgumentHelp("What the columns of the cases mean, as CSV or JSON.", valueName: "file"))
    var map: String?

    @OptionGroup var rejects: RejectOptions

    @Option(name: .long, help: "How many assumed numbers. (default: 50)")
    var top: Int?

    @Flag(name: .long, help: "Answer as JSON.")
    var json = false

    func validate() throws {
      if gaps == (id != nil) {
        throw ValidationError("expected a cause, a finding, a score or a rule, or --gaps")
      }
      if let top, top < 1 { throw ValidationError("--top \(top): expected at least 1") }
      OptionUse.check(
        [
          ("--cases", cases != nil), ("--map", map != nil), ("--top", top != nil),
          ("--max-rejects", rejects.maxRejects != nil),
        ], isMet: gaps, need: "--gaps")
    }

    func run() throws {
      let folder = try ModelFolder.find(model.model)
      let model = try Model(folder: folder)
      let output = try OutputFile(path: nil)
      guard let id else {
        let file = try ModelFolder.cases(cases, besideModel: folder)
        try DistinctFiles.check(reading: [file, map], model: folder, writing: [.standard])
        let input = try InputFile(path: file)
        var reader = try input.reader(
          model: model, ignoresUnknownColumns: false, mapping: try map.map(InputFile.mapping))
        let read = try input.reportingReadErrors { try CaseFile(&reader, model: model) }
        ReadingReport.tell(reader, model: model)
        for rejection in read.rejections { StandardError.write(rejection.description + "\n") }
        try rejects.check(file, cases: read.readCount, rejected: read.rejections.count)
        let listing = GapListing(for: read.cases, scorer: Scorer(model: model), top: top ?? 50)
        try output.write(json ? listing.json.indentedText + "\n" : listing.text)
        try read.requireAllRead(from: file, rejects)
        return
      }
      if let listing = ScoreListing(id: id, model: model) {
        try output.write(json ? listing.json.indentedText + "\n" : listing.text)
        return
      }
      // A rule may have the id of a finding.
      let rule = id.hasPrefix("rule:") ? String(id.dropFirst(5)) : nil
      guard rule == nil, let listing = NumberListing(id: id, model: model) else {
        let rules = RuleListing.named(rule ?? id, in: model)
        guard rules.isEmpty else {
          try output.write(
            json
              ? JSONValue.array(rules.map(\.json)).indentedText + "\n"
              : rules.map(\.lines).joined(separator: "\n"))
          return
        }
        let names =
          model.causes.map(\.id) + model.findings.map(\.id) + model.scores.map(\.id)
          + RuleListing.ids(of: model)
        throw ValidationError(
          "\"\(id)\" is neither a cause nor a finding nor a score nor a rule of the model"
            + NearestName.suggestion(for: id, in: names))
      }
      try output.write(json ? listing.json.indentedText + "\n" : listing.text)
    }
  }
}
