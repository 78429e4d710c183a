public import ArgumentParser
public import Dorsal

extension Suggestions.Order: ExpressibleByArgument {}

/// Which findings may be asked for, and in what order.
struct SuggestionOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Only findings of this section of the record, such as history; several with commas.",
      valueName: "section"))
  var only: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "What to order by: value or information, over the burden; dialogue (questions, then "
        + "examination, then tests); or interview (age, sex, site, onset, then danger signs, then "
        + "as dialogue). (default: value; of ask, interview)", valueName: "order"))
  var by: Suggestions.Order?

  /// The sections asked for, or nothing for all.
  func sections(of model: Model) throws -> [String]? {
    guard let only else { return nil }
    let known = Set(
      model.findings.indices.filter { $0 != model.settingFinding }.map {
        model.findings[$0].section
      })
    return try only.split(separator: ",", omittingEmptySubsequences: false).map(String.init).map {
      section in
      guard known.contains(section) else {
        throw ValidationError(
          "--only: unknown section \"\(section)\"; expected one of "
            + known.sorted().joined(separator: ", "))
      }
      return section
    }
  }
}
