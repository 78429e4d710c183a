import Dorsal
import Testing

@Suite struct NearestNameTests {
  private static let names = ["onset", "night_pain", "fever", "site"]

  @Test(arguments: [
    ("onsett", "onset"), ("Night_Pain", "night_pain"), ("nightpain", "night_pain"),
    ("feber", "fever"), ("feevr", "fever"), ("sit", "site"),
  ])
  func `a slip finds the name that was meant`(word: String, name: String) {
    #expect(NearestName.find(word, in: Self.names) == name)
  }

  @Test(arguments: ["", "bananas", "x", "temperature_of_body"])
  func `a word that is no slip finds nothing`(word: String) {
    #expect(NearestName.find(word, in: Self.names) == nil)
  }
}
