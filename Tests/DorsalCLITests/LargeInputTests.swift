import Foundation
import TestSupport
import Testing

/// What measures the memory of a run.
private let gnuTime = "/usr/bin/time"
private let canMeasure = FileManager.default.isExecutableFile(atPath: gnuTime)

/// Records of absurd size: they are rejected, the rest is scored, and memory stays bounded.
@Suite(.releaseOnly, .enabled(if: canMeasure, "needs GNU time, Debian's package time"))
struct LargeInputTests {

  /// Scores a stream that a script prints; `100 MB` of it is made on the fly.
  private static func score(
    _ printing: String, in folder: WorkingFolder
  ) async throws -> (outcome: Outcome, peak: Int) {
    let outcome = try await folder.shell(
      """
      long() { head -c 100000000 /dev/zero | tr '\\0' x; }
      { \(printing); } | \(gnuTime) --quiet -f %M -o peak.txt "$DORSAL" score - --ignore-unknown-columns
      exit ${PIPESTATUS[1]}
      """)
    let peak = try folder.read("peak.txt").trimmingCharacters(in: .whitespacesAndNewlines)
    return (outcome, try #require(Int(peak)))
  }

  @Test(arguments: [
    (#"printf 'id,sign\na,present\nq,'; long; printf '\nb,absent\n'"#, 3),
    (#"printf 'id,sign\na,present\n"'; long; printf '",absent\nb,absent\n'"#, 3),
    (#"printf 'id,sign\na,present\nq,"'; long; printf '\nb,absent\n'"#, 3),
    (
      #"printf '{"id":"a","findings":{"sign":true}}\n{"id":"'; "#
        + #"long; printf '"}\n{"id":"b"}\n'"#, 2
    ),
  ])
  func `a line of 100 MB is rejected and memory stays bounded`(
    printing: String, line: Int
  ) async throws {
    let folder = try WorkingFolder()
    let (outcome, peak) = try await Self.score(printing, in: folder)
    #expect(outcome.status == 3)
    #expect(PlainCSV.rows(outcome.output).dropFirst().map(\.[0]) == ["a", "b"])
    #expect(outcome.errors.contains("-:\(line):1: "))
    #expect(outcome.errors.contains("a line of more than"))
    #expect(outcome.errors.contains("1 of 3 rows rejected, 2 scored"))
    // The value is cut, not printed whole.
    #expect(outcome.errors.utf8.count < 1000)
    // A tool that held the line would need its 100 MB at least.
    #expect(peak < 90_000, "kilobytes")
  }

  @Test func `a header of 100 MB ends the run`() async throws {
    let folder = try WorkingFolder()
    let (outcome, peak) = try await Self.score(
      #"printf 'id,'; long; printf '\nb,absent\n'"#, in: folder)
    #expect(outcome.status == 65)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains("-:1:1: the header is longer than"))
    #expect(peak < 90_000, "kilobytes")
  }

  /// `id` and a million columns, a row that fills them, an empty one, and a short one.
  private static let million = """
    awk 'BEGIN {
      printf "id"; for (i = 1; i <= 1000000; i++) printf ",c%d", i
      printf "\\na"; for (i = 1; i <= 1000000; i++) printf ",%d", i
      printf "\\nb"; for (i = 1; i <= 1000000; i++) printf ","
      print "\\nc,1" }'
    """

  @Test func `a million unknown columns are told in few words`() async throws {
    let folder = try WorkingFolder()
    let outcome = try await folder.shell("\(Self.million) | \"$DORSAL\" score -; exit $?")
    #expect(outcome.status == 65)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains("-:1:4: unknown column \"c1\""))
    let lines = outcome.errors.split(separator: "\n")
    #expect(lines.count < 20)
    // Those told one by one and those only counted are all of them.
    let told = lines.count { $0.contains("unknown column") }
    #expect(outcome.errors.contains("and \(1_000_000 - told) more faults"))
  }

  @Test func `a million columns may be ignored`() async throws {
    let folder = try WorkingFolder()
    let (outcome, _) = try await Self.score(Self.million, in: folder)
    #expect(outcome.status == 3)
    #expect(PlainCSV.rows(outcome.output).dropFirst().map(\.[0]) == ["a", "b"])
    #expect(outcome.errors.contains("-:4:3: "))
    #expect(outcome.errors.contains("2 cells; expected 1000001"))
    #expect(outcome.errors.contains("1 of 3 rows rejected, 2 scored"))
  }
}
