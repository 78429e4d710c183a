import DorsalCore

extension CaseBuilder {
  mutating func readResponse(_ response: FHIRElement) throws(FHIRIssue) {
    let status = try response.word(
      "status", of: ["in-progress", "completed", "amended", "entered-in-error", "stopped"])
    guard let status else {
      throw response.fault("no status; expected such as completed", code: "required")
    }
    guard status != "entered-in-error" else {
      return note(response, "business-rule", "QuestionnaireResponse: entered-in-error")
    }
    guard try isOwn(response) else {
      if records.records.count == 1 {
        throw (response["questionnaire"] ?? response).fault(
          "another questionnaire, or none; expected \(reader.questionnaireURL)")
      }
      return note(
        response, "not-supported",
        "QuestionnaireResponse: of another questionnaire than \(reader.questionnaireURL)")
    }
    let authored = try response.date("authored")
    if place(of: authored, since: nil, until: 0) == .after {
      return note(.after, response, "QuestionnaireResponse")
    }
    isAboutBackPain = true
    try readItems(of: response, at: authored)
  }

  /// Whether a response is to the questionnaire of the model, or to a part of it that it contains.
  func isOwn(_ response: FHIRElement) throws(FHIRIssue) -> Bool {
    guard let name = try response.string("questionnaire") else { return false }
    if isOwn(url: name) { return true }
    guard
      let contained = try records.target(of: name, in: response, type: "Questionnaire")
    else { return false }
    if let url = try contained.string("url"), isOwn(url: url) { return true }
    guard let parents = contained["derivedFrom"], parents.kind == .array else { return false }
    var child = parents.node + 1
    while child < parents.text.nodes[parents.node].next {
      if parents.text.nodes[child].kind == .string, isOwn(url: parents.text.string(child)) {
        return true
      }
      child = parents.text.nodes[child].next
    }
    return false
  }

  private func isOwn(url: String) -> Bool {
    guard let plain = url.split(separator: "|").first.map(String.init) else { return false }
    return plain == reader.questionnaireURL || plain == reader.adaptiveURL
  }

  private mutating func readItems(
    of parent: FHIRElement, at time: FHIRDate?
  ) throws(FHIRIssue) {
    // A place in a long list takes its time to tell.
    for item in try parent.objects("item") where faults.count < Self.mostFaults {
      do throws(FHIRIssue) {
        try read(item, at: time)
      } catch {
        faults.append(error)
      }
    }
  }

  private mutating func read(_ item: FHIRElement, at time: FHIRDate?) throws(FHIRIssue) {
    guard let name = try item.string("linkId") else {
      throw item.fault("no linkId", code: "required")
    }
    let answers = try item.objects("answer")
    guard ([item] + answers).allSatisfy({ $0["modifierExtension"] == nil }) else {
      return note(item, "not-supported", "set aside for its modifierExtension")
    }
    try readItems(of: item, at: time)
    for answer in answers { try readItems(of: answer, at: time) }
    guard let finding = model.index(ofFinding: name) else {
      if answers.isEmpty { return }
      throw item.fault(
        "unknown linkId \"\(name)\""
          + NearestName.suggestion(for: name, in: model.findings.map(\.id)), code: "code-invalid")
    }
    guard !asked.contains(finding) else {
      throw item.fault("\"\(name)\" stands twice; expected each item once", code: "duplicate")
    }
    asked.append(finding)
    guard answers.count <= 1 else {
      throw item.fault("several answers; expected one", code: "business-rule")
    }
    guard let answer = answers.first else { return }
    guard let (kind, value) = try answer.choice("value") else { return }
    if let code = try ownCode(finding, kind: kind, value) {
      claim(finding, code, number: exactNumber(finding, value), at: time, value)
    }
  }
}
