import ArgumentParser
import Dorsal
import Foundation

/// `dorsal-bench questions`: how many findings it takes until the right cause is in front,
/// when suggestions choose among the findings that a case has, against other orders.
///
/// Each labelled case starts with age, sex, setting and site alone. Its other known findings
/// are then revealed one at a time, in the order of a strategy that sees only what has been
/// revealed before and which findings there are to reveal, until the right cause is among the
/// first three. A case that never gets there counts with all its findings revealed. Means over
/// cases have intervals of 95% by the bootstrap over cases, and so have differences to the
/// order of the file.
struct Questions: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Count the findings that it takes until the right cause is in front.")

  @Option(name: .long, help: "The model folder.")
  var model = "Models/back-pain"

  @Option(name: .long, help: "The labelled cases.")
  var cases = "Data/vignettes.csv"

  @Option(name: .long, help: "Among how many leading causes the right one has to be.")
  var top = 3

  @Option(name: .long, help: "How many random orders of each case are averaged.")
  var orders = 50

  @Option(name: .long, help: "Where the random numbers begin.")
  var seed: UInt64 = 1

  private enum Strategy: String, CaseIterable {
    case value = "suggested, by value per cost"
    case information = "suggested, by information"
    case perCost = "suggested, by information per cost"
    case file = "order of the file"
    case random = "random order"
  }

  func run() throws {
    let model = try Model(folder: model)
    let scorer = Scorer(model: model)
    let suggester = Suggester(scorer: scorer)
    var reader = try CaseFileReader(
      source: FileByteSource(try OpenFile(reading: cases)),
      file: cases, model: model)
    let batch = try CaseFile(&reader, model: model).cases
    let labelled = (0..<batch.count).filter { index in
      batch.diagnosis(of: index).contains { model.causes[$0].id != Cause.unlistedID }
    }
    var needed: [Strategy: [Double]] = [:]
    for strategy in Strategy.allCases {
      needed[strategy] = labelled.map { index in
        let times = strategy == .random ? orders : 1
        let counts = (0..<times).map { round in
          count(
            strategy, case: index, of: batch, suggester: suggester,
            generator: SplitMix64(seed: seed &+ UInt64(index * times + round)))
        }
        return Double(counts.reduce(0, +)) / Double(times)
      }
    }
    let available = labelled.map { Double(hidden(of: $0, in: batch, model: model).count) }
    let all = available.reduce(0, +) / Double(max(available.count, 1))
    print(
      "\(labelled.count) cases with \(NumberText.fixed(all, decimals: 1)) findings each besides age, "
        + "sex, setting and site")
    var table = TextTable([
      ("findings until it is in the first \(top)", .left), ("mean", .right), ("95%", .left),
      ("median", .right), ("less than the file", .right), ("95%", .left),
    ])
    let file = needed[.file] ?? []
    for strategy in Strategy.allCases {
      let counts = needed[strategy] ?? []
      let saved = zip(file, counts).map { $0 - $1 }
      table.append([
        strategy.rawValue, Self.mean(counts), interval(counts),
        NumberText.fixed(counts.sorted()[counts.count / 2], decimals: 1), Self.mean(saved),
        interval(saved),
      ])
    }
    print(table.lines.joined(separator: "\n"))
  }

  /// The known findings that are not shown at the start.
  private func hidden(of index: Int, in batch: CaseBatch, model: Model) -> [Int] {
    model.findings.indices.filter { finding in
      !["setting", "age", "sex", "site"].contains(model.findings[finding].id)
        && batch.state(of: finding, case: index) != nil
    }
  }

  /// How many findings are revealed until the right cause is in front.
  private func count(
    _ strategy: Strategy, case index: Int, of batch: CaseBatch, suggester: Suggester,
    generator: SplitMix64
  ) -> Int {
    let scorer = suggester.scorer
    let model = scorer.model
    var generator = generator
    var rest = hidden(of: index, in: batch, model: model)
    if strategy == .random { rest.shuffle(using: &generator) }
    var codes = model.findings.indices.map { batch.code(of: $0, case: index) }
    for finding in rest { codes[finding] = CaseBatch.unknown }
    var revealed = 0
    while true {
      var now = CaseBatch(model: model)
      now.append(id: "a".utf8, codes: codes)
      let posteriors = scorer.score(now)
      let leading = posteriors.ranking(of: 0, top: top).map(\.cause)
      if leading.contains(where: batch.diagnosis(of: index).contains) { return revealed }
      guard !rest.isEmpty else { return revealed }
      var next = rest[0]
      if strategy != .file, strategy != .random {
        let open = suggester.appraise(now, posteriors: posteriors)[0].filter {
          rest.contains($0.finding)
        }
        let best =
          strategy == .information
          ? open.max { $0.information < $1.information }
          : Suggestions(open, model: model, by: strategy == .value ? .value : .information)
            .appraisals.first
        next = best?.finding ?? next
      }
      rest.removeAll { $0 == next }
      codes[next] = batch.code(of: next, case: index)
      revealed += 1
    }
  }

  private static func mean(_ values: [Double]) -> String {
    NumberText.fixed(values.reduce(0, +) / Double(max(values.count, 1)), decimals: 2)
  }

  /// The interval of 95% of the mean, by 2,000 bootstrap samples.
  private func interval(_ values: [Double]) -> String {
    var generator = SplitMix64(seed: seed)
    let means = (0..<2000).map { _ in
      values.indices.reduce(0.0) { sum, _ in
        sum + (values.randomElement(using: &generator) ?? 0)
      } / Double(max(values.count, 1))
    }.sorted()
    return
      "\(NumberText.fixed(means[50], decimals: 2)) to \(NumberText.fixed(means[1949], decimals: 2))"
  }
}
