/// What the name of a column says of codes in its cells: whether they are problems that a patient
/// brings, may be anything of the visit, or cannot be problems.
///
/// Rooms, numbers of staff and codes of drugs look like ICD-10 too, and so do the diagnoses of the
/// visit itself, which would tell a case its own answer. So the values alone never decide.
enum CodeListName {
  /// Problems from before the visit, or a history.
  case problems
  /// Ids, rooms, staff, drugs, procedures: never problems.
  case never
  /// Anything else.
  case open

  /// Words that name what is no list of problems.
  private static let neverWords: Set<String> = [
    "id", "ids", "nr", "no", "num", "number", "nummer", "mrn", "pid", "uid", "csn", "urn", "key",
    "bed", "bay", "ward", "unit", "raum", "saal", "location", "chambre", "salle", "lit", "cama",
    "staff", "doctor", "provider", "clinician", "user", "operator", "surgeon", "consultant",
    "attending", "employee", "initials", "medecin", "médecin", "infirmier", "infirmière",
    "atc", "drg", "gdrg", "ops", "cpt", "hcpcs", "ebm", "goä", "drug", "drugs", "meds", "rx",
    "sample", "device", "barcode", "lot", "plz", "zip", "postcode", "phone", "address",
  ]
  private static let neverStarts = [
    "zimmer", "bett", "room", "station", "arzt", "ärzt", "aerzt", "nurse", "physician",
    "mitarbeiter", "behandler", "pfleg", "identif", "kennung", "medicament", "medikament",
    "médicament", "medication", "medikation", "wirkstoff", "procedure", "prozedur", "prescri",
    "postleit", "patientennum", "fallnum",
  ]
  private static let neverEnds = ["nummer", "number", "nr", "kennung", "zimmer", "arzt"]

  /// Words by which codes may be of this visit, or of somebody else.
  private static let visitWords: Set<String> = [
    "fh", "fhx", "fam", "mother", "father", "hpi", "main", "visit", "encounter", "dc", "working",
    "current", "new", "neu", "sortie", "aktuell",
  ]
  private static let visitStarts = [
    "famil", "discharg", "entlass", "social", "sozial", "haupt", "princip", "primar", "final",
    "present", "chief", "complain", "admis", "aufnahme", "einweis", "aktuell",
  ]

  /// Words that by themselves name problems from before.
  private static let problemWords: Set<String> = [
    "problems", "probleme", "history", "hx", "pmh", "pmhx", "phx", "comorb", "comorbs", "atcd",
  ]
  private static let problemStarts = [
    "comorbid", "komorbid", "problemlist", "vorerkrank", "vordiagnos", "grunderkrank",
    "begleiterkrank", "dauerdiagnos", "vorgeschichte", "voorgeschied", "anamnes", "antécédent",
    "antecedent", "preexist", "vorbekannt",
  ]
  private static let problemEnds = ["history", "anamnese", "comorbidities", "problems"]

  /// Words that make diagnoses those from before.
  private static let before: Set<String> = [
    "past", "previous", "prev", "prior", "earlier", "known", "former", "old", "before", "pre",
    "chronic", "chronische", "historical", "frühere", "fruehere", "bekannte",
  ]
  private static let diseases = [
    "diagnos", "dx", "condition", "disease", "illness", "icd", "erkrank", "maladie", "problem",
  ]

  init(_ column: String) {
    let words = NameGuess.tokens(of: column).map { word in
      String(word.reversed().drop { $0.isNumber }.reversed())
    }.filter { !$0.isEmpty }
    func has(_ exact: Set<String>, _ starts: [String], _ ends: [String] = []) -> Bool {
      words.contains { word in
        exact.contains(word) || starts.contains(where: word.hasPrefix)
          || ends.contains(where: word.hasSuffix)
      }
    }
    let isList = words.contains("problem") && words.contains("list")
    let isOfBefore = has(Self.before, []) && has([], Self.diseases)
    if has(Self.neverWords, Self.neverStarts, Self.neverEnds) {
      self = .never
    } else if has(Self.visitWords, Self.visitStarts) {
      self = .open
    } else if isList || isOfBefore
      || has(Self.problemWords, Self.problemStarts, Self.problemEnds)
    {
      self = .problems
    } else {
      self = .open
    }
  }
}
