import Dorsal
import Foundation
import Testing

@Suite struct ModelDifferenceTests {
  @Test func `a model does not differ from itself`() throws {
    let model = try Repository.model()
    let difference = ModelDifference(from: model, to: model)
    #expect(difference.changes.isEmpty)
    #expect(difference.findings.added.isEmpty && difference.causes.removed.isEmpty)
    #expect(difference.changedLossCount == 0)
    #expect(difference.isEmpty)
  }

  /// They are not in the checksum, and would otherwise be passed over.
  @Test func `a score, an input and a rule of plausibility that differ are told`() throws {
    let old = SmallScores()
    for (name, text, other, changed) in [
      ("scores.csv", "Says whether", "Tells whether", \ModelDifference.changedScores),
      ("score_items.csv", "upper,3,", "upper,2.5,", \.changedScores),
      ("score_bands.csv", "It is stable", "It is firm", \.changedScores),
      ("inputs.csv", "How fast is", "How quick is", \.changedInputs),
    ] {
      var new = old
      new[name] = new[name]?.replacing(text, with: other)
      let difference = ModelDifference(from: try old.load(), to: try new.load())
      #expect(difference.checksums.old == difference.checksums.new)
      #expect(!difference.isEmpty, "\(name)")
      #expect(!difference[keyPath: changed].isEmpty, "\(name)")
    }
    let gone = ModelDifference(from: try old.load(), to: try SmallModel().load())
    #expect(gone.scores.removed == ["spine", "risk", "signs", "plan"])
    #expect(gone.inputs.removed == ["level", "rate", "fast"])
  }

  @Test func `numbers that moved come by how far, and each once`() throws {
    var other = SmallModel()
    // The sign given tumour from 0.6 to 0.7 present: absent moved more, from 0.4 to 0.3.
    other.likelihoods = other.likelihoods.replacing("tumour,0.6,40", with: "tumour,0.7,40")
    other.priors = other.priors.replacing("ward,strain,0.5", with: "ward,strain,0.25")
    other.priors = other.priors.replacing("ward,tumour,0.25", with: "ward,tumour,0.5")
    other.findings = other.findings.replacing("120,1,,Age?", with: "120,0.9,,Age?")
    other.losses = other.losses.replacing("self_care,tumour,50", with: "self_care,tumour,60")
    other.redFlags = other.redFlags.replacing("sign,urgent,sign", with: "sign,emergency,sign")
    other.causes = other.causes.replacing("Tumour", with: "Growth")
    let difference = ModelDifference(from: try SmallModel().load(), to: try other.load())
    #expect(difference.changes.map(\.kind) == [.prior, .prior, .likelihood, .weight])
    // log 2 twice, log(0.4 / 0.3), log(1 / 0.9); ties in the order of the tables.
    #expect(difference.changes.map(\.cause) == ["strain", "tumour", "tumour", ""])
    #expect(difference.changes[2].state == "absent")
    #expect(isClose(difference.changes[0].logRatio, to: -log(2), within: 1e-12))
    #expect(isClose(difference.changes[2].logRatio, to: log(0.3 / 0.4), within: 1e-12))
    #expect(difference.changedLossCount == 1)
    #expect(difference.changedRedFlags == ["sign"])
    #expect(difference.regroupedCauses.isEmpty)
  }

  @Test func `what came and what went is told by its id`() throws {
    var other = SmallModel()
    other.causes = other.causes.replacing(
      "tumour,neoplasm,urgent,Tumour", with: "disc,mechanical,routine,Disc")
    other.priors = other.priors.replacing(",tumour,", with: ",disc,")
    other.likelihoods = other.likelihoods.replacing(",tumour,", with: ",disc,")
    other.losses = other.losses.replacing(",tumour,", with: ",disc,")
    other.findings = other.findings.replacing(
      "18;50,young;middle;old", with: "20;50,young;middle;old")
    let difference = ModelDifference(from: try SmallModel().load(), to: try other.load())
    #expect(difference.causes.added == ["disc"])
    #expect(difference.causes.removed == ["tumour"])
    #expect(difference.recutFindings == ["age"])
    #expect(difference.changes.isEmpty)
  }
}
