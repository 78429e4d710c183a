import Foundation
import TestSupport
import Testing

/// A command of the shell that runs the others in its place and writes the most kilobytes that they
/// took to `peak.txt`.
private let measured = """
  python3 -c 'import resource, subprocess, sys
  status = subprocess.run(sys.argv[1:]).returncode
  print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=open("peak.txt", "w"))
  sys.exit(status)'
  """

/// Records of absurd size: they are rejected, the rest is scored, and memory stays bounded.
@Suite(.releaseOnly)
struct LargeInputTests {

  /// Scores a stream that a script prints; `100 MB` of it is made on the fly.
  private static func score(
    _ printing: String, in folder: WorkingFolder, model: String = "Models/back-pain"
  ) async throws -> (outcome: Outcome, peak: Int) {
    let outcome = try await folder.shell(
      """
      long() { head -c 100000000 /dev/zero | tr '\\0' x; }
      { \(printing); } | \(measured) "$DORSAL" score - --ignore-unknown-columns \
        --model '\(model)'
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

  /// Rows of 7 bytes have answers of 3 kB: what is in memory of them may not follow from the size of
  /// a stretch of the file.
  @Test(arguments: ["", "\""])
  func `the answers to the shortest rows take as little memory as those to long ones`(
    quote: String
  ) async throws {
    let folder = try WorkingFolder()
    let outcome = try await folder.shell(
      """
      { echo id; seq 100000 200000 | sed 's/.*/\(quote)&\(quote)/'; } \
        | \(measured) "$DORSAL" score - --all --format jsonl --threads 1 \
          --model '\(Repository.model)' | wc -l
      exit ${PIPESTATUS[1]}
      """)
    #expect(outcome.status == 0 && outcome.output.contains("100001"), "\(outcome.errors)")
    let peak = try #require(
      Int(try folder.read("peak.txt").trimmingCharacters(in: .whitespacesAndNewlines)))
    // SECURITY.md: 25 MB, 96 MB, and four times the answers to 4,096 rows, 4 kB each at the most.
    #expect(peak < (25 + 96 + 4 * 16) * 1000, "kilobytes")
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

  /// With the shipped model as well, whose names each could be looked at for one that is near.
  @Test(arguments: ["Models/back-pain", Repository.model])
  func `a million columns may be ignored`(model: String) async throws {
    let folder = try WorkingFolder()
    let (outcome, _) = try await Self.score(Self.million, in: folder, model: model)
    #expect(outcome.status == 3)
    #expect(PlainCSV.rows(outcome.output).dropFirst().map(\.[0]) == ["a", "b"])
    #expect(outcome.errors.contains("-:4:3: "))
    #expect(outcome.errors.contains("2 cells; expected 1000001"))
    #expect(outcome.errors.contains("1 of 3 rows rejected, 2 scored"))
  }

  /// Each week is a case with all entries up to its end: 5,000 such copies would be 12 million entries.
  @Test func `a diary of many weeks takes the memory of its entries`() async throws {
    let folder = try WorkingFolder()
    let outcome = try await folder.shell(
      """
      { echo patient,date,time,pain,symptoms
        awk 'BEGIN { for (i = 0; i < 5000; i++)
          printf "p,%04d-%02d-%02d,08:00,3,weakness_one_limb\\n", 1000 + i / 48, 1 + i / 4 % 12, 1 + i % 4 * 7 }'
      } > d.csv
      \(measured) "$DORSAL" diary d.csv --weekly --model '\(Repository.model)' | wc -l
      exit ${PIPESTATUS[0]}
      """)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let peak = try #require(
      Int(try folder.read("peak.txt").trimmingCharacters(in: .whitespacesAndNewlines)))
    #expect(peak < 120_000, "kilobytes")
  }
}
