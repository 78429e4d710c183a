internal import DorsalCore

/// Names of columns that say whose row it is, and not what was found.
enum RecordNames {
  /// Names of ids, as the synonyms of the shipped model have them: a table of which nothing is known
  /// has no model whose synonyms could be asked.
  static let ids: Set<String> = Set(
    [
      "patient_id", "subject_id", "case_id", "person_id", "participant_id", "study_id", "visit_id",
      "encounter_id", "record_id", "hadm_id", "stay_id", "case_number", "patient_number",
      "patient_nr", "record_number", "identifier", "hospital_number", "nhs_number", "mrn", "pid",
      "pat_id", "patno", "csn", "urn", "uid",
    ].map(Synonyms.squeezed))

  /// Words that name a number or a person where they end a name.
  private static let lastWords: Set<String> = [
    "id", "ids", "nr", "no", "number", "num", "uuid", "guid", "name", "surname", "initials", "mail",
    "email", "phone", "address", "street", "city", "mrn", "ssn",
  ]
  /// Words that name a place or a person anywhere in a name.
  private static let words: Set<String> = [
    "zip", "zipcode", "postcode", "postal", "plz", "physician", "doctor", "clinician", "surgeon",
    "radiologist", "nurse", "provider", "gp", "arzt", "hausarzt", "insurance", "insurer",
  ]

  /// Whether a column is called what ids are called.
  static func isID(_ column: String) -> Bool { ids.contains(Synonyms.squeezed(column)) }

  /// Whether a column is called what numbers of records, people or places are called.
  static func mayBeOfRecords(_ column: String) -> Bool {
    let parts = column.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
    return parts.last.map(lastWords.contains) ?? false || parts.contains(where: words.contains)
  }
}
