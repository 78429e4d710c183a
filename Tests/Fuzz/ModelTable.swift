import Dorsal
import DorsalCore

/// Tables of a model: the first byte says which of them the rest is, from `a` on.
enum Target {
  static func read(_ bytes: [UInt8]) {
    guard let first = bytes.first else { return }
    let names = ModelTables.fileNames
    var files = Small.tables.files
    files[names[Int(first &- UInt8(ascii: "a")) % names.count]] = Array(bytes.dropFirst())
    guard let model = try? Model(tables: ModelTables(origin: "m", files: files)) else { return }
    // What loads can be scored.
    var batch = CaseBatch(model: model)
    let unknown = [UInt8](repeating: CaseBatch.unknown, count: model.findings.count)
    batch.append(id: "a".utf8, codes: unknown, line: 1)
    batch.append(id: "b".utf8, codes: model.findings.map { UInt8($0.states.count) }, line: 2)
    let posteriors = Scorer(model: model).score(batch, top: 2)
    for index in 0..<2 {
      let sum = (0..<model.causes.count).reduce(Float(0)) {
        $0 + posteriors.probability(case: index, cause: $1)
      }
      require(abs(sum - 1) < 1e-4, "posteriors add up to 1")
    }
    if let scores = ClinicalScores(model: model) {
      for results in scores.results(for: batch) {
        for result in results { require(!result.possibleBands.isEmpty, "some band is possible") }
      }
    }
    guard !model.steps.isEmpty else { return }
    let plan = Explainer(scorer: Scorer(model: model)).explain(0, of: batch).steps
    require(Set(plan.items.map(\.step.id)).count == plan.items.count, "a step is named once")
  }
}
