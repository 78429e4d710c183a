import Dorsal
import Foundation

/// Cases drawn from a model: a cause by its prior, a state of each finding by its
/// likelihood, and of those a share that is known.
struct RandomCases {
  private let model: Model
  private let known: Double
  private let causes: [Double]
  /// For each cause and state row, the probability of this state or one before it.
  private let cumulative: [Double]

  /// Prepares the drawing.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - known: The chance of each finding to be known.
  init(model: Model, known: Double) {
    self.model = model
    self.known = known
    let count = model.causes.count
    causes = Self.runningSums(Array(model.priorTable[..<count]))
    let table = model.likelihoodTable
    var cumulative: [Double] = []
    for cause in 0..<count {
      for (finding, definition) in model.findings.enumerated() {
        let first = table.firstStateRow[finding]
        cumulative += Self.runningSums(
          definition.states.indices.map { state in
            finding == model.settingFinding
              ? 1 : table.probability(stateRow: first + state, cause: cause)
          })
      }
    }
    self.cumulative = cumulative
  }

  private static func runningSums(_ values: [Double]) -> [Double] {
    var sum = 0.0
    return values.map { value in
      sum += value
      return sum
    }
  }

  /// Draws cases; none names its setting.
  ///
  /// - Parameters:
  ///   - range: The numbers of the cases, from which their ids are made.
  ///   - generator: Where the random numbers come from.
  /// - Complexity: O(cases × findings).
  func batch(_ range: Range<Int>, using generator: inout SplitMix64) -> CaseBatch {
    let table = model.likelihoodTable
    var batch = CaseBatch(model: model)
    var codes = [UInt8](repeating: 0, count: model.findings.count)
    for index in range {
      let cause = Self.place(of: Double.random(in: 0..<1, using: &generator), in: causes[...])
      for finding in codes.indices where finding != model.settingFinding {
        codes[finding] = CaseBatch.unknown
        guard Double.random(in: 0..<1, using: &generator) < known else { continue }
        let first = cause * table.stateRowCount + table.firstStateRow[finding]
        let states = cumulative[first..<first + model.findings[finding].states.count]
        codes[finding] = UInt8(
          Self.place(of: Double.random(in: 0..<1, using: &generator), in: states) + 1)
      }
      batch.append(id: Self.id(index), codes: codes)
    }
    return batch
  }

  /// `P` and seven digits or more.
  private static func id(_ index: Int) -> [UInt8] {
    let digits = Array(String(index).utf8)
    return [UInt8(ascii: "P")]
      + [UInt8](repeating: UInt8(ascii: "0"), count: max(0, 7 - digits.count)) + digits
  }

  /// The first place whose running sum is above a number, or the last place.
  private static func place(of number: Double, in sums: ArraySlice<Double>) -> Int {
    (sums.firstIndex { number < $0 } ?? sums.endIndex - 1) - sums.startIndex
  }
}
