internal import DorsalCore
internal import DorsalNumerics

/// Fits the map of a calibration to cases, and to the cases outside each fold.
struct CalibrationFitting {
  let method: Calibration.Method
  let labelled: LabelledLogPosteriors
  let model: Model
  let options: CalibrationOptions
  let folds: [UInt8]

  /// A map and how its fit ended.
  struct Fitted: Sendable {
    var map: CalibrationMap
    var convergence: Convergence?
    var kept: [Int] = []
    var prevalences: [String: PriorShiftFit.Fit] = [:]
  }

  /// The fit to all cases, then those that leave out one fold each.
  func fits() async throws(DorsalError) -> [Fitted] {
    let exclusions = [nil] + (0..<options.foldCount).map { UInt8($0) as UInt8? }
    switch method {
    case .none:
      return exclusions.map { _ in Fitted(map: .identity) }
    case .temperature, .vector:
      return try await scalings(exclusions)
    case .isotonic, .beta:
      return try await curves(exclusions)
    case .evidence:
      return try await evidence(exclusions)
    case .priorShift:
      var fits: [Fitted] = []
      for exclusion in exclusions { fits.append(try await priorShift(exclusion)) }
      return fits
    }
  }

  private func scalings(_ exclusions: [UInt8?]) async throws(DorsalError) -> [Fitted] {
    let causes = labelled.causeCount
    let fit = ScalingFit(
      method == .vector ? .vector : .temperature, labelled: labelled, folds: folds,
      threads: options.threads)
    var fits: [Fitted] = []
    var start: [Double]?
    for exclusion in exclusions {
      // The function has one minimum, so that where the search begins does not matter.
      let result = try await fit.fit(excluding: exclusion, ridge: options.ridge, start: start)
      let parameters = result.parameters
      start = start ?? parameters
      fits.append(
        Fitted(
          map: method == .vector
            ? .vector(
              scales: Array(parameters[..<causes]), offsets: Array(parameters[causes...]))
            : .temperature(scale: parameters[0]),
          convergence: result.convergence,
          kept: method == .vector
            ? labelled.casesByCause.indices.filter { labelled.casesByCause[$0] == 0 } : []))
    }
    return fits
  }

  private func evidence(_ exclusions: [UInt8?]) async throws(DorsalError) -> [Fitted] {
    let fit = try EvidenceFit(
      labelled, folds: folds, model: model, ridge: options.ridge, shrinkage: options.shrinkage,
      threads: options.threads)
    var fits: [Fitted] = []
    var start: [Double]?
    for exclusion in exclusions {
      // The function has one minimum, so that where the search begins does not matter.
      let result = try await fit.fit(excluding: exclusion, start: start)
      start = start ?? result.parameters
      fits.append(
        Fitted(
          map: .evidence(result.change), convergence: result.convergence,
          kept: labelled.casesByCause.indices.filter { labelled.casesByCause[$0] == 0 }))
    }
    return fits
  }

  private struct CauseFit: Sendable {
    let cause: Int
    /// A curve for each exclusion, with how its fit ended.
    let curves: [(CauseCurve, Convergence?)]
  }

  private func curves(_ exclusions: [UInt8?]) async throws(DorsalError) -> [Fitted] {
    var causes: [CauseFit] = []
    var failure: DorsalError?
    var next = 0
    try? await OrderedMap.run(width: max(options.threads, 1)) { () -> Int? in
      guard next < labelled.causeCount else { return nil }
      defer { next += 1 }
      return next
    } transform: { (cause: Int) in
      do throws(DorsalError) {
        return Result<CauseFit, DorsalError>.success(try await curve(of: cause, exclusions))
      } catch {
        return .failure(error)
      }
    } consume: { (result: Result<CauseFit, DorsalError>) in
      switch result {
      case .success(let fit): causes.append(fit)
      case .failure(let error): failure = failure ?? error
      }
    }
    if let failure { throw failure }
    guard causes.contains(where: { $0.curves[0].0 != .kept }) else {
      throw DorsalError(
        .calibration,
        "no cause has \(options.leastCases) cases with it and as many without, which a curve of "
          + "its own needs; choose temperature or vector")
    }
    return exclusions.indices.map { place in
      let curves = causes.map(\.curves[place])
      let ends = curves.compactMap(\.1)
      return Fitted(
        map: .curves(CurveTable(curves.map(\.0))), convergence: Convergence(worstOf: ends),
        kept: causes.filter { $0.curves[place].0 == .kept }.map(\.cause))
    }
  }

  /// The curves of a cause, by exclusion. A cause with too few cases keeps its posterior.
  private func curve(
    of cause: Int, _ exclusions: [UInt8?]
  ) async throws(DorsalError) -> CauseFit {
    if method == .isotonic { return CauseFit(cause: cause, curves: isotonic(of: cause)) }
    let z = labelled.logPosteriors.span
    var (posteriors, targets, caseFolds): ([Double], [Double], [UInt8]) = ([], [], [])
    for index in labelled.indices where labelled.singleDiagnosis(of: index) != -1 {
      posteriors.append(Elementary.exp(Double(z[index * labelled.causeCount + cause])))
      targets.append(target(index, cause))
      caseFolds.append(folds[index])
    }
    var curves: [(CauseCurve, Convergence?)] = []
    for exclusion in exclusions {
      let used = posteriors.indices.filter { caseFolds[$0] != exclusion }
      let positives = used.reduce(0) { $0 + targets[$1] }
      let least = Double(options.leastCases)
      if positives < least || Double(used.count) - positives < least {
        curves.append((.kept, nil))
      } else {
        let fit = try await BetaFit.fit(
          posteriors: used.map { posteriors[$0] }, targets: used.map { targets[$0] },
          ridge: options.ridge)
        curves.append((fit.curve, fit.convergence))
      }
    }
    return CauseFit(cause: cause, curves: curves)
  }

  /// The isotonic curves of a cause: of all cases, then of those outside each fold.
  ///
  /// Most cases have not got the cause, and a lower posterior of it than any case that has: they
  /// are counted where they stand. The others are sorted; of those with the same posterior, the
  /// ones with the cause come first.
  private func isotonic(of cause: Int) -> [(CauseCurve, Convergence?)] {
    precondition(labelled.count < Int(Self.isWithout), "cases that 31 bits can count")
    let z = labelled.logPosteriors.span
    let caseFolds = folds.span
    func has(_ index: Int) -> Bool {
      let single = labelled.singleDiagnosis(of: index)
      return single == cause || (single < -1 && labelled.diagnosis(of: index).contains(cause))
    }
    var lowest = Float.infinity
    for index in labelled.indices where has(index) {
      lowest = min(lowest, z[index * labelled.causeCount + cause])
    }
    var fit = IsotonicCurve(foldCount: options.foldCount)
    // A key has the log posterior above its 32 bits; in them a case with the cause has its index,
    // and one without it a bit and its fold, so that nothing of it has to be looked up again.
    var keys: [UInt64] = []
    for index in labelled.indices where labelled.singleDiagnosis(of: index) != -1 {
      let position = z[index * labelled.causeCount + cause]
      if position < lowest {
        fit.addWithout(position, fold: Int(caseFolds[index]))
        continue
      }
      // The bits of a Float in an order that is that of the numbers.
      let bits = position.bitPattern
      let ordered = bits >> 31 == 1 ? ~bits : bits | 0x8000_0000
      let rest = has(index) ? UInt64(index) : Self.isWithout | UInt64(caseFolds[index])
      keys.append(UInt64(ordered) << 32 | rest)
    }
    RadixSort.sort(&keys, fromBit: 31)
    for key in keys {
      let (position, rest) = Self.parts(of: key)
      if key & Self.isWithout != 0 {
        fit.addWithout(position, fold: rest)
      } else {
        fit.addWith(position, target: target(rest, cause), fold: Int(caseFolds[rest]))
      }
    }
    let curves = fit.finish(leastCases: options.leastCases)
    return ([curves[options.foldCount]] + curves[..<options.foldCount]).map { ($0, nil) }
  }

  /// The bit of a key that cases without a cause have.
  private static let isWithout: UInt64 = 0x8000_0000

  /// The log posterior in a key, and what stands below its bit.
  private static func parts(of key: UInt64) -> (position: Float, rest: Int) {
    let ordered = UInt32(key >> 32)
    return (
      Float(bitPattern: ordered >> 31 == 1 ? ordered & 0x7fff_ffff : ~ordered),
      Int(key & (isWithout - 1))
    )
  }

  /// How much of a case's diagnosis is a cause: of several accepted diagnoses, by their
  /// posteriors.
  private func target(_ index: Int, _ cause: Int) -> Double {
    let single = labelled.singleDiagnosis(of: index)
    if single >= 0 { return single == cause ? 1 : 0 }
    let accepted = labelled.diagnosis(of: index)
    guard accepted.contains(cause) else { return 0 }
    func posterior(_ cause: Int) -> Double {
      Elementary.exp(Double(labelled.logPosteriors[index * labelled.causeCount + cause]))
    }
    return posterior(cause) / accepted.reduce(0) { $0 + posterior($1) }
  }

  private func priorShift(_ exclusion: UInt8?) async throws(DorsalError) -> Fitted {
    let causes = labelled.causeCount
    var offsets = [[Double]?](repeating: nil, count: model.settings.count)
    var prevalences: [String: PriorShiftFit.Fit] = [:]
    var ends: [Convergence] = []
    let (settings, folds) = (labelled.settings, folds)
    for (setting, name) in model.settings.enumerated() {
      let code = UInt8(setting)
      guard labelled.indices.contains(where: { settings[$0] == code && folds[$0] != exclusion })
      else { continue }
      let prior = Array(model.priorTable[setting * causes..<(setting + 1) * causes])
      let fit = try await PriorShiftFit.fit(
        labelled, prior: prior, pseudoCases: options.pseudoCases ?? 1, threads: options.threads
      ) { settings[$0] == code && folds[$0] != exclusion }
      offsets[setting] = zip(fit.prevalences, prior).map {
        Elementary.log($0) - Elementary.log($1)
      }
      prevalences[name] = fit
      ends.append(fit.convergence)
    }
    return Fitted(
      map: .priorShift(offsets: offsets), convergence: Convergence(worstOf: ends),
      prevalences: prevalences)
  }
}

extension Convergence {
  /// The worst of several fits; nothing of none.
  init?(worstOf fits: [Convergence]) {
    guard !fits.isEmpty else { return nil }
    let freedoms = fits.compactMap(\.effectiveParameters)
    self.init(
      isConverged: fits.allSatisfy(\.isConverged), iterations: fits.map(\.iterations).max() ?? 0,
      gradientNorm: fits.map(\.gradientNorm).max() ?? 0,
      effectiveParameters: freedoms.isEmpty ? nil : freedoms.reduce(0, +),
      isSeparated: fits.contains(where: \.isSeparated))
  }
}
