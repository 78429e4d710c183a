internal import DorsalNumerics

extension Model {
  /// Loads a model from a folder of tables and checks it as a whole.
  ///
  /// - Parameter folder: The path of a folder with the files of `ModelTables.fileNames`.
  /// - Throws: `DorsalError` with every fault of every table.
  public init(folder: String) throws(DorsalError) {
    try self.init(tables: ModelTables(folder: folder))
  }

  /// Loads a model from tables in memory and checks it as a whole.
  ///
  /// - Parameter tables: The bytes of the tables.
  /// - Throws: `DorsalError` with every fault of every table.
  public init(tables: ModelTables) throws(DorsalError) {
    // Where tables are not known, what the others say of them is no fault of theirs.
    if let error = tables.readingError { throw error }
    var loader = ModelLoader(tables: tables)
    let model = loader.load()
    guard let model, loader.faults.isEmpty else { throw DorsalError(.model, faults: loader.faults) }
    self = model
    synonyms = Synonyms(
      bytes: tables.files[Synonyms.fileName], file: tables.origin + "/" + Synonyms.fileName)
    codeTables = CodeTables(tables)
  }
}

/// Reads the tables one after the other; each is checked against those before it.
struct ModelLoader {
  let tables: ModelTables
  /// The tables of `tables`, each by the name of its file.
  private var scanned: [String: ModelTable.Scanned] = [:]
  /// Everything wrong so far.
  var faults: [TextFault] = []

  var findings: [Finding] = []
  var findingIndices: [String: Int] = [:]
  var causes: [Cause] = []
  var causeIndices: [String: Int] = [:]
  var sourceIndices: [String: Int] = [:]
  /// Whether there are more findings or causes than may be; tables that name them are then
  /// not looked at, since every row of theirs could be at fault.
  var isTooLarge = false
  /// How many joint states groups and parents have so far.
  var jointStates = 0

  init(tables: ModelTables) {
    self.tables = tables
  }

  /// The model, as far as its parts could be read; use it only where `faults` stays empty.
  mutating func load() -> Model? {
    let checksum = scan()
    let card = readCard()
    readFindings()
    if !isTooLarge { readCauses() }
    if isTooLarge { return nil }
    // Faults are told in the order of the files, and sources come last.
    let faultsBefore = faults
    faults = []
    let sources = readSources()
    let sourceFaults = faults
    faults = faultsBefore
    let settingFinding = findingIndices["setting"]
    let priors = readPriors(settingFinding: settingFinding)
    let likelihoods = readLikelihoods(settingFinding: settingFinding)
    let groups = readFindingGroups()
    let parents = readParents(groups: groups)
    for group in groups {
      for member in group.members {
        findings[member.finding] = findings[member.finding].inGroup(group.id)
      }
    }
    let redFlags = readRedFlags()
    let losses = readLosses()
    let associations = readAssociations(priors: priors, settingFinding: settingFinding)
    faults += sourceFaults
    let impossibilities = readPlausibility(settingFinding: settingFinding)
    let steps = readSteps(redFlags: redFlags, settingFinding: settingFinding)
    let book = readScores()
    guard faults.isEmpty, let card, let settingFinding else { return nil }
    var model = Model(
      card: card, findings: findings, causes: causes, priors: priors, likelihoods: likelihoods,
      groups: groups, parents: parents, redFlags: redFlags, losses: losses,
      associations: associations, sources: sources, settingFinding: settingFinding,
      checksum: checksum, impossibilities: impossibilities, steps: steps)
    (model.inputs, model.scores, model.scoreProgram) = (book.inputs, book.scores, book.program)
    return model
  }

  /// Finds the cells of every table, on two cores: it is a good part of the time that a model
  /// takes to load.
  ///
  /// - Returns: The checksum of the files.
  private mutating func scan() -> String {
    let tables = tables
    let names = ModelTables.fileNames.filter { $0.hasSuffix(".csv") }
      .sorted { (tables.files[$0]?.count ?? 0) > (tables.files[$1]?.count ?? 0) }
    let found = ParallelMap.run(names.count + 1, threads: 2) { index in
      if index < names.count {
        let name = names[index]
        let table = ModelTable.Scanned(
          bytes: tables.files[name], file: tables.place(of: name))
        return (table as ModelTable.Scanned?, "")
      }
      var hasher = SHA256.Hasher()
      for name in ModelTables.summedFileNames { hasher.update(tables.files[name] ?? []) }
      return (nil, hasher.hexadecimalDigest)
    }
    for (name, found) in zip(names, found) { scanned[name] = found.0 }
    return found.last?.1 ?? ""
  }

  /// Checks the columns of a table.
  func table(_ schema: TableSchema) -> ModelTable {
    ModelTable(
      scanned[schema.file]
        ?? ModelTable.Scanned(bytes: nil, file: tables.place(of: schema.file)),
      required: schema.required, optional: schema.optional)
  }

  /// Takes over the faults of a table that has been read.
  mutating func take(_ table: ModelTable) {
    faults += table.faults.sorted { $0.position.line < $1.position.line }
  }

  private mutating func readCard() -> ModelCard? {
    let file = tables.origin + "/model.json"
    var lines = LineCounter(file: file)
    if let size = tables.files["model.json"]?.count, size > ModelLimits.tableBytes {
      faults.append(
        TextFault(position: lines.position, message: ModelTable.tooLarge(size)))
      return nil
    }
    guard let bytes = tables.files["model.json"] else {
      faults.append(
        TextFault(
          position: lines.position,
          message: "the file is missing; expected an object with the members "
            + Self.cardMembers.joined(separator: ", ")))
      return nil
    }
    let span = bytes.span
    var nodes: [JSONNode] = []
    do throws(JSONSyntaxFault) {
      if let bad = TextEncoding.firstFault(in: span, range: 0..<bytes.count) {
        throw JSONSyntaxFault(offset: bad.offset, message: bad.message)
      }
      try JSONScanner.scan(span, range: 0..<bytes.count, into: &nodes)
      guard nodes[0].kind == .object else {
        throw JSONSyntaxFault(
          offset: nodes[0].start, message: "\(nodes[0].kind.name); expected an object")
      }
    } catch {
      lines.advance(to: error.offset, in: span)
      faults.append(TextFault(position: lines.position, message: error.message))
      return nil
    }
    var members: [String: String] = [:]
    var key = 1
    while key < nodes.count {
      let value = nodes[key + 1]
      let name = JSONText.text(of: nodes[key], in: span)
      lines.advance(to: nodes[key].start - 1, in: span)
      if !Self.cardMembers.contains(name) {
        faults.append(
          TextFault(
            position: lines.position,
            message: "unknown member \"\(name)\""
              + NearestName.suggestion(for: name, in: Self.cardMembers)))
      } else if members[name] != nil {
        faults.append(
          TextFault(position: lines.position, message: "the member \"\(name)\" stands twice"))
      } else if value.kind != .string || value.start == value.end {
        faults.append(
          TextFault(
            position: lines.position,
            message: "the member \"\(name)\" is not a text; expected a string that is not empty"))
        members[name] = ""
      } else {
        members[name] = JSONText.text(of: value, in: span)
      }
      key = value.next
    }
    for name in Self.cardMembers where members[name] == nil {
      faults.append(
        TextFault(
          position: SourcePosition(file: file, line: 1, column: 1),
          message: "the member \"\(name)\" is missing"))
    }
    func member(_ name: String) -> String { members[name] ?? "" }
    return ModelCard(
      name: member("name"), version: member("version"), title: member("title"),
      description: member("description"), licence: member("licence"),
      intendedUse: member("intended_use"), limits: member("limits"))
  }

  private static let cardMembers = [
    "name", "version", "title", "description", "licence", "intended_use", "limits",
  ]
}
