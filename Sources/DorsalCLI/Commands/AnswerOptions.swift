import ArgumentParser
import Dorsal

/// How the answers of `score` are written.
struct AnswerOptions: ParsableArguments {
  /// A format by the word of the command line.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case csv, jsonl, arrow, fhir
  }

  @Option(
    name: .long,
    help: ArgumentHelp(
      """
      The format of the answers: csv, jsonl, arrow, or fhir for what the service's $score answers, a \
      line a case. (default: arrow for an --output that ends in .arrow, .feather or .arrows, else csv)
      """, valueName: "format"))
  var format: Format?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "How columns of arrow are packed: none, lz4 or zstd. (default: none)", valueName: "packing"))
  var compression: ArrowForm.Packing?

  /// The format of an output.
  private func format(of output: String?) -> Format {
    if let format { return format }
    let names = [".arrow", ".feather", ".arrows"]
    return names.contains { output?.hasSuffix($0) == true } ? .arrow : .csv
  }

  /// Whether the answers are resources of FHIR.
  var isFHIR: Bool { format == .fhir }

  /// Refuses what has no place in answers of FHIR.
  ///
  /// - Parameter others: Options that were given, by name, with whether they were.
  func checkFHIR(readsFHIR: Bool, without others: [(name: String, isGiven: Bool)]) throws {
    guard isFHIR else { return }
    if !readsFHIR {
      throw ValidationError(
        "--format fhir needs --fhir: an answer names the resources that its case was made of, and a "
          + "table has none")
    }
    if let other = others.first(where: \.isGiven) {
      throw ValidationError("\(other.name) has no place in --format fhir; expected csv or jsonl")
    }
  }

  /// Refuses what has no place in the format of an output.
  func check(output: String?, _ coexistence: CoexistenceOptions) throws {
    guard format(of: output) == .arrow else {
      if compression != nil {
        throw ValidationError("--compression goes with --format arrow alone")
      }
      return
    }
    if coexistence.coexisting {
      throw ValidationError("--coexisting has no columns in arrow; expected --format csv or jsonl")
    }
  }

  /// What answers cases and writes the answers.
  ///
  /// By convention of the field a name in `.arrow` or `.feather` is that of a file, in `.arrows` of a
  /// stream, which is what can be written to a pipe.
  func rows(scorer: Scorer, parts: AnswerParts, output: String?) -> any CaseRows {
    switch format(of: output) {
    case .csv: return RankingRows(scorer: scorer, parts: parts, format: .csv)
    case .jsonl, .fhir: return RankingRows(scorer: scorer, parts: parts, format: .jsonl)
    case .arrow:
      var form = ArrowForm()
      form.packing = compression ?? .none
      form.isFile = [".arrow", ".feather"].contains { output?.hasSuffix($0) == true }
      return ArrowRankingRows(scorer: scorer, parts: parts, form: form)
    }
  }
}
