import DorsalCore
public import DorsalReport

extension FHIRAnswers {
  /// SDC's `Questionnaire/$next-question`: the response, with a contained questionnaire that asks
  /// for one finding more, or the status `completed` where nothing is worth asking for.
  ///
  /// What comes out is as the profiles `sdc-questionnaireresponse-adapt` and
  /// `sdc-questionnaire-adapt` of SDC 4.0 have it. A response that names no subject and no time of
  /// its answers gets them: SDC asks for both.
  ///
  /// - Parameters:
  ///   - bytes: A QuestionnaireResponse, or Parameters that hold it.
  ///   - today: The day of the case where the response says none.
  /// - Throws: Everything that is wrong.
  public func nextQuestion(_ bytes: [UInt8], today: CivilDate?) throws(FHIRFailure) -> [UInt8] {
    let text = try FHIRText(bytes, file: "body")
    let response = try FHIRFailure.of { () throws(FHIRIssue) in try sentResponse(in: text.root) }
    let found = try reader.read([response], on: nil, today: today)
    return try FHIRFailure.of { () throws(FHIRIssue) in
      let shown = try containedQuestions(of: response)
      // In the order in which they were asked.
      let asked = shown.findings + found.asked.filter { !shown.findings.contains($0) }
      let suggestions = suggestions(found.batch(model: model), skipped: asked)
      let isDone = Self.isDone(suggestions)
      let next = isDone ? nil : suggestions.appraisals.first?.finding
      return try write(
        response, questionnaire: shown.id, questions: asked + (next.map { [$0] } ?? []),
        isDone: isDone, today: today)
    }
  }

  private func sentResponse(in root: FHIRElement) throws(FHIRIssue) -> FHIRElement {
    switch root.resourceType {
    case "QuestionnaireResponse": return root
    case "Parameters":
      let parameters = try root.objects("parameter")
      guard parameters.count == 1,
        try parameters[0].string("name") == "questionnaire-response",
        let resource = try parameters[0].object("resource"),
        resource.resourceType == "QuestionnaireResponse"
      else {
        throw root.fault(
          "expected one parameter questionnaire-response with a QuestionnaireResponse",
          code: "structure")
      }
      return resource
    default:
      throw root.fault("expected a QuestionnaireResponse, or Parameters", code: "structure")
    }
  }

  /// The id of the contained questionnaire, and the findings that it asks for.
  private func containedQuestions(
    of response: FHIRElement
  ) throws(FHIRIssue) -> (id: String, findings: [Int]) {
    guard let name = try response.string("questionnaire"), name.hasPrefix("#") else {
      return ("questions", [])
    }
    let id = String(name.dropFirst())
    var findings: [Int] = []
    for resource in try response.objects("contained") where try resource.string("id") == id {
      try add(itemsOf: resource, to: &findings)
    }
    return (id, findings)
  }

  private func add(itemsOf parent: FHIRElement, to findings: inout [Int]) throws(FHIRIssue) {
    for item in try parent.objects("item") {
      if let name = try item.string("linkId"), let finding = model.index(ofFinding: name),
        !findings.contains(finding)
      {
        findings.append(finding)
      }
      try add(itemsOf: item, to: &findings)
    }
  }

  /// The response as it was sent, but for its questionnaire and its status, and what it lacks.
  private func write(
    _ response: FHIRElement, questionnaire id: String, questions: [Int], isDone: Bool,
    today: CivilDate?
  ) throws(FHIRIssue) -> [UInt8] {
    var contained: [[UInt8]] = []
    for resource in try response.objects("contained") where try resource.string("id") != id {
      contained.append(Array(resource.raw))
    }
    let questions = FHIRJSON.resource(
      "Questionnaire",
      [
        ("id", .string(id)), ("extension", .array([Self.adaptive])),
        ("version", .string(model.card.version)), ("title", .string(model.card.title)),
        ("derivedFrom", .array([.string(reader.adaptiveURL)])), ("status", "active"),
        ("subjectType", .array(["Patient"])),
        ("item", FHIRJSON.list(questions.map(item))),
      ])
    contained.insert(Array(questions.text.utf8), at: 0)
    var members: [[UInt8]] = [
      Array("\"resourceType\":\"QuestionnaireResponse\"".utf8),
      Array("\"contained\":[".utf8) + contained.joined(separator: [UInt8(ascii: ",")])
        + Array("]".utf8),
      Array("\"questionnaire\":\(JSONValue.string("#" + id).text)".utf8),
      Array("\"status\":\"\(isDone ? "completed" : "in-progress")\"".utf8),
    ]
    if response["subject"] == nil {
      members.append(Array("\"subject\":\(FHIRJSON.subject(nil).text)".utf8))
    }
    if response["authored"] == nil, let today {
      members.append(Array("\"authored\":\(JSONValue.string(today.text).text)".utf8))
    }
    let own: Set = ["resourceType", "contained", "questionnaire", "status"]
    for (name, value) in response.members where !own.contains(name) {
      members.append(Array("\(JSONValue.string(name).text):".utf8) + Array(value.raw))
    }
    return Array("{".utf8) + members.joined(separator: [UInt8(ascii: ",")]) + Array("}\n".utf8)
  }
}
