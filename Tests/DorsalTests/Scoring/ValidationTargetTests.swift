import Dorsal
import Foundation
import TestSupport
import Testing

/// What published cohorts found, beside what the model gives to the same findings. Each
/// range is the study's own interval, or says where it comes from. Base rates, trauma and
/// the sacroiliac tests are what numbers of the model were set from: those keep it there
/// and are no validation.
@Suite(.releaseOnly) struct ValidationTargetTests {
  struct Target: Sendable, CustomTestStringConvertible {
    let name: String
    let given: [String: FindingValue]
    /// Groups or causes whose posteriors are summed.
    let of: [String]
    let range: ClosedRange<Double>
    let citation: String
    var testDescription: String { "\(name) (\(citation))" }
  }

  /// Neoplasms, but for benign tumours of bone.
  private static let cancers = [
    "spinal_metastasis", "pathological_fracture", "metastatic_cord_compression",
    "multiple_myeloma", "haematological_malignancy", "chordoma", "bone_sarcoma", "ependymoma",
    "astrocytoma", "meningioma", "nerve_sheath_tumour",
  ]

  private static func probability(_ target: Target) throws -> Double {
    let model = try Repository.model()
    var batch = CaseBatch(findingCount: model.findings.count)
    let given = target.given.merging(["setting": "primary_care"]) { own, _ in own }
    try batch.append(id: "a", findings: given, model: model)
    let posteriors = Scorer(model: model).score(batch)
    return model.causes.indices.filter {
      target.of.contains(model.causes[$0].id) || target.of.contains(model.causes[$0].group)
    }.reduce(0) { $0 + Double(posteriors.probability(case: 0, cause: $1)) }
  }

  static let met = [
    Target(
      name: "cancer in walk-in back pain: 13 of 1975", given: [:], of: cancers,
      range: 0.0038...0.0113, citation: "Deyo and Diehl 1988, J Gen Intern Med; Wilson's interval"),
    Target(
      name: "vertebral fracture in back pain in primary care", given: [:], of: ["fracture"],
      range: 0.007...0.045, citation: "Williams 2013, Cochrane CD008643; range of 4 studies"),
    Target(
      name: "cauda equina syndrome", given: [:], of: ["cauda_equina_syndrome"],
      range: 0.0002...0.0008, citation: "Verhagen 2016, Eur Spine J: 0.0004; a factor of 2"),
    Target(
      name: "cancer after a history of cancer in primary care",
      given: ["history_of_cancer": true], of: cancers, range: 0.05...0.10,
      citation: "Downie 2013, BMJ: 7% in primary care; ACP/APS guideline: 9%; two points either way"
    ),
    Target(
      name: "cancer without age, history of cancer, weight loss and failed care",
      given: [
        "age": 35, "history_of_cancer": false, "weight_loss": false,
        "failed_conservative_care": false,
      ],
      of: cancers, range: 0...0.001,
      citation: "Deyo and Diehl 1988, recalled: none of 13 cancers; 0.1% as a bound of our own"),
    Target(
      name: "cancer after night pain alone", given: ["night_pain": true], of: cancers,
      range: 0...0.014,
      citation: "Harding 2005: none serious of 213 with night pain; rule of three"),
    Target(
      name: "fracture after severe trauma", given: ["trauma": "major"], of: ["fracture"],
      range: 0.08...0.16,
      citation: "Downie 2013, BMJ: 11% (8 to 16); the background was derived from it"),
    Target(
      name: "fracture in older age", given: ["age": 76], of: ["fracture"], range: 0.03...0.25,
      citation: "Downie 2013, BMJ: 9% (3 to 25)"),
    Target(
      name: "fracture after prolonged corticosteroids", given: ["corticosteroid_use": true],
      of: ["fracture"], range: 0.10...0.67, citation: "Downie 2013, BMJ: 33% (10 to 67)"),
    Target(
      name: "fracture with several flags",
      given: ["age": 76, "sex": "female", "corticosteroid_use": true, "trauma": "minor"],
      of: ["fracture"], range: 0.34...0.99, citation: "Downie 2013, BMJ: 90% (34 to 99)"),
  ]

  @Test(arguments: met)
  func `the model gives what a published cohort found`(target: Target) throws {
    let probability = try Self.probability(target)
    #expect(target.range.contains(probability), "the model gives \(probability)")
  }

  /// Likelihood ratios of one finding for one cause against all others.
  @Test func `three sacroiliac tests are worth what was pooled`() throws {
    // Hancock 2007, Eur Spine J: LR+ 3.2 (2.3 to 4.4). The background was derived from the
    // specificity of one of its studies.
    func odds(_ given: [String: FindingValue]) throws -> Double {
      let p = try Self.probability(
        Target(name: "", given: given, of: ["sacroiliac_joint_pain"], range: 0...1, citation: ""))
      return p / (1 - p)
    }
    let ratio = try odds(["sacroiliac_provocation": true]) / odds([:])
    #expect((2.3...4.4).contains(ratio), "the model gives \(ratio)")
  }

  /// What the model cannot meet, with the reason; the test tells when one is met after all.
  @Test func `targets that the model misses are known`() throws {
    let emergency = Target(
      name: "cancer after a history of cancer in emergency care",
      given: ["setting": "emergency", "history_of_cancer": true], of: Self.cancers,
      range: 0.22...0.46, citation: "Downie 2013, BMJ: 33% (22 to 46)")
    let probability = try Self.probability(emergency)
    // It is missed from below by no more than fourfold, and the history is still worth something.
    #expect(probability.isFinite && probability > emergency.range.lowerBound / 4)
    #expect(probability < emergency.range.upperBound)
    let before = try Self.probability(
      Target(
        name: "", given: ["setting": "emergency"], of: Self.cancers, range: 0...1, citation: ""))
    #expect(probability > 3 * before, "\(before) before")
    withKnownIssue("one likelihood serves all settings; it is the middle of 0.31 and 0.92") {
      #expect(emergency.range.contains(probability))
    }
  }

  /// 80% of benign back pain has a red flag of some list (Henschke 2009), so rules that send
  /// everyone are worth nothing. Strains are drawn from the model itself, finding by finding.
  @Test func `few strains are sent to emergency care`() throws {
    let model = try Repository.model()
    let scorer = Scorer(model: model)
    let strain = try #require(model.index(ofCause: "muscle_strain"))
    let batch = SimulatedCases.draw(5000, of: strain, model: model, seed: 12)
    let assessment = Triage(scorer: scorer).assess(batch, posteriors: scorer.score(batch))
    let urgencies = (0..<batch.count).map(assessment.urgency)
    let shares = Urgency.allCases.map { urgency in
      Double(urgencies.count { $0 == urgency }) / Double(urgencies.count)
    }
    print("strains sent to self care, routine, urgent, emergency: \(shares)")
    #expect(shares[Urgency.allCases.count - 1] < 0.08)
    #expect(shares[0] + shares[1] > 0.5)
  }
}
