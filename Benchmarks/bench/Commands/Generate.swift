import ArgumentParser
import Dorsal
import Foundation

/// `dorsal-bench generate`: a synthetic model and its cases, for this runner and others.
struct Generate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a synthetic model, cases drawn from it and the arrays that other tools read.",
    discussion: """
      DIR/model is a model folder; DIR/cases.csv and cases.jsonl are case files of it. Arrays in \
      NumPy's format: codes.npy (cases x findings, 0 unknown, else the state counted from 1), \
      states.npy (states of each finding), likelihoods.npy (states x causes), priors.npy, \
      reference.npy (posteriors of the first cases in double precision), draws.npy (drawn models \
      x states x causes, log-likelihoods up to a constant of each state) and \
      draws_reference.npy (cases x causes x lower, upper, mean of the drawn posteriors).
      """)

  @Argument(help: "The folder, which is made where it does not exist.")
  var folder: String

  @Option(name: .long, help: "How many cases.")
  var cases = 1_000_000

  @Option(name: .long, help: "How many findings, of 2 to 5 states.")
  var findings = 64

  @Option(name: .long, help: "How many causes.")
  var causes = 40

  @Option(name: .long, help: "The share of findings that are known.")
  var knownShare = 0.5

  @Option(name: .long, help: "Where the random numbers begin.")
  var seed: UInt64 = 1

  @Option(name: .long, help: "How many drawn models; 0 leaves their arrays out.")
  var draws = DrawnModels.draws

  /// Cases of `reference.npy`.
  private static let referenceCases = 2000
  /// Cases of `draws_reference.npy`, which are dear.
  private static let drawnCases = 200

  func validate() throws {
    if cases < 1 || findings < 1 || causes < 2 || draws < 0 || draws == 1 {
      throw ValidationError(
        "expected at least 1 case, 1 finding, 2 causes, and no drawn models or at least 2")
    }
    if !(0...1).contains(knownShare) {
      throw ValidationError("--known-share is a share from 0 to 1")
    }
  }

  func run() throws {
    let url = URL(fileURLWithPath: folder)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    let subject = try Subject.synthetic(
      SyntheticModel(findings: findings, causes: causes, seed: seed), cases: cases,
      known: knownShare, seed: seed, files: true, in: url)
    func array(_ name: String) -> URL { url.appendingPathComponent(name + ".npy") }
    let table = subject.model.likelihoodTable
    // The setting is the last finding: its column and rows come behind the others.
    let states = table.firstStateRow[findings]
    let batch = subject.batch
    var codes: [UInt8] = []
    codes.reserveCapacity(cases * findings)
    for index in 0..<cases {
      let first = index * batch.findingCount
      codes += batch.codes[first..<first + findings]
    }
    try NumPyFile.write(codes, shape: [cases, findings], to: array("codes"))
    try NumPyFile.write(
      (0..<findings).map { UInt8(subject.model.findings[$0].states.count) }, shape: [findings],
      to: array("states"))
    try NumPyFile.write(
      Array(table.probabilities[..<(states * causes)]), shape: [states, causes],
      to: array("likelihoods"))
    try NumPyFile.write(
      Array(subject.model.priorTable[..<causes]), shape: [causes], to: array("priors"))
    let plain = PlainScorer(scorer: subject.scorer)
    let some = min(cases, Self.referenceCases)
    try NumPyFile.write(
      (0..<some).flatMap { plain.posterior(of: $0, in: batch) }, shape: [some, causes],
      to: array("reference"))
    guard draws > 0 else { return }
    let drawn = PlainDraws(scorer: subject.scorer, draws: draws, seed: DrawnModels.seed)
    try NumPyFile.write(
      drawn.matrices(stateRows: states), shape: [draws, states, causes], to: array("draws"))
    let few = min(cases, Self.drawnCases)
    try NumPyFile.write(
      (0..<few).flatMap {
        drawn.summary(of: $0, in: batch, level: DrawnModels.level).joined()
      }, shape: [few, causes, 3], to: array("draws_reference"))
  }
}
