import DorsalCore
import DorsalReport

/// A hook of CDS Hooks 2.0 that is answered.
public enum Hook: String, Sendable, CaseIterable {
  /// A patient's record is opened.
  case patientView = "patient-view"
  /// A visit begins.
  case encounterStart = "encounter-start"

  /// The id of the service that answers it.
  public var serviceID: String { "dorsal-" + rawValue }

  /// What is needed of the prefetch; the rest is used where it is there.
  var required: [String] {
    ["patient", "conditions", "observations"] + (self == .encounterStart ? ["encounter"] : [])
  }
}

/// Why a call of a hook is not answered.
public enum HookFailure: Error, Sendable {
  /// The call is not as CDS Hooks has it (400), or its resources cannot be read (422).
  case request(FHIRFailure)
  case resources(FHIRFailure)
  /// Something that is needed was not sent along (412).
  case prefetch(FHIRFailure)

  /// What is wrong.
  public var failure: FHIRFailure {
    switch self {
    case .request(let failure), .resources(let failure), .prefetch(let failure): failure
    }
  }
}

extension FHIRAnswers {
  /// What may be sent along with a call, each with the query that gets it.
  func prefetch(_ hook: Hook) -> [(name: String, query: String)] {
    let patient = "patient={{context.patientId}}"
    let codes = reader.codes.rules.filter { !$0.isPrefix && $0.rule.reading != .state }
      .filter { $0.system == "http://loinc.org" }
      .map { $0.system + "|" + $0.rule.code }
    let queries = [
      ("patient", "Patient/{{context.patientId}}"),
      ("conditions", "Condition?\(patient)"),
      ("observations", "Observation?\(patient)&_count=500&code=" + codes.joined(separator: ",")),
      ("medications", "MedicationStatement?\(patient)&status=active,completed"),
      ("orders", "MedicationRequest?\(patient)&status=active,completed"),
      (
        "responses",
        "QuestionnaireResponse?\(patient)&questionnaire=\(reader.questionnaireURL)"
          + "&_sort=-authored&_count=1"
      ),
    ]
    return queries
      + (hook == .encounterStart ? [("encounter", "Encounter/{{context.encounterId}}")] : [])
  }

  /// The case of a call.
  func read(_ bytes: [UInt8], _ hook: Hook, today: CivilDate?) throws(HookFailure) -> FHIRCase {
    let text: FHIRText
    let prefetch: [FHIRElement]
    do throws(FHIRFailure) {
      text = try FHIRText(bytes, file: "body")
      try FHIRFailure.of { () throws(FHIRIssue) in try check(text.root, hook) }
    } catch {
      throw .request(error)
    }
    do throws(FHIRFailure) {
      prefetch = try FHIRFailure.of { () throws(FHIRIssue) in
        try prefetched(by: text.root, hook)
      }
    } catch {
      throw .prefetch(error)
    }
    do throws(FHIRFailure) {
      // A call is about now, and about the encounter of its context.
      return try reader.read(
        prefetch, on: today, today: today,
        visit: prefetch.first { $0.resourceType == "Encounter" })
    } catch {
      throw .resources(error)
    }
  }

  private func check(_ root: FHIRElement, _ hook: Hook) throws(FHIRIssue) {
    guard root.kind == .object else { throw root.fault("expected an object", code: "structure") }
    guard try root.string("hook") == hook.rawValue else {
      throw root.fault("expected the hook \(hook.rawValue)")
    }
    guard try root.string("hookInstance")?.isEmpty == false else {
      throw root.fault("no hookInstance", code: "required")
    }
    let context = try root.object("context")
    let names = ["userId", "patientId"] + (hook == .encounterStart ? ["encounterId"] : [])
    for name in names {
      guard try context?.string(name)?.isEmpty == false else {
        throw (context ?? root).fault("no \(name) of the context", code: "required")
      }
    }
  }

  /// The resources that were sent along.
  private func prefetched(
    by root: FHIRElement, _ hook: Hook
  ) throws(FHIRIssue) -> [FHIRElement] {
    let prefetch = try root.object("prefetch")
    var found: [FHIRElement] = []
    let known = self.prefetch(hook).map(\.name)
    for name in known {
      // A client may say that it could not get something, in its place.
      guard let resource = try prefetch?.object(name),
        resource.resourceType != "OperationOutcome"
      else {
        guard !hook.required.contains(name) else {
          throw (prefetch ?? root).fault(
            "no \(name) in the prefetch; expected \(hook.required.joined(separator: ", "))",
            code: "required")
        }
        continue
      }
      let single = ["patient": "Patient", "encounter": "Encounter"][name] ?? "Bundle"
      guard resource.resourceType == single else {
        throw resource.fault("expected a \(single)", code: "structure")
      }
      if single != "Bundle" {
        let id = try root.object("context")?.string(name + "Id")
        let plain = id?.split(separator: "/").last.map(String.init)
        guard try resource.string("id") == plain else {
          throw resource.fault("another \(name) than that of the context")
        }
      }
      found.append(resource)
    }
    return found
  }
}
