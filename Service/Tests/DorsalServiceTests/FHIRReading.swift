import Dorsal
import DorsalFHIR
import Foundation
import Testing

/// Reading cases, for suites of tests.
protocol FHIRReading {}

extension FHIRReading {
  typealias Object = Resources.Object

  /// The day of the case in most tests.
  static var day: CivilDate? { CivilDate("2024-05-31") }

  func read(_ object: Object, on day: CivilDate? = Self.day) throws -> FHIRCase {
    try Resources.reader.get().read(try Resources.bytes(object), on: day)
  }

  /// The state of a finding by its name; nothing where it is unknown.
  func state(_ finding: String, in found: FHIRCase) throws -> String? {
    let model = try Caller.model.get()
    let index = try #require(model.index(ofFinding: finding))
    let code = Int(found.codes[index])
    return code == 0 ? nil : model.findings[index].states[code - 1]
  }

  func state(_ finding: String, of resources: [Object]) throws -> String? {
    try state(finding, in: read(Resources.bundle(resources)))
  }

  /// What is wrong with resources.
  func issues(_ object: Object) throws -> [FHIRIssue] {
    try #require(
      throws: FHIRFailure.self, "expected a fault", performing: { _ = try read(object) }
    ).issues
  }
}

extension Resources {
  static let reader = Result { try FHIRReader(model: try Caller.model.get()) }
}
