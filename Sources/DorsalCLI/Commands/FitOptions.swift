import ArgumentParser
import Dorsal

/// How `dorsal fit` looks at a table of which nothing is known before.
struct TableOptions: ParsableArguments {
  @Option(name: .long, help: "The column with the cause. (default: diagnosis)")
  var label: String?

  @Option(name: .long, help: ArgumentHelp("Columns that are no findings.", valueName: "names"))
  var ignore: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Words that mean an unknown finding, such as NA,?.", valueName: "words"))
  var unknown: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Where a column of numbers is cut, such as age=18;50. (default: into --cuts parts of equal "
        + "count)", valueName: "column=edges"))
  var edges: [String] = []

  @Option(name: .long, help: "Into how many parts columns of numbers are cut. (default: 5)")
  var cuts: Int?

  @Option(
    name: .long,
    help: "What is added to each count: 0.5 is Jeffreys' prior, 1 that of Laplace. (default: 0.5)")
  var pseudoCount: Double?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The weight of every finding: less than 1 where findings repeat each other. (default: chosen "
        + "by cross-validation)", valueName: "number"))
  var findingWeight: Double?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Where the table goes as a case file, in the ids of the model.", valueName: "file"))
  var recoded: String?

  func validate() throws {
    if let cuts, !(2...250).contains(cuts) {
      throw ValidationError("--cuts \(cuts): expected a number from 2 to 250")
    }
    if let pseudoCount, !(pseudoCount >= 1e-3 && pseudoCount <= 1e6) {
      throw ValidationError(
        "--pseudo-count \(pseudoCount): expected a number above 0, from 0.001 to 1000000")
    }
    if let findingWeight, !(findingWeight >= 0.1 && findingWeight <= 1) {
      throw ValidationError("--finding-weight \(findingWeight): expected a number from 0.1 to 1")
    }
    _ = try edgesByColumn()
  }

  /// The names of the options that are given and say what a prior model says already.
  var given: [String] {
    var names: [String] = []
    if label != nil { names.append("--label") }
    if ignore != nil { names.append("--ignore") }
    if !edges.isEmpty { names.append("--edges") }
    if cuts != nil { names.append("--cuts") }
    if pseudoCount != nil { names.append("--pseudo-count") }
    if findingWeight != nil { names.append("--finding-weight") }
    if recoded != nil { names.append("--recoded") }
    return names
  }

  private func edgesByColumn() throws -> [String: [Double]] {
    var result: [String: [Double]] = [:]
    for text in edges {
      let parts = text.split(separator: "=", maxSplits: 1)
      let numbers = parts.count == 2 ? parts[1].split(separator: ";").map { Double($0) } : [nil]
      let known = numbers.compactMap { $0 }
      guard parts.count == 2, known.count == numbers.count, !known.isEmpty,
        known.allSatisfy(\.isFinite), zip(known, known.dropFirst()).allSatisfy({ $0 < $1 })
      else {
        throw ValidationError(
          "--edges \(text): expected a column, = and numbers that ascend with ; between them")
      }
      result[String(parts[0])] = known
    }
    return result
  }

  private static func words(_ text: String?) -> Set<String> {
    Set((text ?? "").split(separator: ",").map(String.init))
  }

  /// What to give `--ignore` so that further columns are left out; nothing where there are none, or
  /// one has a comma in its name.
  func ignoring(_ columns: [String]) -> String? {
    let all = (ignore.map { [$0] } ?? []) + columns
    guard !columns.isEmpty, !columns.contains(where: { $0.contains(",") }) else { return nil }
    let list = all.joined(separator: ",")
    return list.contains(" ") ? "\"\(list)\"" : list
  }

  /// The same, for the library.
  func options(threads: Int) throws -> InferredTable.Options {
    var options = InferredTable.Options()
    options.label = label ?? options.label
    options.ignored = Self.words(ignore)
    options.unknownWords = Self.words(unknown)
    options.edges = try edgesByColumn()
    options.parts = cuts ?? options.parts
    options.threads = threads
    return options
  }
}

/// Whether `dorsal fit` fits a calibration too.
struct FittedCalibrationOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Where a calibration of the fitted model goes, an output; it is fitted to posteriors that "
        + "models of the other folds gave.", valueName: "file"))
  var calibration: String?

  @Option(
    name: .long, help: "Its method; prior-shift is of calibrate alone. (default: vector)")
  var method: Calibration.Method?

  @Option(name: .long, help: "Its penalty on changes. (default: 1)")
  var ridge: Double?

  @Option(
    name: .long,
    help:
      "Its penalty on the evidence itself, of the method evidence. (default: 1 from nothing, 0 with --prior-model)"
  )
  var shrinkage: Double?

  @Option(name: .long, help: "Its folds. (default: 10)")
  var folds: Int?

  @Option(name: .long, help: "Where folds begin. (default: 1)")
  var seed: UInt64?

  func validate() throws {
    if let ridge { try OptionRange.checkStrength("--ridge", ridge) }
    if let shrinkage { try OptionRange.checkStrength("--shrinkage", shrinkage) }
    if let folds, !(2...255).contains(folds) {
      throw ValidationError("--folds \(folds): expected a number from 2 to 255")
    }
    if let seed, seed > 1 << 53 {
      throw ValidationError("--seed \(seed): expected at most \(1 << 53)")
    }
    if method == .priorShift {
      throw ValidationError("--method prior-shift: a fitted model has its cases' prevalences")
    }
    OptionUse.check(
      [
        ("--method", method != nil), ("--ridge", ridge != nil), ("--shrinkage", shrinkage != nil),
        ("--folds", folds != nil), ("--seed", seed != nil),
      ], isMet: calibration != nil, need: "--calibration")
    OptionUse.check(
      [("--shrinkage", shrinkage != nil)], isMet: method == .evidence, need: "--method evidence")
  }

  /// The same, for the library. A model from nothing was fitted to the same cases: its evidence
  /// is drawn to none, that of a prior model is not.
  func options(
    hasPriorModel: Bool, keepsWhatDoesNotHelp: Bool, threads: Int
  ) -> CalibrationOptions {
    var options = CalibrationOptions()
    options.ridge = ridge ?? 1
    options.shrinkage = shrinkage ?? (hasPriorModel ? 0 : 1)
    options.foldCount = folds ?? 10
    options.seed = seed ?? 1
    options.threads = threads
    options.keepsWhatDoesNotHelp = keepsWhatDoesNotHelp
    return options
  }
}
