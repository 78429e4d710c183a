import Dorsal
import TestSupport
import Testing

/// Single findings and clusters of published studies: what the model gives to the same
/// patients. An edge of an age group may lie up to five years from the study's.
@Suite(.releaseOnly) struct ClusterTargetTests {
  /// What of a cluster is compared.
  enum Measure: Sendable {
    case positiveRatio(from: Int)
    case negativeRatio(from: Int)
    case oddsRatio
    case area
  }

  struct Target: Sendable, CustomTestStringConvertible {
    let name: String
    let cluster: @Sendable () -> Cluster
    let measure: Measure
    let range: ClosedRange<Double>
    let citation: String
    var testDescription: String { "\(name) (\(citation))" }

    func value(in model: Model) -> Double {
      let cluster = cluster()
      switch measure {
      case .positiveRatio(let least): return cluster.ratios(from: least, in: model).positive
      case .negativeRatio(let least): return cluster.ratios(from: least, in: model).negative
      case .oddsRatio:
        let ratios = cluster.ratios(from: 1, in: model)
        return ratios.positive / ratios.negative
      case .area: return cluster.area(in: model)
      }
    }
  }

  private static func one(
    _ finding: String, _ states: [String], of causes: [String], in setting: String = "specialist",
    among: [(finding: String, states: [String])] = []
  ) -> Cluster {
    let points = Dictionary(uniqueKeysWithValues: states.map { ($0, 1) })
    return Cluster(
      items: [.init(finding, points)], causes: causes, setting: setting, among: among)
  }

  private static let legPain = [(finding: "radiation_leg", states: ["present"])]
  private static let old = [(finding: "age", states: ["65_to_74", "75_and_over"])]
  private static let fractures = ["osteoporotic_fracture", "traumatic_fracture"]
  private static let suri = "Suri 2010, JAMA, table 3"

  /// Konno's tool as far as the vocabulary has its items; arteries and bending are left out.
  private static func konno() -> Cluster {
    Cluster(
      items: [
        .init("age", ["65_to_74": 1, "75_and_over": 2]), .init("diabetes", ["absent": 1]),
        .init("walking_response", ["worse": 5]), .init("sitting_response", ["better": 3]),
        .init("reflex_loss", ["present": 1]), .init("straight_leg_raise", ["present": -2]),
      ], causes: ["spinal_stenosis"], among: legPain)
  }

  private static func sugioka() -> Cluster {
    Cluster(
      items: [
        .init("age", ["65_to_74": 2, "75_and_over": 3]),
        .init("duration", ["12_weeks_and_over": 1]), .init("sitting_response", ["better": 2]),
        .init("walking_response", ["worse": 3]), .init("sphincter_disturbance", ["present": 1]),
      ], causes: ["spinal_stenosis"], among: legPain)
  }

  /// Four of Cook's five items; leg pain above back pain is not in the vocabulary.
  private static func cook() -> Cluster {
    Cluster(
      items: [
        .init("age", ["50_to_64": 1, "65_to_74": 1, "75_and_over": 1]),
        .init("bilateral_leg_pain", ["present": 1]), .init("walking_response", ["worse": 1]),
        .init("sitting_response", ["better": 1]),
      ], causes: ["spinal_stenosis"])
  }

  private static func henschke() -> Cluster {
    Cluster(
      items: [
        .init("sex", ["female": 1]), .init("age", ["75_and_over": 1]),
        .init("trauma", ["minor": 1, "major": 1]), .init("corticosteroid_use", ["present": 1]),
      ], causes: fractures, setting: "primary_care")
  }

  private static func bace() -> Cluster {
    Cluster(
      items: [
        .init("osteoporosis", ["present": 1]), .init("age", ["75_and_over": 1]),
        .init("trauma", ["minor": 1, "major": 1]), .init("severity", ["severe": 1, "worst": 1]),
        .init("site", ["thoracic": 1, "upper_back": 1]),
      ], causes: fractures, setting: "primary_care", among: old)
  }

  static let met = [
    Target(
      name: "stenosis: both legs, among leg pain",
      cluster: { one("bilateral_leg_pain", ["present"], of: ["spinal_stenosis"], among: legPain) },
      measure: .positiveRatio(from: 1), range: 3.1...13, citation: suri),
    Target(
      name: "stenosis: relief on sitting",
      cluster: { one("sitting_response", ["better"], of: ["spinal_stenosis"]) },
      measure: .positiveRatio(from: 1), range: 1.4...7.7, citation: suri + ", Katz 1995"),
    Target(
      name: "stenosis: worse on standing, among leg pain",
      cluster: { one("walking_response", ["worse"], of: ["spinal_stenosis"], among: legPain) },
      measure: .positiveRatio(from: 1), range: 1.8...2.8, citation: suri + ", Konno 2007"),
    Target(
      name: "stenosis: gait",
      cluster: { one("gait_disturbance", ["present"], of: ["spinal_stenosis"]) },
      measure: .positiveRatio(from: 1), range: 1.9...95, citation: suri + ", Katz 1995"),
    Target(
      name: "stenosis: under 65 (study: 60), among leg pain",
      cluster: {
        one(
          "age", ["under_18", "18_to_34", "35_to_49", "50_to_64"], of: ["spinal_stenosis"],
          among: legPain)
      },
      measure: .positiveRatio(from: 1), range: 0.29...0.57, citation: suri + ", Konno 2007"),
    Target(
      name: "stenosis: Konno's tool, among leg pain", cluster: konno, measure: .area,
      range: 0.868...0.968,
      citation: "Konno 2007, Eur Spine J: 0.918; five points either way, as items are missing"),
    Target(
      name: "sacroiliac pain: fewer than three tests",
      cluster: { one("sacroiliac_provocation", ["present"], of: ["sacroiliac_joint_pain"]) },
      measure: .negativeRatio(from: 1), range: 0.12...0.35,
      citation: "Hancock 2007, Eur Spine J: 0.29"),
    Target(
      name: "disc herniation: worse on coughing, among leg pain",
      cluster: { one("cough_impulse", ["present"], of: ["disc_herniation"], among: legPain) },
      measure: .oddsRatio, range: 1.27...4.90,
      citation: "Verwoerd 2016, Eur Spine J: odds ratio 2.5"),
    Target(
      name: "disc herniation: pain below the knee",
      cluster: {
        one(
          "radiation_below_knee", ["present"], of: ["disc_herniation"], in: "primary_care")
      },
      measure: .area, range: 0.62...0.73,
      citation: "Konstantinou 2012, Eur Spine J: 0.67 to 0.68; five points either way"),
    Target(
      name: "fracture: Henschke's rule", cluster: henschke, measure: .area, range: 0.654...1,
      citation: "Henschke 2009, Arthritis Rheum: 0.834"),
    Target(
      name: "fracture: injury in the old",
      cluster: {
        one("trauma", ["minor", "major"], of: fractures, in: "primary_care", among: old)
      },
      measure: .positiveRatio(from: 1), range: 2.8...13.5,
      citation: "Enthoven 2016, Phys Ther: 6.2"),
    Target(
      name: "facet pain: relief lying down is no sign of it",
      cluster: { one("recumbency_response", ["better"], of: ["facet_osteoarthritis"]) },
      measure: .positiveRatio(from: 1), range: 0.8...1.4,
      citation: "Manchikanti 2000, Pain Physician: 1.1; a factor of 1.3"),
    Target(
      name: "stenosis: three of four of Cook's items", cluster: cook,
      measure: .positiveRatio(from: 3), range: 2.3...9.2,
      citation: "Cook 2011, Physiother Res Int: 4.6 for four of five; a factor of 2"),
    Target(
      name: "fracture: the five items of BACE in the old", cluster: bace, measure: .area,
      range: 0.69...0.87, citation: "Enthoven 2016, Phys Ther: 0.78"),
  ]

  @Test(arguments: met)
  func `the model gives what a published cluster found`(target: Target) throws {
    let value = target.value(in: try Repository.model())
    #expect(target.range.contains(value), "the model gives \(value)")
  }

  /// Targets that the model misses, each with its reason, as the model card lists them.
  struct Miss: Sendable, CustomTestStringConvertible {
    let target: Target
    let reason: String
    /// How many times outside its range the value may lie: a miss is no leave to be anything.
    var most = 3.0
    var testDescription: String { target.testDescription }
  }

  static let missed = [
    Miss(
      target: Target(
        name: "disc herniation: straight-leg raise, among leg pain",
        cluster: {
          one("straight_leg_raise", ["present"], of: ["disc_herniation"], among: legPain)
        },
        measure: .positiveRatio(from: 1), range: 1...4,
        citation: "Iversen 2013, BMC Musculoskelet Disord: no test above 4"),
      reason: "a third of the others have leg pain without a root; the model has one number for all"
    ),
    Miss(
      target: Target(
        name: "stenosis: none of Cook's items", cluster: cook, measure: .negativeRatio(from: 1),
        range: 0.09...0.38, citation: "Cook 2011, Physiother Res Int: 0.19; a factor of 2"),
      reason: "four absent findings that repeat each other are multiplied",
      // Some 0.3 four times is 0.01, where the study has 0.19 for all four together.
      most: 15),
    Miss(
      target: Target(
        name: "stenosis: Konno's tool at 7", cluster: konno, measure: .positiveRatio(from: 7),
        range: 2.7...4.0, citation: suri + ", Konno 2007: 3.3"),
      reason: "its patients with leg symptoms are harder to tell apart than those of all causes"),
    Miss(
      target: Target(
        name: "stenosis: Sugioka's questionnaire at 5", cluster: sugioka,
        measure: .positiveRatio(from: 5), range: 0.97...3.9,
        citation: "Sugioka 2008, Fam Pract: 0.81 and 0.58, ratio 1.9; a factor of 2"),
      reason: "age, walking and sitting repeat each other, and its patients were sent for stenosis"),
    Miss(
      target: Target(
        name: "stenosis: relief on bending, among leg pain",
        cluster: { one("sitting_response", ["better"], of: ["spinal_stenosis"], among: legPain) },
        measure: .positiveRatio(from: 1), range: 4.1...9.9, citation: suri + ", Konno 2007: 6.4"),
      reason: "the finding is sitting or leaning forward; sitting alone has 3.3"),
  ]

  @Test(arguments: missed)
  func `what the model misses is known`(miss: Miss) throws {
    let value = miss.target.value(in: try Repository.model())
    let range = miss.target.range
    #expect(value.isFinite)
    #expect(
      range.lowerBound / miss.most < value && value < range.upperBound * miss.most,
      "the model gives \(value)")
    withKnownIssue("\(miss.reason)") {
      #expect(range.contains(value), "the model gives \(value)")
    }
  }

  /// A score added by hand: two items of 0.5 and 0.25 are both present in 0.125.
  @Test func `points of independent items add up`() throws {
    let cluster = Cluster(
      items: [.init("sign", ["present": 1]), .init("site", ["back": 2])], causes: ["tumour"],
      setting: "ward", among: [("age", ["old"])])
    let (with, without) = try cluster.distributions(in: SmallModel().load())
    // Tumour: sign 0.6, back 0.5.
    #expect(abs(with.share(from: 3) - 0.3) < 1e-12)
    #expect(abs(with.share(from: 1) - 0.8) < 1e-12)
    // Others, strain 0.5 and unlisted 0.25, both old in 0.3: sign 0.03, back 0.8 and 0.5.
    #expect(abs(without.share(from: 2) - (2 * 0.8 + 0.5) / 3) < 1e-12)
    #expect(abs(without.share(from: 3) - 0.03 * (2 * 0.8 + 0.5) / 3) < 1e-12)
  }
}
