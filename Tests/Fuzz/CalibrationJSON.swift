import Dorsal
import DorsalCore

/// Calibration files of the small model.
enum Target {
  static func read(_ bytes: [UInt8]) {
    let model = Small.model
    guard let calibration = try? Calibration(json: bytes, file: "c", model: model) else { return }
    var batch = CaseBatch(model: model)
    batch.append(id: "a".utf8, codes: model.findings.map { _ in 1 }, line: 1)
    let scorer = Scorer(model: model)
    let corrected = calibration.apply(to: scorer.score(batch), of: batch, scorer: scorer)
    let sum = (0..<model.causes.count).reduce(Float(0)) {
      $0 + corrected.probability(case: 0, cause: $1)
    }
    require(abs(sum - 1) < 1e-4, "corrected posteriors add up to 1")
  }
}
