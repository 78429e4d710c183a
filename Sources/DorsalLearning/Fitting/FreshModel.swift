package import DorsalCore
internal import DorsalNumerics

/// A model made of nothing but counts: the causes and findings of a table, a prior for each
/// setting and a likelihood for each state, with a pseudo-count added to each.
///
/// P(state given cause) = (count + a) / (cases + a · states) and P(cause) = (cases + a) /
/// (all cases + a · causes), with `unlisted` among the causes. The background is that of all
/// causes together. Urgencies and losses are placeholders and say so.
package struct FreshModel: Sendable {
  private let table: InferredTable
  private let name: String
  private let pseudoCount: Double
  /// The weight of every finding, or nothing for one that is fitted.
  package let findingWeight: Double?

  /// Prepares a model of a table.
  ///
  /// - Parameters:
  ///   - table: The table.
  ///   - name: The model's name.
  ///   - pseudoCount: What is added to every count, above 0: 0.5 is Jeffreys' prior, 1 that
  ///     of Laplace.
  ///   - findingWeight: The weight of every finding, or nothing for one that is fitted.
  package init(
    _ table: InferredTable, name: String, pseudoCount: Double, findingWeight: Double? = nil
  ) {
    self.table = table
    self.name = name
    self.pseudoCount = pseudoCount
    self.findingWeight = findingWeight
  }

  /// The settings: a finding has at least two states, so that one alone gets a companion.
  private var settings: [String] {
    switch table.settings.count {
    case 0: ["local", "other"]
    case 1: [table.settings[0], table.settings[0] == "other" ? "local" : "other"]
    default: table.settings
    }
  }

  /// Causes of the table, then `unlisted`.
  private var causes: [(id: String, label: String)] {
    table.causes + [(Cause.unlistedID, "None of these")]
  }

  /// Tables with a number in every place but no knowledge: to read the cases with.
  package func emptyTables() -> ModelTables {
    tables(counts: nil, source: nil, weight: 1)
  }

  /// The tables of the fitted model.
  ///
  /// - Parameters:
  ///   - counts: The counts, by the state rows of the empty model.
  ///   - source: Where the cases come from.
  ///   - weight: The weight of every finding.
  package func tables(counts: LocalCounts, source: LocalSource, weight: Double) -> ModelTables {
    tables(counts: counts as LocalCounts?, source: source, weight: weight)
  }

  private func tables(
    counts: LocalCounts?, source: LocalSource?, weight: Double
  ) -> ModelTables {
    let sources = source.map { [$0.source(countedCases: counts?.countedCases ?? 0)] } ?? []
    return ModelTables(
      origin: name,
      files: [
        "model.json": ModelWriter.card(card(counts: counts, source: source, weight: weight)),
        "findings.csv": findings(weight: weight),
        "causes.csv": ModelWriter.csv(
          .causes, without: ["icd_10"],
          causes.map { [$0.id, $0.id == Cause.unlistedID ? "other" : "all", "routine", $0.label] }),
        "priors.csv": priors(counts, source),
        "likelihoods.csv": likelihoods(counts, source),
        "red_flags.csv": ModelWriter.csv(
          .redFlags, []),
        "losses.csv": ModelWriter.csv(
          .losses,
          zip(Urgency.allCases, ["1", "0", "1", "2"]).map {
            [$0.rawValue, "*", $1, "assumed", "", "placeholder: set losses before using urgencies"]
          }),
        "sources.csv": ModelWriter.sources(sources),
      ])
  }

  private func card(
    counts: LocalCounts?, source: LocalSource?, weight: Double
  ) -> ModelCard {
    ModelCard(
      name: name, version: source?.date.filter { $0 != "-" } ?? "0", title: name,
      description: "\(table.causes.count) causes and \(table.findings.count) findings, fitted to "
        + "\(counts?.countedCases ?? 0) local cases"
        + (source.map { " (\($0.key))" } ?? "")
        + " with a pseudo-count of \(NumberText.plain(pseudoCount)) and a weight of "
        + "\(NumberText.plain(weight)) for every finding.",
      licence: "not stated",
      intendedUse: "Research on the cases it was fitted to and others like them.",
      limits:
        "Findings are taken as independent given the cause, but for that weight; unknown "
        + "findings as missing at "
        + "random. Calibrate before use. Urgencies and losses are placeholders.")
  }

  private func findings(weight: Double) -> [UInt8] {
    let setting = [
      "setting", "context", "category", "", "", settings.joined(separator: ";"), "", "", "1", "",
      "Where is the patient being seen?",
    ]
    return ModelWriter.csv(
      .findings, without: ["burden"],
      [setting]
        + table.findings.map { finding in
          [
            finding.id, "local", finding.kind.rawValue, "",
            finding.edges.map(ModelWriter.number).joined(separator: ";"),
            finding.states.joined(separator: ";"),
            finding.range.map { ModelWriter.number($0.lowerBound) } ?? "",
            finding.range.map { ModelWriter.number($0.upperBound) } ?? "",
            ModelWriter.number(weight), "",
            finding.column + "?",
          ]
        })
  }

  /// The cells of one number: the share of counts, pseudo-counts included.
  private func cells(
    _ count: Double, of total: Double, parts: Int, _ source: LocalSource?, of whom: String
  ) -> [String] {
    let effectiveN = total + pseudoCount * Double(parts)
    return [
      ModelWriter.number(ModelLimits.clamped((count + pseudoCount) / effectiveN)),
      ModelWriter.number(
        min(max(effectiveN, ModelLimits.effectiveN.lowerBound), ModelLimits.effectiveN.upperBound)),
      source == nil ? "assumed" : "derived", source?.key ?? "",
      "\(Int(count)) of \(Int(total)) \(whom), with \(NumberText.plain(pseudoCount)) added to "
        + "each of \(parts)",
    ]
  }

  private func priors(_ counts: LocalCounts?, _ source: LocalSource?) -> [UInt8] {
    // The finding `setting` stands first, so that its states are the first rows. A companion
    // of the only setting has no cases and gets the same numbers.
    let isAlone = table.settings.count < 2
    let own = table.settings.isEmpty ? 0 : settings.firstIndex(of: table.settings[0]) ?? 0
    return ModelWriter.csv(
      .priors,
      settings.indices.flatMap { setting in
        let row = isAlone ? own : setting
        let ks = causes.indices.map { counts?.counts[row, $0] ?? 0 }
        let total = ks.reduce(0, +)
        return causes.indices.map { cause in
          [settings[setting], causes[cause].id]
            + cells(
              ks[cause], of: total, parts: causes.count, source,
              of: setting == row ? "cases" : "cases elsewhere")
        }
      })
  }

  private func likelihoods(_ counts: LocalCounts?, _ source: LocalSource?) -> [UInt8] {
    var rows: [[String]] = []
    var firstRow = settings.count
    for finding in table.findings {
      let states = finding.states.indices
      func ks(_ cause: Int?) -> [Double] {
        states.map { state in
          (cause.map { [$0] } ?? Array(causes.indices)).reduce(0) {
            $0 + (counts?.counts[firstRow + state, $1] ?? 0)
          }
        }
      }
      for cause in [nil] + causes.indices.dropLast().map({ $0 as Int? }) {
        let ks = ks(cause)
        let total = ks.reduce(0, +)
        // A cause in which the finding was never observed has the background's numbers.
        if cause != nil, total == 0 { continue }
        for state in states where finding.kind != .binary || state == 1 {
          rows.append(
            [finding.id, finding.states[state], cause.map { causes[$0].id } ?? "*"]
              + cells(
                ks[state], of: total, parts: states.count, source,
                of: cause == nil ? "cases" : "cases of the cause"))
        }
      }
      firstRow += states.count
    }
    return ModelWriter.csv(.likelihoods, rows)
  }
}
