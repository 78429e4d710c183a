package import DorsalCore
package import DorsalReport
import Synchronization

/// Answers the cases of a file of FHIR as `$score` does, an answer a line.
///
/// An answer names the resources that its case was made of, which a batch does not hold: what is read
/// is kept here by its line from when it is read until it is answered, which is a block at most.
package final class FHIRRows: CaseRows {
  private let answers: FHIRAnswers
  private let top: Int?
  private let intervals: FHIRAnswers.Intervals?
  private let found = Mutex<[Int: FHIRCase]>([:])

  /// Prepares the answers of a file.
  ///
  /// - Parameters:
  ///   - answers: What answers its cases.
  ///   - top: How many causes; nothing for all.
  ///   - intervals: Intervals that are asked for.
  package init(_ answers: FHIRAnswers, top: Int?, intervals: FHIRAnswers.Intervals?) {
    (self.answers, self.top, self.intervals) = (answers, top, intervals)
  }

  /// What reads the lines of the file.
  ///
  /// - Parameter date: The day of every case; that of its last Encounter or response without it.
  package func lines(date: CivilDate?) -> FHIRLines {
    FHIRLines(reader: answers.reader, date: date) { [self] found, line in
      self.found.withLock { $0[line] = found }
    }
  }

  /// Lines of JSON have no header.
  package func header() -> [UInt8] { [] }

  /// Answers the cases of a batch, which were read by `lines(date:)`.
  package func rows(for batch: CaseBatch) -> WrittenRows {
    var bytes: [UInt8] = []
    var ends: [Int] = []
    for line in batch.lines {
      let found = self.found.withLock { $0.removeValue(forKey: line) }
      guard let found else { preconditionFailure("a case of a file of FHIR was read by its lines") }
      answers.score(found, top: top, intervals: intervals).append(to: &bytes)
      bytes.append(UInt8(ascii: "\n"))
      ends.append(bytes.count)
    }
    return WrittenRows(bytes: bytes, ends: ends)
  }
}
