package import DorsalCore
package import DorsalReport
import Synchronization

/// Reads files of FHIR: a Bundle or a QuestionnaireResponse a line. What was not used is counted.
package final class FHIRLines: LineReading {
  private let reader: FHIRReader
  private let date: CivilDate?
  private let take: (@Sendable (FHIRCase, Int) -> Void)?
  private let counts = Mutex(Counts())

  private struct Counts {
    var used = 0
    var unused = 0
    var issues: [String: Int] = [:]
    var others = 0
  }

  /// So many reasons are told apart.
  private static let mostReasons = 1000

  /// Prepares the reading of files.
  ///
  /// - Parameters:
  ///   - date: The day of every case; that of its last Encounter or response without it.
  ///   - take: Gets each case that is read, with its line.
  package init(
    reader: FHIRReader, date: CivilDate?, take: (@Sendable (FHIRCase, Int) -> Void)? = nil
  ) {
    (self.reader, self.date, self.take) = (reader, date, take)
  }

  package func read(_ line: [UInt8], file: String, number: Int) -> ReadLine {
    let start = SourcePosition(file: file, line: number, column: 1)
    do throws(FHIRFailure) {
      let found = try reader.read(line, on: date, file: file, line: number)
      guard let id = found.id else {
        let message = "no id; expected Bundle.id, or the id of a Patient"
        return .rejected(id: "", [TextFault(position: start, message: message)])
      }
      guard found.top == nil, found.level == nil else {
        let message = "top or interval in Parameters; expected them as options of the tool"
        return .rejected(id: id, [TextFault(position: start, message: message)])
      }
      count(found)
      take?(found, number)
      return .read(id: id, codes: found.codes)
    } catch {
      return .rejected(
        id: error.id ?? "",
        error.issues.map { issue in
          let place = issue.expressions.first.map { $0 + ": " } ?? ""
          return TextFault(position: issue.position ?? start, message: place + issue.text)
        })
    }
  }

  private func count(_ found: FHIRCase) {
    counts.withLock { counts in
      counts.used += found.usedCount
      counts.unused += found.unusedCount
      for issue in found.issues {
        if counts.issues[issue.text] != nil || counts.issues.count < Self.mostReasons {
          counts.issues[issue.text, default: 0] += issue.count
        } else {
          counts.others += issue.count
        }
      }
    }
  }

  /// What was used and what was not, a line each, the most frequent first.
  ///
  /// - Parameter most: How many reasons.
  package func report(most: Int) -> [String] {
    let counts = counts.withLock { $0 }
    let all = counts.used + counts.unused
    var lines = ["\(counts.used) of \(all) resources say something of their case"]
    let sorted = counts.issues.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    lines += sorted.prefix(most).map { "  \($0.value) \($0.key)" }
    let rest = sorted.dropFirst(most).reduce(counts.others) { $0 + $1.value }
    if rest > 0 { lines.append("  \(rest) more") }
    return lines
  }
}
