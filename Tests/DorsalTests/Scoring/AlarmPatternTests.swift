import Dorsal
import Foundation
import Testing

/// What weight loss and a pattern of pain alone may give cancers in primary care: no cancer above
/// 10%, which version 0.4 aimed at.
///
/// Weight loss alone has a published value (any cancer 0.014 to 0.022, Nicholson 2020). No source was
/// found for how often benign pain gets worse, is not moved by movement and is worse lying, so the
/// likelihoods of the pattern are judged; the card says what each of them does.
@Suite struct AlarmPatternTests {
  private static let aim = 0.1
  private static let pattern = [
    "trend": "progressive", "movement_response": "unchanged", "recumbency_response": "worse",
  ]
  private static let ages = [nil, "50_to_64", "75_and_over"]

  /// The posteriors of all cancers of the model.
  private static func cancers(_ observed: [String: String]) throws -> [Double] {
    let scorer = try ReferenceScorer(folder: Repository.modelFolder)
    let rows = PlainCSV.rows(
      try String(contentsOfFile: Repository.modelFolder + "/causes.csv", encoding: .utf8))
    let others = [
      "pancreatic_cancer", "hepatobiliary_or_gastric_cancer", "apical_lung_tumour",
      "urological_cancer",
    ]
    let names = rows.filter {
      $0["group"] == "neoplasm" || others.contains($0["id", default: ""])
    }.map { $0["id", default: ""] }
    #expect(names.count == 16)
    let posterior = scorer.posterior(setting: "primary_care", observed: observed)
    return names.map { posterior[$0] ?? .nan }
  }

  @Test(arguments: ages)
  func `weight loss alone gives all cancers together less`(age: String?) throws {
    var observed = ["weight_loss": "present"]
    observed["age"] = age
    #expect(try Self.cancers(observed).reduce(0, +) <= Self.aim)
  }

  /// Which of them miss the aim. One that meets it after all, or misses it anew, fails.
  @Test(
    arguments: [
      (nil, true), ("50_to_64", false), ("75_and_over", false),
    ] as [(String?, Bool)])
  func `with the pattern cancers miss it, but not by three times`(
    age: String?, largestMeetsIt: Bool
  ) throws {
    var observed = Self.pattern
    observed["weight_loss"] = "present"
    observed["age"] = age
    let cancers = try Self.cancers(observed)
    let (largest, together) = (cancers.max() ?? .nan, cancers.reduce(0, +))
    #expect((largest <= Self.aim) == largestMeetsIt, "\(largest)")
    #expect(together > Self.aim && together < 3 * Self.aim, "\(together)")
  }

  /// The shipped diary tells seven findings in its second week: these and fatigue, duration, severity
  /// and ease on sitting. It gave pancreatic cancer 44% when the aim was set.
  @Test func `the shipped diary misses it in its second week, at less than a half of what it was`()
    throws
  {
    let path = Repository.root + "/Data/diary.csv"
    let diaries = try DiaryFile.read(
      Array(try String(contentsOfFile: path, encoding: .utf8).utf8), file: path)
    let model = try Repository.model()
    let cases = DiaryCases(diaries, model: model, weekly: true)
    let week = try #require(cases.items.firstIndex { $0.id == "choir-singer/week-2" })
    let pancreas = try #require(model.causes.firstIndex { $0.id == "pancreatic_cancer" })
    let posteriors = Scorer(model: model).score(cases.batch)
    let found = try #require(
      posteriors.ranking(of: week, top: model.causes.count).first { $0.cause == pancreas })
    #expect(found.probability > Float(Self.aim), "the aim is met: say so in the card")
    #expect(found.probability < 0.22)
  }
}
