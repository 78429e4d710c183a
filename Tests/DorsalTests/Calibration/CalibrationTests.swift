import Dorsal
import Foundation
import TestSupport
import Testing

@Suite(.releaseOnly) struct CalibrationTests {
  private let model: Model

  init() throws { model = try SmallModel().load() }

  private func fitted(
    _ method: Calibration.Method, _ drawn: DrawnCases,
    _ change: (inout CalibrationOptions) -> Void = { _ in }
  ) async throws -> FittedCalibration {
    var options = CalibrationOptions()
    options.threads = 2
    change(&options)
    return try await FittedCalibration(
      method, to: drawn.labelled(model: model), model: model, options: options)
  }

  private let overconfident = DrawnCases(
    3000, scales: [0.5, 0.5, 0.5], offsets: [0, 0, 0], seed: 51)

  /// Posteriors of some of the cases after the calibration.
  private func applied(_ calibration: Calibration, _ drawn: DrawnCases) -> Posteriors {
    var batch = CaseBatch(findingCount: model.findings.count)
    var matrix = Matrix(rowCount: 50, columnCount: 3)
    for index in 0..<50 {
      batch.append(
        id: "\(index)".utf8, codes: [UInt8](repeating: 0, count: model.findings.count))
      for cause in 0..<3 { matrix[index, cause] = Float(exp(drawn.z[index][cause])) }
    }
    return calibration.apply(
      to: Posteriors(matrix: matrix), of: batch, scorer: Scorer(model: model))
  }

  @Test(arguments: [
    Calibration.Method.none, .temperature, .vector, .isotonic, .beta, .evidence, .priorShift,
  ])
  func `a calibration read from its file does the same`(method: Calibration.Method) async throws {
    let fit = try await fitted(method, overconfident) {
      $0.coverages = [0.9]
      $0.coversExactly = method == .beta
    }
    let text = fit.json(model: model, source: "cases.csv").indentedText
    let read = try Calibration(json: Array(text.utf8), file: "calibration.json", model: model)
    let (first, second) = (
      applied(fit.calibration, overconfident), applied(read, overconfident)
    )
    #expect(first.matrix == second.matrix)
    #expect(read.coverage == fit.calibration.coverage)
    for row in 0..<50 {
      let sum = first.matrix.row(row).reduce(0) { $0 + Double($1) }
      // Three roundings to Float.
      #expect(isClose(sum, to: 1, within: 3e-7))
    }
  }

  /// Diagnoses were drawn with half the scale, so that every method that can see it has to be
  /// better on cases that it was not fitted to, and its slope near 1: the standard error of a
  /// slope of 3,000 cases is about 0.03.
  @Test(arguments: [Calibration.Method.temperature, .vector, .isotonic, .beta])
  func `what is too sure is mended on cases of the other folds`(
    method: Calibration.Method
  ) async throws {
    let fit = try await fitted(method, overconfident)
    let crossFit = try #require(fit.crossFit)
    #expect(crossFit.after.logLoss < crossFit.before.logLoss - 0.05)
    #expect(crossFit.after.brier < crossFit.before.brier)
    #expect(crossFit.after.calibrationError < crossFit.before.calibrationError / 3)
    #expect(isClose(crossFit.before.slope ?? 0, to: 0.5, within: 0.1))
    // One-vs-rest curves do not see the slope of all causes together.
    let room = method == .temperature || method == .vector ? 0.12 : 0.25
    #expect(isClose(crossFit.after.slope ?? 0, to: 1, within: room))
    #expect(crossFit.before.count == 3000)
  }

  /// Diagnoses drawn without looking at the posteriors: a fit judged on its own cases would
  /// look better than the prior's entropy, and one judged on others cannot.
  @Test func `the figures are not those of a fit on its own cases`() async throws {
    var drawn = DrawnCases(60, scales: [1, 1, 1], offsets: [0, 0, 0], seed: 52)
    var generator = SplitMix64(seed: 6)
    for index in drawn.diagnoses.indices {
      drawn.diagnoses[index] = [Int.random(in: 0..<3, using: &generator)]
    }
    let fit = try await fitted(.vector, drawn) { $0.ridge = 0.001 }
    guard case .vector(let scales, let offsets) = fit.calibration.map else {
      Issue.record("not a vector scaling")
      return
    }
    let own = drawn.objective(scales: scales, offsets: offsets, ridge: 0) / 60
    let crossFitted = try #require(fit.crossFit?.after.logLoss)
    #expect(own < crossFitted)
  }

  /// Ten visits of each of 30 patients, all with one id.
  @Test func `all cases of one id are in one fold`() throws {
    var labelled = LabelledLogPosteriors(causeCount: 3)
    var batch = CaseBatch(findingCount: model.findings.count)
    for index in 0..<300 {
      batch.append(
        id: "p\(index % 30)".utf8, codes: [UInt8](repeating: 0, count: model.findings.count),
        diagnosis: [0])
    }
    labelled.append(
      batch, posteriors: Scorer(model: model).score(batch), scorer: Scorer(model: model))
    let folds = labelled.folds(5, seed: 1)
    for index in 0..<300 { #expect(folds[index] == folds[index % 30]) }
    #expect(Set(folds) == [0, 1, 2, 3, 4])
    #expect(labelled.folds(5, seed: 2) != folds)
  }

  @Test func `cases that cannot carry a calibration are refused in words`() async throws {
    func message(_ drawn: DrawnCases, _ method: Calibration.Method) async -> String {
      do {
        _ = try await fitted(method, drawn)
        return ""
      } catch {
        return "\(error)"
      }
    }
    var drawn = DrawnCases(30, scales: [1, 1, 1], offsets: [0, 0, 0], seed: 53)
    let none = await message(
      DrawnCases(0, scales: [1, 1, 1], offsets: [0, 0, 0], seed: 1), .vector)
    #expect(none == "no cases to fit to")
    let curves = await message(drawn, .isotonic)
    #expect(curves.contains("no cause has 20 cases"))
    drawn.diagnoses = drawn.diagnoses.map { _ in [1] }
    #expect(await message(drawn, .temperature).contains("the same diagnosis"))
    drawn.diagnoses = drawn.diagnoses.map { _ in [] }
    #expect(await message(drawn, .vector).contains("no case has a diagnosis"))
    #expect(await message(drawn, .priorShift).isEmpty)
  }

  /// One case of the tumour among many: it is fitted, held by the ridge, and in four of five
  /// folds' fits it is not seen at all.
  @Test func `a cause with one case is held by the ridge`() async throws {
    var drawn = DrawnCases(200, scales: [1, 1, 1], offsets: [0, 0, 0], seed: 54)
    for index in drawn.diagnoses.indices {
      drawn.diagnoses[index] = [index == 0 ? 1 : index % 2 * 2]
    }
    let fit = try await fitted(.vector, drawn)
    #expect(fit.convergence?.isConverged == true)
    #expect(fit.cohort.causesKept.isEmpty)
    guard case .vector(_, let offsets) = fit.calibration.map else {
      Issue.record("\(fit.calibration.map)")
      return
    }
    #expect(offsets.allSatisfy { abs($0) < 5 })
  }

  @Test func `a calibration of another model is refused`() async throws {
    let fit = try await fitted(.temperature, overconfident)
    var tables = SmallModel()
    tables.priors = tables.priors.replacing("0.875", with: "0.87499999")
    tables.priors = tables.priors.replacing(
      "clinic,unlisted,0.1,", with: "clinic,unlisted,0.10000001,")
    let other = try tables.load()
    let text = fit.json(model: model, source: "cases.csv").text
    let error = #expect(throws: DorsalError.self) {
      _ = try Calibration(json: Array(text.utf8), file: "c.json", model: other)
    }
    #expect(error?.description.contains("made for the model small 1 (sha256:") == true)
  }

  @Test(arguments: [
    ("{}", "the member \"format\" is missing"),
    ("[1]", "expected an object"),
    (#"{"format": "x"}"#, "expected \"dorsal-calibration\""),
    (#"{"format": "dorsal-calibration", "format_version": 2}"#, "expected 1"),
    ("", "the JSON ends early"),
  ])
  func `a file that is no calibration is refused with its place`(text: String, message: String) {
    let error = #expect(throws: DorsalError.self) {
      _ = try Calibration(json: Array(text.utf8), file: "c.json", model: model)
    }
    #expect(error?.kind == .calibration)
    #expect(error?.faults.first?.message.contains(message) == true)
    #expect(error?.faults.first?.position.file == "c.json")
  }
}
