import Dorsal
import Foundation
import TestSupport
import Testing

@Suite(.releaseOnly) struct WeightFitTests {
  /// The small model with two signs of one group, which have the same probabilities.
  private static func twoSigns(group: String = "signs") throws -> Model {
    var tables = SmallModel()
    tables.findings = tables.findings.replacing(",,,1,,Sign?", with: ",,,1,\(group),Sign?")
    tables.findings += "second,examination,binary,,,absent;present,,,1,\(group),Second?\n"
    tables.likelihoods += """
      second,present,*,0.03,50,assumed,,
      second,present,tumour,0.6,40,assumed,,

      """
    return try tables.load()
  }

  /// Cases of the ward in which only the two signs are known.
  private static func cases(
    _ count: Int, model: Model, seed: UInt64, areCopies: Bool
  ) throws -> CaseBatch {
    var options = CaseSimulator.Options()
    options.seed = seed
    options.setting = 1
    let drawn = try CaseSimulator(model: model, options: options).cases(0..<count)
    let sign = try #require(model.index(ofFinding: "sign"))
    let second = try #require(model.index(ofFinding: "second"))
    var batch = CaseBatch(findingCount: model.findings.count)
    for index in 0..<count {
      var codes = [UInt8](repeating: CaseBatch.unknown, count: model.findings.count)
      codes[model.settingFinding] = 2
      codes[sign] = drawn.code(of: sign, case: index)
      codes[second] = areCopies ? codes[sign] : drawn.code(of: second, case: index)
      batch.append(
        id: drawn.id(of: index).utf8, codes: codes, diagnosis: drawn.diagnosis(of: index))
    }
    return batch
  }

  /// A finding said twice is right at half its weight. Level: 4 standard errors.
  @Test func `a finding and its copy get half a weight each`() throws {
    let model = try Self.twoSigns()
    let batch = try Self.cases(4000, model: model, seed: 51, areCopies: true)
    let fit = try WeightFit(batch, scorer: Scorer(model: model))
    let error = try #require(fit.terms[0].standardError)
    #expect(fit.isConverged)
    #expect(error < 0.02)
    #expect(abs(fit.terms[0].weight - 0.5) < 4 * error)
    #expect(fit.logLossAfter < fit.logLossBefore)
  }

  @Test func `independent findings keep their weight`() throws {
    let model = try Self.twoSigns()
    let batch = try Self.cases(4000, model: model, seed: 52, areCopies: false)
    let fit = try WeightFit(batch, scorer: Scorer(model: model))
    #expect(abs(fit.terms[0].weight - 1) < 4 * (fit.terms[0].standardError ?? 0.02))
    // A bound that holds the weight leaves the loss as it was.
    #expect(fit.logLossAfter <= fit.logLossBefore + 1e-12)
  }

  /// What the loss is at given weights, by plain loops over the tables as the reference
  /// scorer reads them.
  private struct PlainLoss {
    /// By case, then cause: the score without the grouped findings, and by group their sums.
    private var rest: [[Double]] = []
    private var sums: [[[Double]]] = []
    private var diagnoses: [Int] = []

    init(_ batch: CaseBatch, model: Model, groups: [String]) throws {
      let reference = try ReferenceScorer(folder: Repository.modelFolder)
      for index in 0..<batch.count {
        var rest = reference.causes.map { log(reference.priors["emergency"]?[$0] ?? .nan) }
        var sums = reference.causes.map { _ in groups.map { _ in 0.0 } }
        for (finding, definition) in model.findings.enumerated() {
          guard finding != model.settingFinding,
            let state = batch.state(of: finding, case: index),
            let row = reference.likelihoods[definition.id]?[definition.states[state]]
          else { continue }
          let group = groups.firstIndex(of: definition.group)
          for (cause, name) in reference.causes.enumerated() {
            let term = log(row[name] ?? .nan)
            if let group {
              sums[cause][group] += term
            } else {
              rest[cause] += (reference.weights[definition.id] ?? .nan) * term
            }
          }
        }
        self.rest.append(rest)
        self.sums.append(sums)
        diagnoses.append(batch.diagnosis(of: index)[0])
      }
    }

    /// The sum of the log losses.
    func at(_ weights: [Double]) -> Double {
      diagnoses.indices.reduce(0) { loss, index in
        let scores = zip(rest[index], sums[index]).map { rest, sums in
          zip(weights, sums).reduce(rest) { $0 + $1.0 * $1.1 }
        }
        let greatest = scores.max() ?? 0
        return loss + log(scores.reduce(0) { $0 + exp($1 - greatest) }) + greatest
          - scores[diagnoses[index]]
      }
    }
  }

  /// Differences of the plain loss: zero slope where no bound holds a weight, downhill out of
  /// the bounds where one does. The tolerance is the rounding of a difference of losses of
  /// size 100 over a step of 1e-4.
  @Test func `fitted weights are where the loss is least`() throws {
    let model = try Repository.model()
    var options = CaseSimulator.Options()
    options.seed = 53
    options.setting = try #require(model.index(ofSetting: "emergency"))
    options.missing = .chance(0.3)
    options.correlation = 0.5
    let batch = try CaseSimulator(model: model, options: options).cases(0..<150)
    let fit = try WeightFit(batch, scorer: Scorer(model: model))
    #expect(fit.isConverged)
    let loss = try PlainLoss(batch, model: model, groups: fit.terms.map(\.group))
    let weights = fit.terms.map(\.weight)
    #expect(isClose(fit.logLossAfter * 150, to: loss.at(weights), within: 1e-8))
    let step = 1e-4
    for term in weights.indices {
      var (above, below) = (weights, weights)
      above[term] += step
      below[term] -= step
      let slope = (loss.at(above) - loss.at(below)) / (2 * step)
      if let error = fit.terms[term].standardError {
        #expect(abs(slope) < 1e-4)
        // The diagonal of an inverse is no less than the inverse of the diagonal.
        let curvature =
          (loss.at(above) - 2 * loss.at(weights) + loss.at(below)) / (step * step)
        #expect(error * error * curvature > 0.99)
      } else {
        #expect(weights[term] == 0 ? slope > -1e-4 : slope < 1e-4)
      }
    }
    // Both kinds come up.
    #expect(fit.terms.contains { $0.standardError == nil })
    #expect(fit.terms.contains { $0.standardError != nil })
  }

  @Test func `a strong ridge gives the findings of a group one weight`() throws {
    let model = try Self.twoSigns()
    let batch = try Self.cases(2000, model: model, seed: 54, areCopies: true)
    let scorer = Scorer(model: model)
    let one = try WeightFit(batch, scorer: scorer)
    var options = WeightFit.Options()
    options.ridge = 1e6
    let two = try WeightFit(batch, scorer: scorer, options: options)
    #expect(two.terms.map(\.name) == ["sign", "second"])
    for term in two.terms { #expect(isClose(term.weight, to: one.terms[0].weight, within: 1e-4)) }
  }

  @Test(arguments: [
    ("groups", "the model has no groups of findings, so that there is nothing to fit"),
    ("labels", "no case has one diagnosis; expected labelled cases"),
    ("causes", "every case has the diagnosis strain; expected cases of several causes"),
    ("known", "the cases tell nothing of the weight of signs"),
  ])
  func `what cannot be fitted is told`(what: String, message: String) throws {
    let model = try Self.twoSigns(group: what == "groups" ? "" : "signs")
    var batch = CaseBatch(findingCount: model.findings.count)
    let code: UInt8 = what == "known" ? CaseBatch.unknown : 2
    for index in 0..<4 {
      let diagnosis = what == "labels" ? [] : what == "causes" ? [0] : [index % 2]
      batch.append(
        id: "\(index)".utf8, codes: [1, code, 0, 0, code], diagnosis: diagnosis)
    }
    do throws(DorsalError) {
      _ = try WeightFit(batch, scorer: Scorer(model: model))
      Issue.record("was not refused")
    } catch {
      #expect(error.description.hasPrefix(message))
    }
  }

  @Test func `cases without one diagnosis are left out`() throws {
    let model = try Self.twoSigns()
    var batch = try Self.cases(500, model: model, seed: 55, areCopies: true)
    let fit = try WeightFit(batch, scorer: Scorer(model: model))
    batch.append(id: "none".utf8, codes: [1, 2, 0, 0, 2])
    batch.append(id: "two".utf8, codes: [1, 2, 0, 0, 2], diagnosis: [0, 1])
    let same = try WeightFit(batch, scorer: Scorer(model: model))
    #expect(same.caseCount == 500)
    #expect(same.weights == fit.weights)
  }

  @Test func `a table with the same weights is the same table`() throws {
    let tables = ModelTables(folder: Repository.modelFolder)
    let model = try Model(tables: tables)
    let weights = Dictionary(model.findings.map { ($0.id, $0.weight) }) { first, _ in first }
    #expect(tables.findings(withWeights: weights) == tables.files["findings.csv"])
    #expect(tables.findings(withWeights: [:]) == tables.files["findings.csv"])
    var changed = tables.files
    changed["findings.csv"] = tables.findings(withWeights: ["fever": 0.123])
    let other = try Model(tables: ModelTables(origin: "changed", files: changed))
    let fever = try #require(model.index(ofFinding: "fever"))
    #expect(other.findings[fever].weight == 0.12)
    #expect(other.findings[fever - 1] == model.findings[fever - 1])
  }

  @Test func `a model with other weights scores as one that was loaded with them`() throws {
    let loaded = try Repository.model(weight: 1)
    let model = try Repository.model()
    let changed = model.withWeights([Double](repeating: 1, count: model.findings.count))
    let batch = SimulatedCases.draw(50, model: model, seed: 56)
    #expect(Scorer(model: changed).score(batch).matrix == Scorer(model: loaded).score(batch).matrix)
    #expect(changed.checksum != model.checksum)
  }
}
