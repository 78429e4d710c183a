import ArgumentParser
import Dorsal

/// What is known of a case before a dialogue begins: arguments such as `age=67`.
struct KnownFacts {
  /// In the order of the arguments.
  private(set) var answers: [Dialogue.Answer] = []
  /// The index of the setting, where one of them names it.
  private(set) var setting: Int?

  /// Reads arguments as a case file has its cells; `?` stands for what is not to be asked for.
  ///
  /// - Throws: `ValidationError` at the first that cannot be read, or that stands twice.
  init(_ arguments: [String], model: Model) throws {
    for argument in arguments {
      let shown = TextEncoding.printable(argument)
      guard let end = argument.firstIndex(of: "=") else {
        throw ValidationError("\(shown): expected finding=value, such as age=67")
      }
      let name = String(argument[..<end])
      let value = Array(argument[argument.index(after: end)...].utf8)
      guard let finding = model.index(ofFinding: name) else {
        throw ValidationError(
          "\(shown): unknown finding \"\(TextEncoding.printable(name))\""
            + NearestName.suggestion(for: name, in: model.findings.map(\.id)))
      }
      let isSetting = finding == model.settingFinding
      guard !answers.contains(where: { $0.finding == finding }), !(isSetting && setting != nil)
      else { throw ValidationError("\(shown): \"\(name)\" stands twice; expected it once") }
      if value == Array("?".utf8), !isSetting {
        answers.append(.unknown(finding))
        continue
      }
      let decoder = FindingDecoder(model.findings[finding])
      do throws(DorsalError) {
        let code = try decoder.code(of: value.span, range: 0..<value.count)
        if isSetting {
          setting = Int(code) - 1
        } else {
          let state = decoder.finding.states[Int(code) - 1]
          let given = String(decoding: value, as: UTF8.self)
          answers.append(
            Dialogue.Answer(
              finding: finding, code: code, text: decoder.finding.kind == .number ? given : state))
        }
      } catch {
        let reason = error.description.replacing(
          "leave the cell empty where the finding is unknown", with: "? where it is not known")
        throw ValidationError("\(shown): \(reason)")
      }
    }
  }
}
