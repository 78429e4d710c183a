/// Numbers of a file that are probably in another unit than the model's: most of them lie in a
/// state in which hardly anybody's do.
///
/// A range parts units only where no value of the one is a value of the other: a lipase of 45 may
/// be 45 U/L, which is normal, or 45 times the upper limit, which is an emergency.
public struct UnusualStates: Sendable {
  /// A state that is too common.
  public struct Note: Sendable, Hashable {
    /// The finding.
    public let finding: Finding
    /// The state that more than half of its values are in.
    public let state: String
    /// How many values are in it.
    public let count: Int
    /// How many values there are.
    public let total: Int
    /// In what share of patients the model expects it.
    public let expected: Double

    /// The note in words.
    public var description: String {
      "\(count) of \(total) values of \(finding.id) are \(state), which the model expects in "
        + "\(NumberText.percent(expected)) of patients; are they in another unit than "
        + "\(finding.unit)?"
    }
  }

  /// Fewer values than this may be so by chance.
  static let leastValues = 5
  /// A state that the model expects more often than this is not unusual.
  static let greatestShare = 0.02

  /// How many cases tell enough where a file is not read for this alone.
  package static let usualCount = 10_000
  /// How many cases were taken of those that there were to take.
  private var taken = 0
  private var isCut = false

  private let model: Model
  private let findings: [Int]
  private var counts: [Int]
  /// `modelCodes[finding][code]`, where the cases are read for scores, which cut numbers finer.
  private let modelCodes: [[UInt8]]?

  /// No cases yet.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - scores: The scores that the cases are read for, if they are.
  public init(model: Model, readFor scores: ClinicalScores? = nil) {
    (self.model, modelCodes) = (model, scores?.modelCodes)
    findings = model.findings.indices.filter {
      model.findings[$0].kind == .number && !model.findings[$0].unit.isEmpty
    }
    counts = [Int](repeating: 0, count: model.likelihoodTable.stateRowCount)
  }

  /// Takes a case.
  package mutating func add(_ batch: CaseBatch, _ index: Int) {
    add(batch, index..<index + 1, 1)
  }

  /// Takes the cases of a batch but for some of them.
  package mutating func add(_ batch: CaseBatch, without left: [Int]) {
    add(batch, 0..<batch.count, 1)
    for index in left { add(batch, index..<index + 1, -1) }
  }

  /// Counts some cases so many times.
  private mutating func add(_ batch: CaseBatch, _ rows: Range<Int>, _ times: Int) {
    let codes = batch.codes.span
    var seen = [Int](repeating: 0, count: 256)
    for finding in findings {
      var place = rows.lowerBound * batch.findingCount + finding
      for _ in rows {
        seen[Int(codes[place])] += 1
        place += batch.findingCount
      }
      let first = model.likelihoodTable.firstStateRow[finding] - 1
      for read in seen.indices where seen[read] > 0 {
        let code = modelCodes.map { Int($0[finding][read]) } ?? read
        if code != Int(CaseBatch.unknown) { counts[first + code] += times * seen[read] }
        seen[read] = 0
      }
    }
  }

  /// Takes the cases of a batch, as long as there are few: the first ones say enough, and a file of
  /// millions is read as fast as it was.
  public mutating func addFirst(of batch: CaseBatch) {
    let room = Self.usualCount - taken
    if batch.count > room { isCut = true }
    guard room > 0 else { return }
    let count = min(room, batch.count)
    add(batch, 0..<count, 1)
    taken += count
  }

  /// What the notes are about where it is not all cases; to stand before each.
  public var extent: String { isCut ? "of the first \(taken) cases, " : "" }

  /// What is to be said of the cases, in the order of the findings.
  public var notes: [Note] {
    findings.flatMap { index in
      let finding = model.findings[index]
      let first = model.likelihoodTable.firstStateRow[index]
      let total = finding.states.indices.reduce(0) { $0 + counts[first + $1] }
      return finding.states.indices.compactMap { state -> Note? in
        let (count, expected) = (
          counts[first + state], model.likelihoodTable.background[first + state]
        )
        guard total >= Self.leastValues, count * 2 > total, expected <= Self.greatestShare else {
          return nil
        }
        return Note(
          finding: finding, state: finding.states[state], count: count, total: total,
          expected: expected)
      }
    }
  }
}
