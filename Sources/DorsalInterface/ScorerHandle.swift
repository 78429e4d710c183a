import Dorsal
import DorsalCore
import DorsalReport

/// A model, as callers hold it.
final class ModelHandle: Sendable {
  let model: Model
  /// The tables that it was loaded from, which a fit begins with.
  let tables: ModelTables

  /// Loads a model.
  init(_ tables: ModelTables) throws(InterfaceFault) {
    do throws(DorsalError) {
      model = try Model(tables: tables)
    } catch {
      throw InterfaceFault(.model, "\(error)")
    }
    self.tables = tables
  }
}

/// A scorer with all that its options ask for, as callers hold it. It does not change.
final class ScorerHandle: Sendable {
  let scorer: Scorer
  let calibration: Calibration?
  let sets: PredictionSets?
  let content: AnswerContent
  let reading: CaseReading
  let interval: Double?

  private static let optionNames =
    [
      "setting", "prior_weight", "top", "all", "interval", "misfit", "calibration", "coverage",
    ] + CaseReading.optionNames + ["passthrough"]

  /// Makes a scorer of a model.
  init(_ loaded: Model, options json: String?) throws(InterfaceFault) {
    let options = try Options(json, allowed: Self.optionNames)
    let weight = try options.number("prior_weight", in: 0...1).flatMap(PriorWeight.init)
    let model = weight.map(loaded.weighingPriors) ?? loaded
    let scorer = Scorer(model: model, defaultSetting: try options.setting(of: model))
    var calibration: Calibration?
    if let text = try options.text("calibration") {
      do throws(DorsalError) {
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
      do throws(DorsalError) {
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
    self.scorer = scorer
    self.calibration = calibration
    self.sets = sets
    self.reading = try CaseReading(options, model: model)
    var parts = AnswerParts()
    parts.top = try options.integer("top", in: 1...1 << 20) ?? 5
    parts.isOfAllCauses = try options.flag("all")
    parts.calibration = calibration
    parts.intervals = interval.map { CredibleIntervals(scorer: scorer, level: $0) }
    parts.sets = sets
    parts.misfit = try options.flag("misfit") ? Misfit(scorer: scorer) : nil
    self.content = AnswerContent(scorer, parts)
  }

  /// Throws where the scorer has a calibration, which what is asked for has no use for.
  func refuseCalibration(of reason: String) throws(InterfaceFault) {
    guard calibration == nil else {
      throw InterfaceFault(.argument, "calibration: \(reason); leave it out")
    }
  }
}
