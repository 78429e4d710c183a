internal import DorsalCore
internal import DorsalNumerics

extension RankingWriter {
  /// Appends the row of a case, without its end.
  func appendCSV(
    _ answers: BatchAnswers, _ index: Int, _ ranking: [Posteriors.Ranked],
    to bytes: inout [UInt8]
  ) {
    let known = Int(answers.assessment.knownFindingCounts[index])
    let reason = texts.reasons[Int(answers.reasons[index])]
    CSVText.append(answers.cases.id(of: index), to: &bytes)
    bytes.append(UInt8(ascii: ","))
    bytes.append(contentsOf: texts.settingBytes[Int(answers.settings[index])])
    bytes.append(
      contentsOf: ",\(reason.urgency.rawValue),\(reason.text),\(known),\(texts.shares[known])".utf8)
    if parts.isOfAllCauses {
      appendList(answers.posteriors.matrix.row(index), to: &bytes)
      if case .ofAll(let intervals) = answers.limits {
        for interval in intervals[index] {
          appendList([interval.lower, interval.upper], to: &bytes)
        }
      }
    } else {
      appendRanking(answers, index, ranking, to: &bytes)
    }
    if let groups = answers.groups { appendList(groups.row(index), to: &bytes) }
    if let sets = answers.sets {
      for (place, cause) in sets[index].enumerated() {
        bytes.append(place == 0 ? UInt8(ascii: ",") : UInt8(ascii: "|"))
        bytes.append(contentsOf: texts.causeBytes[cause])
      }
    }
    if let outlooks = answers.outlooks {
      OutlookColumns.append(outlooks[index], model: model, to: &bytes)
    }
    if let coexisting = answers.coexisting {
      coexistence?.appendCSV(coexisting, case: index, to: &bytes)
    }
    answers.misfits?[index].appendCSV(to: &bytes)
    if let priorWeight = texts.priorWeight { bytes.append(contentsOf: priorWeight) }
  }

  private func appendRanking(
    _ answers: BatchAnswers, _ index: Int, _ ranking: [Posteriors.Ranked],
    to bytes: inout [UInt8]
  ) {
    for (place, ranked) in ranking.enumerated() {
      bytes.append(UInt8(ascii: ","))
      bytes.append(contentsOf: texts.causeBytes[ranked.cause])
      appendList([ranked.probability], to: &bytes)
      if let interval = answers.interval(of: index, place: place, of: ranking) {
        appendList([interval.lower, interval.upper], to: &bytes)
      }
    }
  }

  private func appendList(_ probabilities: ArraySlice<Float>, to bytes: inout [UInt8]) {
    for probability in probabilities {
      bytes.append(UInt8(ascii: ","))
      NumberText.appendProbability(probability, to: &bytes)
    }
  }
}

extension BatchAnswers {
  /// The interval of a cause at a place of a case's ranking, where intervals are asked for.
  func interval(
    of index: Int, place: Int, of ranking: [Posteriors.Ranked]
  ) -> CredibleInterval? {
    switch limits {
    case nil: nil
    case .ofAll(let intervals): intervals[index][ranking[place].cause]
    case .ofLeading(let lower, let upper):
      CredibleInterval(
        lower: lower[index * ranking.count + place], upper: upper[index * ranking.count + place])
    }
  }
}
