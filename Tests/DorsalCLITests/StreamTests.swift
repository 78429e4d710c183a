import Foundation
import Testing

/// The same cases get the same bytes, however they come in and go out.
@Suite struct StreamTests {
  private static let isX86: Bool = {
    #if arch(x86_64)
      return true
    #else
      return false
    #endif
  }()

  /// The vignettes many times over, with ids of their own and a bad row here and there: more
  /// than one block of them.
  private static func cases() throws -> String {
    let text = try String(contentsOfFile: Repository.vignettes, encoding: .utf8)
    let rows = text.split(separator: "\n")
    let copies = (0..<60).flatMap { copy in
      rows.dropFirst().map { "\(copy)-\($0)" } + ["\(copy)-bad,unlisted"]
    }
    return ([String(rows[0])] + copies).joined(separator: "\n") + "\n"
  }

  @Test(arguments: ["csv", "jsonl"])
  func `threads, files and pipes give the same bytes`(format: String) async throws {
    let text = try Self.cases()
    #expect(text.utf8.count > 3 << 18, "several blocks")
    let folder = try WorkingFolder(["cases.csv": text])
    let options = "--model \"\(Repository.model)\" --format \(format) --rejects rejects.csv"
    func run(_ command: String) async throws -> (answers: String, rejects: String) {
      let outcome = try await folder.shell(command + " " + options)
      #expect(outcome.status == 3)
      let rejects = try folder.read("rejects.csv")
      let answers = outcome.lines.count - (format == "csv" ? 1 : 0)
      #expect(answers + PlainCSV.rows(rejects).count - 1 == text.split(separator: "\n").count - 1)
      #expect(PlainCSV.rows(rejects).count - 1 == 60)
      return (outcome.output, rejects)
    }
    let plain = try await run("\"$DORSAL\" score cases.csv --threads 1")
    for command in [
      "\"$DORSAL\" score cases.csv --threads 2", "\"$DORSAL\" score cases.csv --threads 7",
      "\"$DORSAL\" score cases.csv", "\"$DORSAL\" score - --threads 1 < cases.csv",
      "cat cases.csv | \"$DORSAL\" score - --threads 2",
      "dd if=cases.csv obs=700 status=none | \"$DORSAL\" score /dev/stdin",
    ] {
      let other = try await run(command)
      #expect(other.answers == plain.answers)
      #expect(other.rejects == plain.rejects)
    }
  }

  @Test func `an answer does not depend on the cases beside it`() async throws {
    let text = try String(contentsOfFile: Repository.vignettes, encoding: .utf8)
    let rows = text.split(separator: "\n").map(String.init)
    let folder = try WorkingFolder(["all.csv": text])
    let all = try await folder.dorsal("score", "all.csv", "--all", "--model", Repository.model)
    #expect(all.status == 0)
    #expect(all.lines.count == rows.count)
    for index in [1, 2, rows.count / 2, rows.count - 1] {
      try folder.write(rows[0] + "\n" + rows[index] + "\n", to: "one.csv")
      let one = try await folder.dorsal("score", "one.csv", "--all", "--model", Repository.model)
      #expect(one.lines == [all.lines[0], all.lines[index]])
    }
  }

  @Test func `every verb reads standard input`() async throws {
    let text = "id,sign,diagnosis\na,present,tumour\nb,absent,strain\n"
    let folder = try WorkingFolder(["cases.csv": text])
    for arguments in [
      ["evaluate"], ["explain", "--id", "a"], ["score"], ["validate", "--json"],
      ["suggest", "--id", "a"], ["suggest", "--format", "csv"], ["map"],
    ] {
      let file = try await folder.start(arguments + ["cases.csv"]).outcome()
      let stream = try await folder.start(arguments + ["-"], input: Array(text.utf8)).outcome()
      #expect(file.status == 0)
      #expect(stream.status == 0)
      #expect(!file.output.isEmpty)
      #expect(stream.output == file.output)
    }
  }

  /// What is learnt says what it was learnt from, and otherwise is the same.
  @Test func `calibrations and models are those of the file`() async throws {
    let rows = (0..<40).map {
      "\($0),\($0 % 3 == 0 ? "absent" : "present"),\($0 % 2 == 0 ? "strain" : "tumour")\n"
    }
    let text = "id,sign,diagnosis\n" + rows.joined()
    let folder = try WorkingFolder(["cases.csv": text])
    let calibrate = ["calibrate", "--method", "temperature", "--force", "--folds", "2"]
    let file = try await folder.start(calibrate + ["cases.csv"]).outcome()
    let stream = try await folder.start(calibrate + ["-"], input: Array(text.utf8)).outcome()
    #expect(file.status == 0 && stream.status == 0, "\(file.errors)\(stream.errors)")
    #expect(!file.output.isEmpty && file.output.contains("\"cases.csv\""))
    #expect(stream.output.replacing("\"-\"", with: "\"cases.csv\"") == file.output)

    let fit = [
      "fit", "--prior-model", SmallModel.folder, "--force", "--counts-alone", "--model-weight", "1",
      "--date", "2026-01-31", "--name", "local",
    ]
    for (name, input) in [("cases.csv", ""), ("-", text)] {
      let output = name == "-" ? "of-stream" : "of-file"
      let outcome = try await folder.start(
        fit + [name, "--output", output], input: Array(input.utf8)
      ).outcome()
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    for name in ["priors.csv", "likelihoods.csv"] {
      // Behind the first four columns a row says where its number comes from.
      let first = PlainCSV.rows(try folder.read("of-file/" + name)).map { Array($0.prefix(4)) }
      let second = PlainCSV.rows(try folder.read("of-stream/" + name)).map { Array($0.prefix(4)) }
      #expect(first.count > 3 && first == second, "\(name)")
    }
  }

  /// Sums of the evidence are exact, so that no kernel of OpenBLAS can differ. These run on
  /// every 64-bit x86 processor, and on no other.
  @Test(.enabled(if: StreamTests.isX86), arguments: ["Prescott", "Nehalem"])
  func `an answer does not depend on the kernels of OpenBLAS`(kernels: String) async throws {
    let text = try String(contentsOfFile: Repository.vignettes, encoding: .utf8)
    let folder = try WorkingFolder(["cases.csv": text])
    let score =
      "\"$DORSAL\" score cases.csv --all --groups --interval 0.95 --model \"\(Repository.model)\""
    let usual = try await folder.shell(score)
    // OpenBLAS says which kernels it took.
    let other = try await folder.shell(
      "OPENBLAS_VERBOSE=2 OPENBLAS_CORETYPE=\(kernels) \(score)")
    #expect(usual.status == 0)
    #expect(other.output == usual.output)
    #expect(other.errors.contains("Core: \(kernels)"), "\(other.errors)")
    #expect(!other.output.isEmpty)
  }
}
