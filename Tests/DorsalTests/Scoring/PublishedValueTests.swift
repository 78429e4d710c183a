import Dorsal
import Foundation
import Testing

/// The shipped model against published values of single findings, pairs and rules.
@Suite struct PublishedValueTests {
  private static func values() throws -> [(row: PublishedValue, found: Double)] {
    let scorer = try ReferenceScorer(folder: Repository.modelFolder)
    let causes = PlainCSV.rows(
      try String(contentsOfFile: Repository.modelFolder + "/causes.csv", encoding: .utf8))
    let groups = Dictionary(
      causes.map { ($0["id", default: ""], $0["group", default: ""]) }
    ) { first, _ in first }
    return PlainCSV.rows(try Repository.fixture("published_values.csv")).map(PublishedValue.init)
      .filter(\.isUsed).map { ($0, $0.value(in: scorer, groups: groups)) }
  }

  @Test func `every row is used, or says why it is not`() throws {
    let rows = PlainCSV.rows(try Repository.fixture("published_values.csv"))
      .map(PublishedValue.init)
    #expect(rows.count { $0.isUsed } >= 80)
    for row in rows where !row.isUsed { #expect(!row.note.isEmpty, "\(row.key)") }
    #expect(Set(rows.map(\.key)).count == rows.count)
  }

  /// What the model does not meet; the card says why. A value that is met after all, or missed
  /// anew, fails.
  static let missed: Set<String> = [
    "pancreas_jaundice", "pancreas_single_abdominal", "pancreas_weight_loss_back_pain",
    "pancreas_or_nausea", "pancreas_or_diabetes", "cancer_weight_loss_2020",
    "spinal_cancer_history_weight_loss", "spinal_infection_fever_infection",
    "fracture_age_trauma", "nhamcs_cancer_age65_chest", "myeloma_creatinine_or",
    "myeloma_esr_raised", "stenosis_konno_second", "konno_cutoff_sensitivity", "cook_0of5",
    "ifcs_neuro_ge1_all_low_back_pain", "ifcs_neuro_ge1_no_leg_pain",
    "ifcs_neuro_ge2_no_leg_pain", "ifcs_muscle_and_trigger",
  ]

  @Test func `published values are met, but for those that are named`() throws {
    let values = try Self.values()
    let strange = Self.missed.subtracting(values.map { $0.row.key })
    #expect(strange.isEmpty, "no such rows")
    for (row, found) in values {
      #expect(found.isFinite, "\(row.key)")
      let isMet = row.lower <= found && found <= row.upper
      if isMet == Self.missed.contains(row.key) {
        Issue.record(
          """
          \(row.key): \(found), published \(row.value.map(String.init(describing:)) ?? "-") \
          (\(row.lower) to \(row.upper)), off by \(row.factor(of: found))
          """)
      }
    }
    // Model 0.4.0 missed 21 of 82 (its card): no later one is to miss a larger share.
    #expect(Double(Self.missed.count) / Double(values.count) <= 21.0 / 82)
  }

  /// The ones further off than threefold, and the factor that none of them may reach; the reason
  /// is in the card. Of Cook's items four absent ones that repeat each other are multiplied.
  static let farOff: [String: Double] = [
    "cook_0of5": 30, "ifcs_neuro_ge1_no_leg_pain": 4, "ifcs_neuro_ge2_no_leg_pain": 4,
  ]

  @Test func `few are off by more than three times`() throws {
    #expect(Self.missed.isSuperset(of: Self.farOff.keys), "what is far off is missed")
    for (row, found) in try Self.values() {
      let isMet = row.lower <= found && found <= row.upper
      let factor = row.factor(of: found)
      if let most = Self.farOff[row.key] {
        #expect(factor > 3 && factor < most, "\(row.key): \(found), off by \(factor)")
      } else {
        #expect(isMet || factor <= 3, "\(row.key): \(found), off by \(factor)")
      }
    }
  }
}
