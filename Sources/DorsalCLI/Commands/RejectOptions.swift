import ArgumentParser
import Dorsal

/// How many rows may be rejected, and how a run ends in which some were.
struct RejectOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "How many rows may be rejected, such as 10, or which share, such as 1%: the exit status is "
        + "0 then; with more it is 65, and no output is kept. (default: any; the exit status is 3)",
      valueName: "number"))
  var maxRejects: String?

  /// The most rows, or the greatest share of all rows.
  private enum Limit {
    case count(Int)
    case share(Double)
  }

  func validate() throws { _ = try limit() }

  private func limit() throws -> Limit? {
    guard let text = maxRejects else { return nil }
    if text.hasSuffix("%"), let percent = Double(text.dropLast()), (0...100).contains(percent) {
      return .share(percent / 100)
    }
    if let count = Int(text), count >= 0 { return .count(count) }
    if text.contains("."), let share = Double(text), share >= 0, share < 1 { return .share(share) }
    throw ValidationError(
      "--max-rejects \(text): expected a number of rows, such as 10, or a share, such as 1% or 0.01"
    )
  }

  /// Ends the run before it keeps anything where more rows were rejected than may be.
  ///
  /// - Throws: `Failure` with status 65.
  func check(_ file: String, cases: Int, rejected: Int) throws {
    guard let limit = try limit(), let maxRejects, rejected > 0 else { return }
    let isWithin =
      switch limit {
      case .count(let count): rejected <= count
      case .share(let share): Double(rejected) <= share * Double(cases + rejected)
      }
    guard isWithin else {
      throw Failure(
        .badData,
        "\(file): \(rejected) of \(cases + rejected) rows rejected, more than --max-rejects "
          + "\(maxRejects); no output is kept")
    }
  }

  /// Ends a run that has kept its outputs and in which rows may have been rejected.
  ///
  /// - Throws: `Failure` with status 65 where there was no case, and with 3 where some rows were
  ///   rejected and no number of them is allowed.
  func end(_ file: String, cases: Int, rejected: Int, as fate: String = "rejected") throws {
    guard cases + rejected > 0 else { throw Failure.noCases(file) }
    guard rejected > 0 else { return }
    let text = "\(file): \(rejected) of \(cases + rejected) rows \(fate)"
    if cases > 0, maxRejects != nil {
      StandardError.write(text + "\n")
    } else {
      throw Failure(cases == 0 ? .badData : .rowsRejected, text)
    }
  }
}
