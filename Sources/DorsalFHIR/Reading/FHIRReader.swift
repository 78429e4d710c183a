public import DorsalCore
public import DorsalReport

/// Makes cases of FHIR R4 resources: a Bundle, a QuestionnaireResponse, or Parameters that hold
/// one of them.
///
/// Records are known by their codes, by the table `codes.csv` of the model and by the model's own
/// ids (`urn:dorsal:finding`); displays and texts are never looked at. Whatever was not used is
/// told. A reader does not change and may be shared between threads.
public struct FHIRReader: Sendable {
  /// The system of the ids of findings.
  public static let findingSystem = "urn:dorsal:finding"
  /// The system of the ids of states.
  public static let stateSystem = "urn:dorsal:state"
  /// The system of the ids of causes.
  public static let causeSystem = "urn:dorsal:cause"

  /// The model whose findings they become.
  public let model: Model
  let codes: RecordCodes
  let decoders: [FindingDecoder]
  let age: Int?
  let sex: Int?

  /// Prepares the reading of cases of a model.
  ///
  /// - Throws: `DorsalError` with every fault of the model's tables of codes.
  public init(model: Model) throws(DorsalError) {
    self.model = model
    codes = try RecordCodes(model: model)
    decoders = model.findings.map { FindingDecoder($0) }
    age = model.index(ofFinding: "age").flatMap { model.findings[$0].kind == .number ? $0 : nil }
    sex = model.index(ofFinding: "sex").flatMap {
      Set(model.findings[$0].states).isSuperset(of: ["female", "male"]) ? $0 : nil
    }
  }

  /// The canonical URL of the questionnaire that asks for the findings of the model.
  public var questionnaireURL: String { "urn:dorsal:questionnaire:" + model.card.name }

  /// The canonical URL of the questionnaire that asks for them one after the other.
  public var adaptiveURL: String { questionnaireURL + ":adaptive" }

  /// Reads a case.
  ///
  /// - Parameters:
  ///   - bytes: The resource as JSON.
  ///   - date: The day of the case; that of its last Encounter or QuestionnaireResponse where
  ///     none is given.
  ///   - today: The day of the case where neither says one.
  ///   - file: What messages call the text.
  ///   - line: The line that it begins on.
  /// - Throws: Everything that is wrong.
  /// - Complexity: O(bytes).
  public func read(
    _ bytes: [UInt8], on date: CivilDate? = nil, today: CivilDate? = nil, file: String = "body",
    line: Int = 1
  ) throws(FHIRFailure) -> FHIRCase {
    let text = try FHIRText(bytes, file: file, line: line)
    let sent = try FHIRFailure.of { () throws(FHIRIssue) in
      let sent =
        text.root.resourceType == "Parameters"
        ? try parameters(of: text.root, date: date) : Sent(root: text.root, day: date)
      let root = sent.root
      guard let type = root.resourceType, ["Bundle", "QuestionnaireResponse"].contains(type) else {
        let given = root.resourceType.map { "resourceType \"\($0)\"" } ?? "no resourceType"
        throw root.fault(
          given + "; expected Bundle, QuestionnaireResponse or Parameters", code: "structure")
      }
      return sent
    }
    var found = try read([sent.root], on: sent.day, today: today)
    (found.top, found.level) = (sent.top, sent.level)
    return found
  }

  /// A resource, with what Parameters say of it.
  private struct Sent {
    let root: FHIRElement
    var day: CivilDate?
    var top: Int?
    var level: Double?
  }

  /// Reads a case of several resources, each of which may be a Bundle.
  ///
  /// - Parameter visit: The Encounter among them that is that of the case; found by its days where
  ///   none is given.
  func read(
    _ roots: [FHIRElement], on date: CivilDate?, today: CivilDate?, visit: FHIRElement? = nil
  ) throws(FHIRFailure) -> FHIRCase {
    var builder = try FHIRFailure.of { () throws(FHIRIssue) in
      try CaseBuilder(self, try RecordSet(roots), date: date, today: today, visit: visit)
    }
    return try builder.build()
  }

  /// The resource that Parameters hold, and what else they say.
  private func parameters(of root: FHIRElement, date: CivilDate?) throws(FHIRIssue) -> Sent {
    try FHIRMembers.check(root, type: "Parameters")
    try RecordSet.checkRules(of: root)
    var found: FHIRElement?
    var (day, top, level) = (date, Int?.none, Double?.none)
    var seen: Set<String> = []
    for parameter in try root.objects("parameter") {
      if let resource = try parameter.object("resource") {
        guard found == nil else {
          throw resource.fault("a second resource; expected one", code: "structure")
        }
        found = resource
        continue
      }
      let name = try parameter.string("name") ?? ""
      guard seen.insert(name).inserted else {
        throw parameter.fault("\"\(name)\" stands twice; expected it once", code: "duplicate")
      }
      switch name {
      case "date":
        guard
          let value = try parameter.firstDate(["valueDate", "valueDateTime"]),
          value.first == value.last
        else { throw parameter.fault("expected valueDate with a day") }
        if day == nil { day = value.first }
      case "top":
        var given = try parameter.number("valuePositiveInt")
        if given == nil { given = try parameter.number("valueInteger") }
        guard let given, let number = Int(exactly: given), (1...1000).contains(number) else {
          throw parameter.fault("expected valuePositiveInt from 1 to 1000")
        }
        top = number
      case "interval":
        guard let given = try parameter.number("valueDecimal") else {
          throw parameter.fault("expected valueDecimal such as 0.95")
        }
        level = given
      default:
        throw parameter.fault(
          "unknown parameter \"\(name)\"; expected a resource, date, top or interval",
          code: "not-supported")
      }
    }
    guard let found else {
      throw root.fault(
        "no resource; expected a Bundle or a QuestionnaireResponse", code: "required")
    }
    return Sent(root: found, day: day, top: top, level: level)
  }
}

/// A case that was made of resources.
public struct FHIRCase: Sendable {
  /// Its id: that of the Bundle, the response or the patient; nothing where none has one.
  public let id: String?
  /// The code of each finding, as `CaseBatch.append` takes them.
  public let codes: [UInt8]
  /// The numbers of findings that are numbers, in their units, as far as they are known exactly.
  public let numbers: [Int: Double]
  /// The day of the case, where it is known.
  public let date: CivilDate?
  /// A reference to the patient, where there is one.
  public let subject: String?
  /// A reference to the encounter whose day it is, where there is one.
  public let encounter: String?
  /// References to the resources that say what is known.
  public let basis: [String]
  /// What was not used, and why.
  public let issues: [FHIRIssue]
  /// How many resources say something that is known.
  public let usedCount: Int
  /// How many resources do not.
  public let unusedCount: Int
  /// Whether a record says that back pain is what the patient comes with.
  public let isAboutBackPain: Bool
  /// How many causes Parameters ask for, where they do.
  public internal(set) var top: Int?
  /// The level of intervals that Parameters ask for, where they do.
  public internal(set) var level: Double?
  /// The findings that responses have an item for, answered or not, in their order.
  public let asked: [Int]

  /// A batch of the case alone.
  ///
  /// - Parameter otherwise: Its id where it has none.
  public func batch(model: Model, id otherwise: String = "case") -> CaseBatch {
    var batch = CaseBatch(model: model)
    batch.append(id: (id ?? otherwise).utf8, codes: codes)
    return batch
  }
}
