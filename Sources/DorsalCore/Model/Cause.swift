/// A candidate explanation of a patient's pain.
public struct Cause: Sendable, Hashable {
  /// The id that tables, case files and answers use: `spinal_metastasis`.
  public let id: String
  /// The group it is summed with: `neoplasm`.
  public let group: String
  /// How soon this cause has to be dealt with, if it is the cause.
  public let urgency: Urgency
  /// Its name for people.
  public let label: String
  /// The ICD-10 category it corresponds to, where one is given.
  public let icd10: String

  /// The cause that stands for everything outside the model. It is the last one and
  /// has the background likelihood of every finding on which it has no rows of its own.
  public static let unlistedID = "unlisted"
}
