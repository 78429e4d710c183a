import Dorsal
import Foundation
import Testing

/// The shipped model against published values of single findings, pairs and rules: its tables, with
/// weights of 1, and what it says with the weights of its findings.
@Suite struct PublishedValueTests {
  /// Which numbers are judged.
  enum Numbers: CaseIterable, CustomTestStringConvertible {
    /// The tables alone: every finding has the weight 1.
    case tables
    /// The model as it is shipped, with the weights of `findings.csv`.
    case shipped

    var testDescription: String { self == .tables ? "weights of 1" : "weights as shipped" }
    var missed: Set<String> {
      self == .tables ? PublishedValueTests.missedByTables : PublishedValueTests.missedAsShipped
    }
    var farOff: [String: Double] {
      self == .tables ? PublishedValueTests.farOffInTables : PublishedValueTests.farOffAsShipped
    }
  }

  private static func rows() throws -> [PublishedValue] {
    PlainCSV.rows(try Repository.fixture("published_values.csv")).map(PublishedValue.init)
  }

  private static func groups() throws -> [String: String] {
    let causes = PlainCSV.rows(
      try String(contentsOfFile: Repository.modelFolder + "/causes.csv", encoding: .utf8))
    return Dictionary(
      causes.map { ($0["id", default: ""], $0["group", default: ""]) }
    ) { first, _ in first }
  }

  private static func values(_ numbers: Numbers) throws -> [(row: PublishedValue, found: Double)] {
    let scorer = try ReferenceScorer(folder: Repository.modelFolder)
    let groups = try groups()
    return try rows().filter(\.isUsed).map { row in
      switch numbers {
      case .tables: (row, row.value(in: scorer, groups: groups))
      case .shipped: (row, row.saidValue(in: scorer, groups: groups))
      }
    }
  }

  @Test func `every row is used, or says why it is not`() throws {
    let rows = try Self.rows()
    #expect(rows.count { $0.isUsed } >= 84)
    for row in rows where !row.isUsed { #expect(!row.note.isEmpty, "\(row.key)") }
    #expect(Set(rows.map(\.key)).count == rows.count)
  }

  /// What the tables do not meet; the card says why. A value that is met after all, or missed anew,
  /// fails.
  static let missedByTables: Set<String> = [
    "pancreas_jaundice", "pancreas_single_abdominal", "pancreas_weight_loss_back_pain",
    "pancreas_or_nausea", "pancreas_or_diabetes", "cancer_weight_loss_2020",
    "spinal_cancer_history_weight_loss", "spinal_infection_fever_infection",
    "fracture_age_trauma", "nhamcs_cancer_age65_chest", "myeloma_creatinine_or",
    "myeloma_esr_raised", "kidney_haematuria", "urinary_haematuria", "stenosis_konno_second",
    "konno_cutoff_sensitivity", "cook_0of5", "ifcs_neuro_ge1_all_low_back_pain",
    "ifcs_neuro_ge1_no_leg_pain", "ifcs_neuro_ge2_no_leg_pain", "ifcs_muscle_and_trigger",
  ]

  /// What the shipped model does not meet: the weights of blood tests lose four more, and gain one.
  static let missedAsShipped: Set<String> =
    missedByTables
    .subtracting(["spinal_infection_fever_infection"])
    .union([
      "myeloma_inflammatory_or", "myeloma_hb_pv_normal", "myeloma_hb_ca_pv_normal",
      "sea_esr_given_risk",
    ])

  @Test(arguments: Numbers.allCases)
  func `published values are met, but for those that are named`(numbers: Numbers) throws {
    let values = try Self.values(numbers)
    let strange = numbers.missed.subtracting(values.map { $0.row.key })
    #expect(strange.isEmpty, "no such rows")
    for (row, found) in values {
      #expect(found.isFinite, "\(row.key)")
      let isMet = row.lower <= found && found <= row.upper
      if isMet == numbers.missed.contains(row.key) {
        Issue.record(
          """
          \(row.key): \(found), published \(row.value.map(String.init(describing:)) ?? "-") \
          (\(row.lower) to \(row.upper)), off by \(row.factor(of: found))
          """)
      }
    }
  }

  /// The ones further off than threefold, and the factor that none of them may reach; the reasons
  /// are in the card. Of Cook's items four absent ones that repeat each other are multiplied.
  static let farOffInTables: [String: Double] = [
    "cook_0of5": 30, "ifcs_neuro_ge1_no_leg_pain": 4, "ifcs_neuro_ge2_no_leg_pain": 4,
    "urinary_haematuria": 30,
  ]
  static let farOffAsShipped = farOffInTables.merging(["myeloma_hb_ca_pv_normal": 4]) { $1 }

  @Test(arguments: Numbers.allCases)
  func `few are off by more than three times`(numbers: Numbers) throws {
    #expect(numbers.missed.isSuperset(of: numbers.farOff.keys), "what is far off is missed")
    for (row, found) in try Self.values(numbers) {
      let isMet = row.lower <= found && found <= row.upper
      let factor = row.factor(of: found)
      if let most = numbers.farOff[row.key] {
        #expect(factor > 3 && factor < most, "\(row.key): \(found), off by \(factor)")
      } else {
        #expect(isMet || factor <= 3, "\(row.key): \(found), off by \(factor)")
      }
    }
  }

  /// A sum over all states with weights of 1 is the convolution of their points.
  @Test func `with weights of 1 the tables are what is said`() throws {
    let scorer = try ReferenceScorer(folder: Repository.modelFolder, weight: 1)
    let groups = try Self.groups()
    for row in try Self.rows() where row.isUsed {
      let (table, said) = (
        row.value(in: scorer, groups: groups), row.saidValue(in: scorer, groups: groups)
      )
      // Sums of some hundred products, in another order.
      #expect(abs(said - table) <= 1e-9 * abs(table), "\(row.key): \(table), said \(said)")
    }
  }

  /// Of one state of one finding, in patients who are not chosen, it is one posterior.
  @Test(arguments: [
    ("pancreas_jaundice_au", "jaundice", 1.0), ("cancer_weight_loss_2020", "weight_loss", 0.92),
  ])
  func `a predictive value is the posterior of such a patient`(
    key: String, finding: String, weight: Double
  ) throws {
    let scorer = try ReferenceScorer(folder: Repository.modelFolder)
    let groups = try Self.groups()
    let row = try #require(try Self.rows().first { $0.key == key })
    #expect(scorer.weights[finding] == weight)
    let posterior = scorer.posterior(setting: "primary_care", observed: [finding: "present"])
    let names = row.row["causes", default: ""].components(separatedBy: "|")
    let sought = posterior.reduce(0) { sum, item in
      names.contains(item.key) || names.contains(groups[item.key] ?? "") ? sum + item.value : sum
    }
    // Logarithms and exponentials of doubles.
    #expect(abs(row.saidValue(in: scorer, groups: groups) - sought) < 1e-9 * sought)
  }
}
