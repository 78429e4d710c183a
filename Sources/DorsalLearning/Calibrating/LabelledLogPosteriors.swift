package import DorsalCore
internal import DorsalNumerics

/// The logarithms of the posteriors of many cases, with their diagnoses: what calibrations
/// are fitted to.
package struct LabelledLogPosteriors: Sendable {
  /// How many causes the model has.
  package let causeCount: Int
  /// Natural logarithms: `logPosteriors[case * causeCount + cause]`.
  package private(set) var logPosteriors: [Float] = []
  /// The setting of each case, as an index into the model's settings.
  package private(set) var settings: [UInt8] = []
  /// How many cases have a known finding besides their setting.
  package private(set) var informedCount = 0
  /// How many findings the codes of a case have; 0 where codes are not kept.
  package let findingCount: Int
  /// The codes of the cases, where they are kept: `codes[case * findingCount + finding]`, as in
  /// a `CaseBatch`.
  package private(set) var codes: [UInt8] = []

  // The one diagnosis of each case, or -1 for none, or -2 - k where the k-th list of
  // `severalDiagnoses` holds them: a list a case would cost a million allocations.
  private var diagnoses: [Int32] = []
  private var severalDiagnoses: [[Int]] = []
  private var idBits: [UInt64] = []

  /// No cases yet.
  ///
  /// - Parameters:
  ///   - causeCount: How many causes the model has.
  ///   - findingCount: How many findings it has, where their codes are to be kept: for the
  ///     method `evidence`, a byte a case and finding.
  package init(causeCount: Int, keepingFindings findingCount: Int = 0) {
    self.causeCount = causeCount
    self.findingCount = findingCount
  }

  /// How many cases there are.
  package var count: Int { diagnoses.count }

  /// The causes that a case is labelled with, any of which is right.
  package func diagnosis(of index: Int) -> [Int] {
    switch diagnoses[index] {
    case 0...: [Int(diagnoses[index])]
    case -1: []
    default: severalDiagnoses[-2 - Int(diagnoses[index])]
    }
  }

  /// The one cause a case is labelled with: -1 where there is none, below that where there
  /// are several.
  package func singleDiagnosis(of index: Int) -> Int { Int(diagnoses[index]) }

  /// How many cases have a diagnosis.
  package var labelledCount: Int { diagnoses.count { $0 != -1 } }

  /// How many cases have each cause as their only diagnosis.
  package var casesByCause: [Int] {
    var counts = [Int](repeating: 0, count: causeCount)
    for diagnosis in diagnoses where diagnosis >= 0 { counts[Int(diagnosis)] += 1 }
    return counts
  }

  /// The bits of a case's id.
  func idBits(of index: Int) -> UInt64 { idBits[index] }

  /// The bits of a case's id for one purpose.
  package func idBits(of index: Int, seed: UInt64, purpose: CaseHash.Purpose) -> UInt64 {
    CaseHash.bits(idBits[index], seed: seed, purpose: purpose)
  }

  /// The fold of each case: all cases with one id are in one fold.
  package func folds(_ count: Int, seed: UInt64) -> [UInt8] {
    precondition((1...255).contains(count), "1 to 255 folds")
    return indices.map {
      UInt8(CaseHash.fold(idBits(of: $0, seed: seed, purpose: .fold), of: count))
    }
  }

  /// The same cases with other posteriors.
  ///
  /// - Parameters:
  ///   - threads: How many parts to work on at a time.
  ///   - map: Gives what to do with each case.
  package func mapped(
    threads: Int, by map: @escaping @Sendable (Int) -> CalibrationMap
  ) async -> LabelledLogPosteriors {
    var result = self
    result.logPosteriors = []
    result.logPosteriors.reserveCapacity(logPosteriors.count)
    await OrderedSum.run(over: count, threads: threads) { range in
      var part = [Float](repeating: 0, count: range.count * causeCount)
      var probabilities = [Double](repeating: 0, count: causeCount)
      let (z, codes) = (logPosteriors.span, codes.span)
      for index in range {
        map(index).write(
          z, first: index * causeCount, setting: Int(settings[index]),
          codes: codes, firstCode: index * findingCount, into: &probabilities)
        let start = (index - range.lowerBound) * causeCount
        for cause in 0..<causeCount {
          part[start + cause] = Float(
            Elementary.log(max(probabilities[cause], Double(CalibrationMap.leastPosterior))))
        }
      }
      return part
    } add: { part in
      result.logPosteriors += part
    }
    return result
  }

  /// The cases.
  package var indices: Range<Int> { 0..<count }

  /// Adds the cases of a batch.
  ///
  /// - Parameters:
  ///   - batch: The cases.
  ///   - posteriors: Their posteriors, from the scorer.
  ///   - scorer: Gives the setting of each.
  package mutating func append(_ batch: CaseBatch, posteriors: Posteriors, scorer: Scorer) {
    batch.requireCases(of: scorer.model)
    precondition(posteriors.matrix.columnCount == causeCount, "posteriors of the model's causes")
    if findingCount > 0 {
      precondition(batch.findingCount == findingCount, "the findings of the model")
      codes += batch.codes
    }
    let elements = posteriors.matrix.elements.span
    logPosteriors.reserveCapacity(logPosteriors.count + elements.count)
    for index in elements.indices {
      logPosteriors.append(
        Float(Elementary.log(Double(max(elements[index], CalibrationMap.leastPosterior)))))
    }
    for index in 0..<batch.count {
      settings.append(UInt8(scorer.setting(of: index, in: batch)))
      let known = batch.knownFindingCount(of: index, settingFinding: scorer.model.settingFinding)
      if known > 0 { informedCount += 1 }
      idBits.append(CaseHash.bits(of: batch.idBytes(of: index)))
      let diagnosis = batch.diagnosis(of: index)
      switch diagnosis.count {
      case 0: diagnoses.append(-1)
      case 1: diagnoses.append(Int32(diagnosis[0]))
      default:
        diagnoses.append(-2 - Int32(severalDiagnoses.count))
        severalDiagnoses.append(diagnosis)
      }
    }
  }

  /// Adds the cases of others behind these.
  package mutating func append(_ other: LabelledLogPosteriors) {
    precondition(
      causeCount == other.causeCount && findingCount == other.findingCount,
      "posteriors of the same causes, codes of the same findings")
    codes += other.codes
    logPosteriors += other.logPosteriors
    settings += other.settings
    informedCount += other.informedCount
    idBits += other.idBits
    let shift = Int32(severalDiagnoses.count)
    diagnoses += other.diagnoses.map { $0 < -1 ? $0 - shift : $0 }
    severalDiagnoses += other.severalDiagnoses
  }

  /// How many bytes of memory a list may ask for when another is added.
  package func growth(by other: LabelledLogPosteriors) -> Int {
    codes.growth(by: other.codes.count) + logPosteriors.growth(by: other.logPosteriors.count)
      + settings.growth(by: other.count) + idBits.growth(by: other.count)
      + diagnoses.growth(by: other.count)
      + severalDiagnoses.growth(by: other.severalDiagnoses.count)
  }

  /// How many bytes of memory a fit takes beside the list: copies of it, and of what a fold has.
  package var fitRoom: Int { count * (16 * causeCount + 2 * findingCount + 64) }

  /// The cases that satisfy a condition, in their order.
  package func filtered(_ isKept: (Int) -> Bool) -> LabelledLogPosteriors {
    var kept = LabelledLogPosteriors(causeCount: causeCount, keepingFindings: findingCount)
    for index in indices where isKept(index) {
      kept.codes += codes[index * findingCount..<(index + 1) * findingCount]
      kept.logPosteriors += logPosteriors[index * causeCount..<(index + 1) * causeCount]
      kept.settings.append(settings[index])
      kept.idBits.append(idBits[index])
      var diagnosis = diagnoses[index]
      if diagnosis < -1 {
        kept.severalDiagnoses.append(self.diagnosis(of: index))
        diagnosis = -1 - Int32(kept.severalDiagnoses.count)
      }
      kept.diagnoses.append(diagnosis)
    }
    // Only told of the whole file.
    kept.informedCount = informedCount
    return kept
  }
}
