internal import DorsalCore
internal import DorsalNumerics

extension RankingWriter {
  /// Appends the object of a case.
  func appendJSON(
    _ answers: BatchAnswers, _ index: Int, _ ranking: [Posteriors.Ranked],
    to bytes: inout [UInt8]
  ) {
    let known = Int(answers.assessment.knownFindingCounts[index])
    let reason = texts.reasons[Int(answers.reasons[index])]
    bytes.append(contentsOf: #"{"id":"#.utf8)
    JSONText.append(answers.cases.id(of: index), to: &bytes)
    bytes.append(contentsOf: #","setting":""#.utf8)
    bytes.append(contentsOf: texts.settingBytes[Int(answers.settings[index])])
    bytes.append(contentsOf: "\",\"findings_known\":\(known),\"known_share\":".utf8)
    bytes.append(contentsOf: texts.shares[known].utf8)
    appendRanking(answers, index, ranking, to: &bytes)
    if parts.isOfAllCauses {
      appendObject(
        "posteriors", names: model.causes.map(\.id), answers.posteriors.matrix.row(index),
        to: &bytes)
    }
    if let groups = answers.groups {
      appendObject("groups", names: model.groups, groups.row(index), to: &bytes)
    }
    bytes.append(contentsOf: #","urgency":""#.utf8)
    bytes.append(contentsOf: reason.urgency.rawValue.utf8)
    bytes.append(contentsOf: #"","urgency_reason":""#.utf8)
    bytes.append(contentsOf: reason.text.utf8)
    bytes.append(contentsOf: #"","urgency_reasons":"#.utf8)
    texts.urgencyReasons.append(
      answers.assessment.outcome(of: index).reasons(
        model: model, posterior: answers.posteriors.matrix.row(index)),
      to: &bytes)
    if let outlooks = answers.outlooks {
      OutlookColumns.appendJSON(outlooks[index], model: model, to: &bytes)
    }
    bytes.append(contentsOf: texts.jsonEnd)
    if let sets = answers.sets, let coverage = parts.sets?.coverage {
      bytes.append(contentsOf: ",\"coverage\":\(coverage),\"set\":".utf8)
      JSONValue.array(sets[index].map { .string(model.causes[$0].id) }).append(to: &bytes)
    }
    if let coexisting = answers.coexisting {
      coexistence?.appendJSON(coexisting, case: index, to: &bytes)
    }
    if let misfits = answers.misfits {
      bytes.append(contentsOf: #","misfit":"#.utf8)
      misfits[index].json.append(to: &bytes)
    }
    bytes.append(UInt8(ascii: "}"))
  }

  private func appendRanking(
    _ answers: BatchAnswers, _ index: Int, _ ranking: [Posteriors.Ranked],
    to bytes: inout [UInt8]
  ) {
    bytes.append(contentsOf: #","ranking":["#.utf8)
    for (place, ranked) in ranking.enumerated() {
      if place > 0 { bytes.append(UInt8(ascii: ",")) }
      bytes.append(contentsOf: #"{"cause":""#.utf8)
      bytes.append(contentsOf: texts.causeBytes[ranked.cause])
      bytes.append(contentsOf: #"","probability":"#.utf8)
      NumberText.appendProbability(ranked.probability, to: &bytes)
      if let interval = answers.interval(of: index, place: place, of: ranking) {
        bytes.append(contentsOf: #","lower":"#.utf8)
        NumberText.appendProbability(interval.lower, to: &bytes)
        bytes.append(contentsOf: #","upper":"#.utf8)
        NumberText.appendProbability(interval.upper, to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    }
    bytes.append(UInt8(ascii: "]"))
  }

  private func appendObject(
    _ name: String, names: [String], _ probabilities: ArraySlice<Float>, to bytes: inout [UInt8]
  ) {
    bytes.append(contentsOf: ",\"\(name)\":{".utf8)
    for (place, (name, probability)) in zip(names, probabilities).enumerated() {
      if place > 0 { bytes.append(UInt8(ascii: ",")) }
      bytes.append(contentsOf: "\"\(name)\":".utf8)
      NumberText.appendProbability(probability, to: &bytes)
    }
    bytes.append(UInt8(ascii: "}"))
  }
}
