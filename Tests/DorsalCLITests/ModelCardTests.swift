import Foundation
import Testing

/// `dorsal model card`: what a model is for and what it cannot do stand on it as the model says.
@Suite struct ModelCardTests {
  @Test(arguments: [SmallModel.folder, Repository.model])
  func `the card has the intended use and the limits of the model`(model: String) async throws {
    let folder = try WorkingFolder()
    let path = model.hasPrefix("/") ? model : folder.path + "/" + model
    let text = try String(contentsOfFile: path + "/model.json", encoding: .utf8)
    let card = try JSON.object(text)
    let outcome = try await folder.dorsal("model", "card", "--model", model)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let use = try #require(card["intended_use"] as? String)
    let limits = try #require(card["limits"] as? String)
    #expect(outcome.lines.contains("Intended use: " + use))
    #expect(outcome.lines.contains("Limits: " + limits))
  }
}
