import Dorsal
import DorsalCore

/// A model, as callers hold it.
final class ModelHandle: Sendable {
  let model: Model

  init(_ model: Model) { self.model = model }
}

/// A scorer with all that its options ask for, as callers hold it. It does not change.
final class ScorerHandle: Sendable {
  let scorer: Scorer
  let calibration: Calibration?
  let content: AnswerContent
  let dialect: Dialect
  let names: CaseColumns
  let idColumn: String
  let threads: Int
  let interval: Double?

  private static let optionNames = [
    "setting", "prior_weight", "top", "all", "interval", "misfit", "calibration", "coverage",
    "threads", "id", "ignore_unknown_columns", "unknown", "strict",
  ]

  /// Makes a scorer of a model.
  init(_ loaded: Model, options json: String?) throws(InterfaceFault) {
    let options = try Options(json, allowed: Self.optionNames)
    let weight = try options.number("prior_weight", in: 0...1).flatMap(PriorWeight.init)
    let model = weight.map(loaded.weighingPriors) ?? loaded
    var setting = 0
    if let name = try options.text("setting") {
      guard let found = model.index(ofSetting: name) else {
        throw InterfaceFault(
          .argument,
          "setting \"\(name)\": expected one of " + model.settings.joined(separator: ", "))
      }
      setting = found
    }
    let scorer = Scorer(model: model, defaultSetting: setting)
    var calibration: Calibration?
    if let text = try options.text("calibration") {
      do throws(TextFault) {
        calibration = try Calibration(json: Array(text.utf8), file: "calibration", model: model)
      } catch {
        throw InterfaceFault(.argument, "\(error)")
      }
    }
    var sets: PredictionSets?
    if let coverage = try options.number("coverage", in: 0.000_001...0.999_999) {
      guard let calibration else {
        throw InterfaceFault(
          .argument, "coverage: needs the option calibration, which holds the quantiles")
      }
      do throws(CalibrationError) {
        sets = try PredictionSets(
          calibration, coverage: coverage, coversEachCause: false,
          causeCount: model.causes.count)
      } catch {
        throw InterfaceFault(.argument, "\(error)")
      }
    }
    interval = try options.number("interval", in: 0.000_001...0.999_999)
    if interval != nil, calibration != nil {
      throw InterfaceFault(
        .argument, "interval: intervals are of the model's own posteriors; leave calibration out")
    }
    var dialect = try options.flag("strict") ? Dialect.strict : Dialect()
    if let words = try options.value(
      "unknown",
      as: { tree throws(TextFault) in
        var words: [String] = []
        for word in try tree.list() { words.append(try word.string()) }
        return words
      })
    {
      dialect.unknownWords = words
    }
    self.scorer = scorer
    self.calibration = calibration
    self.dialect = dialect
    self.idColumn = try options.text("id") ?? "id"
    self.threads = try options.integer("threads", in: 1...1024) ?? 1
    self.names = CaseColumns(
      model: model, ignoresUnknown: try options.flag("ignore_unknown_columns"), dialect: dialect)
    self.content = AnswerContent(
      scorer: scorer, calibration: calibration,
      top: try options.integer("top", in: 1...1 << 20) ?? 5,
      writesAll: try options.flag("all"),
      intervals: interval.map { CredibleIntervals(scorer: scorer, level: $0) }, sets: sets,
      misfit: try options.flag("misfit") ? Misfit(scorer: scorer) : nil)
  }
}
