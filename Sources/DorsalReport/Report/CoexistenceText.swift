internal import DorsalCore
internal import DorsalNumerics

/// Writes what is said of coexisting causes behind a case's ranking.
struct CoexistenceText: Sendable {
  /// What is written.
  private let model: Model
  private let top: Int
  private let writesAll: Bool
  private let coexistence: CoexistenceScorer

  /// - Parameters:
  ///   - coexistence: The scorer of sets of causes.
  ///   - top: How many causes and how many sets.
  ///   - writesAll: Whether CSV has a column for each cause instead of the leading ones.
  init(_ coexistence: CoexistenceScorer, top: Int, writesAll: Bool) {
    self.coexistence = coexistence
    model = coexistence.scorer.model
    self.top = max(1, top)
    self.writesAll = writesAll
  }

  private var presentCount: Int { min(top, model.causes.count) }
  private var togetherCount: Int {
    min(top, coexistence.hypotheses.count - coexistence.hypotheses.causeCount)
  }

  /// The names of the columns: `present_1,present_probability_1,...`, or `present_CAUSE`
  /// for each cause; `together_1,together_probability_1,...`; `left_out_at_most`.
  var columns: [String] {
    let present =
      writesAll
      ? model.causes.map { "present_" + $0.id }
      : (0..<presentCount).flatMap { ["present_\($0 + 1)", "present_probability_\($0 + 1)"] }
    let together = (0..<togetherCount).flatMap {
      ["together_\($0 + 1)", "together_probability_\($0 + 1)"]
    }
    return present + together + ["left_out_at_most"]
  }

  /// Appends the cells of a case, a comma before each.
  func appendCSV(_ answer: CoexistingPosteriors, case index: Int, to bytes: inout [UInt8]) {
    if writesAll {
      for probability in answer.present.row(index) { append(probability, to: &bytes) }
    } else {
      for ranked in answer.ranking(of: index, top: presentCount) {
        bytes.append(UInt8(ascii: ","))
        bytes.append(contentsOf: model.causes[ranked.cause].id.utf8)
        append(ranked.probability, to: &bytes)
      }
    }
    for ranked in answer.together[index] {
      bytes.append(UInt8(ascii: ","))
      let ids = answer.hypotheses.causes(of: ranked.hypothesis).map { model.causes[$0].id }
      bytes.append(contentsOf: ids.joined(separator: "+").utf8)
      append(ranked.probability, to: &bytes)
    }
    append(Float(answer.leftOutAtMost[index]), to: &bytes)
  }

  private func append(_ probability: Float, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: ","))
    NumberText.appendProbability(probability, to: &bytes)
  }

  /// Appends the member `coexisting` of a case's object, a comma before it.
  func appendJSON(_ answer: CoexistingPosteriors, case index: Int, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: ",\"coexisting\":{\"up_to\":\(answer.hypotheses.upTo)".utf8)
    bytes.append(contentsOf: #","present":["#.utf8)
    let count = writesAll ? model.causes.count : presentCount
    for (place, ranked) in answer.ranking(of: index, top: count).enumerated() {
      if place > 0 { bytes.append(UInt8(ascii: ",")) }
      bytes.append(contentsOf: "{\"cause\":\"\(model.causes[ranked.cause].id)\"".utf8)
      appendMember("probability", ranked.probability, to: &bytes)
    }
    bytes.append(contentsOf: #"],"together":["#.utf8)
    for (place, ranked) in answer.together[index].enumerated() {
      if place > 0 { bytes.append(UInt8(ascii: ",")) }
      let ids = answer.hypotheses.causes(of: ranked.hypothesis).map {
        "\"\(model.causes[$0].id)\""
      }
      bytes.append(contentsOf: "{\"causes\":[\(ids.joined(separator: ","))]".utf8)
      appendMember("probability", ranked.probability, to: &bytes)
    }
    bytes.append(contentsOf: "]".utf8)
    appendMember("left_out_at_most", Float(answer.leftOutAtMost[index]), to: &bytes)
  }

  /// A last member and the end of its object.
  private func appendMember(_ name: String, _ probability: Float, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: ",\"\(name)\":".utf8)
    NumberText.appendProbability(probability, to: &bytes)
    bytes.append(UInt8(ascii: "}"))
  }
}
