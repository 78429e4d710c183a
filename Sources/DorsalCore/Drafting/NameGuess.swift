/// What the name of a column says: which finding, which state of it, and in which unit.
struct NameGuess {
  /// A finding's id, `id` or `diagnosis`; nothing where the name says none.
  private(set) var target: String?
  /// Whether the name says so by itself.
  private(set) var isSure = false
  /// The state that a ticked box means, or codes that compare numbers.
  private(set) var state = ""
  /// A unit that the name says, or else that of its synonym.
  private(set) var unit = ""
  /// The unit that the table of synonyms has for the name.
  private(set) var tableUnit = ""
  /// What of a name such as `site___3` stands behind the finding; nothing for other names.
  private(set) var choice: String?
  private(set) var note = ""

  /// What may stand before a name without changing it.
  private static let prefixes: Set<String> = [
    "hx", "history", "of", "pmh", "has", "is", "pt", "patient", "lab", "labs", "vital", "vitals",
    "triage", "baseline", "admission", "adm", "initial", "first", "known", "current", "the", "f",
    "sx", "exam", "ed", "er", "value",
  ]
  /// What may stand behind it.
  private static let suffixes: Set<String> = [
    "value", "result", "level", "yn", "y", "n", "code", "num", "baseline", "admission", "adm",
    "initial", "first", "triage", "v1", "t0", "0", "1", "present", "positive", "pos", "flag",
  ]
  /// Units as names of columns write them.
  private static let units: [String: String] = [
    "gdl": "g/dL", "gl": "g/L", "mgdl": "mg/dL", "mgl": "mg/L", "mmoll": "mmol/L",
    "umoll": "umol/L", "ul": "U/L", "mmhg": "mm[Hg]", "ml": "mL", "day": "d", "days": "d",
    "tage": "d", "hours": "h", "hrs": "h", "stunden": "h", "week": "wk", "weeks": "wk", "wk": "wk",
    "wks": "wk", "wochen": "wk", "month": "mo", "months": "mo", "mths": "mo", "monate": "mo",
    "years": "a", "yrs": "a", "jahre": "a", "mmh": "mm/h", "mmhr": "mm/h", "109l": "10*9/L",
    "x109l": "10*9/L", "kul": "10*3/uL",
  ]

  /// The ids of findings by what is left of them without signs.
  private let ids: [String: String]

  /// The ids of a model's findings, by their letters and digits alone.
  static func ids(of model: Model) -> [String: String] {
    Dictionary(
      model.findings.map { (Synonyms.squeezed($0.id), $0.id) },
      uniquingKeysWith: { first, _ in first })
  }

  /// Looks at a name.
  ///
  /// - Parameters:
  ///   - column: The name.
  ///   - model: The model whose findings are meant.
  ///   - ids: What `ids(of:)` gives for the model.
  init(_ column: String, model: Model, ids: [String: String]) {
    self.ids = ids
    var name = column
    // A unit in brackets, as in `haemoglobin[g/dL]`.
    if let open = name.firstIndex(where: { $0 == "[" || $0 == "(" }),
      let last = name.last, last == "]" || last == ")"
    {
      unit = String(name[name.index(after: open)...].dropLast())
      name = String(name[..<open])
    }
    if let boxes = name.firstRange(of: "___") {
      choice = String(name[boxes.upperBound...])
      name = String(name[..<boxes.lowerBound])
    }
    if find(name, model: model, sure: true) {
      finishChoice(model)
      return
    }
    let tokens = Self.tokens(of: name)
    let written = unit
    for start in tokens.indices {
      for end in (start + 1...tokens.count).reversed() where end - start < tokens.count {
        guard tokens[..<start].allSatisfy(Self.prefixes.contains) else { continue }
        let rest = tokens[end...].joined()
        let isUnit = Self.units[rest] != nil
        guard isUnit || tokens[end...].allSatisfy(Self.suffixes.contains) else { continue }
        let inner = tokens[start..<end].joined(separator: "_")
        guard find(inner, model: model, sure: tokens[..<start].isEmpty && isUnit) else { continue }
        // What the name says goes before what its synonym is usually in.
        if let named = Self.units[rest], written.isEmpty {
          unit = named
          if state.contains("="), !tableUnit.isEmpty, named != tableUnit { isSure = false }
        }
        note = "by the name \(inner)"
        finishChoice(model)
        return
      }
    }
    if let box = choice, find(box, model: model, sure: tokens.allSatisfy(Self.prefixes.contains)) {
      // A list of findings, one a box: `pmh___diabetes`.
      if state.isEmpty { state = "present" }
      return
    }
    if let near = NearestName.findClose(column, in: model.findings.map(\.id)) {
      target = near
      note = "the name is close"
    }
  }

  private mutating func find(_ name: String, model: Model, sure: Bool) -> Bool {
    if name == "id" || name == "diagnosis" || model.index(ofFinding: name) != nil {
      (target, isSure) = (name, sure)
      return true
    }
    if let own = ids[Synonyms.squeezed(name)] {
      (target, isSure) = (own, sure)
      return true
    }
    guard let entry = model.synonyms.entry(named: name),
      entry.finding == "id" || entry.finding == "diagnosis"
        || model.index(ofFinding: entry.finding) != nil
    else { return false }
    (target, isSure, state) = (entry.finding, sure, entry.state)
    tableUnit = entry.unit
    if unit.isEmpty { unit = entry.unit }
    return true
  }

  /// Finds the state that a ticked box of a choice means.
  private mutating func finishChoice(_ model: Model) {
    guard let choice, let target, let index = model.index(ofFinding: target) else { return }
    let finding = model.findings[index]
    let squeezed = Synonyms.squeezed(choice)
    state =
      finding.states.first { Synonyms.squeezed($0) == squeezed }
      ?? model.synonyms.state(of: choice, finding: target) ?? ""
  }

  /// The words of a name, parted by signs and by capitals.
  static func tokens(of name: String) -> [String] {
    var tokens: [String] = []
    var token = ""
    var wasSmall = false
    for character in name {
      let isWord = character.isLetter || character.isNumber
      if !isWord || (character.isUppercase && wasSmall) {
        if !token.isEmpty { tokens.append(token) }
        token = ""
      }
      if isWord { token += character.lowercased() }
      wasSmall = character.isLowercase || character.isNumber
    }
    if !token.isEmpty { tokens.append(token) }
    return tokens
  }
}
