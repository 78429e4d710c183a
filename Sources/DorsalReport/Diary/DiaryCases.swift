public import DorsalCore

/// Diaries as cases: a case for each patient, or one for each week of a patient's diary.
public struct DiaryCases: Sendable {
  /// One case, and what it rests on.
  public struct Item: Sendable {
    /// The id of the case: the patient's, with `/week-2` behind it for weeks.
    public let id: String
    /// The week, from 1, where cases are weeks.
    public let week: Int?
    /// The diary up to then.
    public let diary: Diary
    fileprivate let derivation: Derivation

    /// The findings that the model has; they are derived each time, since those of many weeks would
    /// fill the memory.
    public var findings: [DerivedFinding] { derivation.findings(of: diary).map(\.finding) }
  }

  /// What a model takes of what diaries say.
  fileprivate final class Derivation: Sendable {
    private let model: Model

    init(_ model: Model) { self.model = model }

    /// The findings that the model has, each with its index and the code of its state.
    func findings(of diary: Diary) -> [(finding: DerivedFinding, index: Int, code: UInt8)] {
      diary.findings().compactMap { derived in
        // A state or a range that the model does not have is not said.
        guard let index = model.index(ofFinding: derived.finding),
          let code = try? FindingDecoder(model.findings[index]).code(of: derived.value)
        else { return nil }
        return (derived, index, code)
      }
    }
  }

  /// The cases: patients in the order of the file, weeks ascending.
  public let items: [Item]
  /// The same as a batch.
  public let batch: CaseBatch
  /// The findings that rules can give and the model has, in the order of the model.
  public let columns: [String]

  /// Derives the cases.
  ///
  /// - Parameters:
  ///   - diaries: The diaries.
  ///   - model: The model whose findings and states are used; what it does not have is left out.
  ///   - weekly: Whether each week with an entry is a case, with all entries up to its end.
  public init(_ diaries: [Diary], model: Model, weekly: Bool) {
    let derivable =
      Set(DiarySymptom.all.map(\.finding))
      .union(["duration", "severity", "trend", "night_pain", "movement_response"])
      .union(["recumbency_response", "sitting_response", "walking_response", "meal_response"])
    columns = model.findings.map(\.id).filter { derivable.contains($0) }
    var items: [Item] = []
    var batch = CaseBatch(model: model)
    let derivation = Derivation(model)
    func add(_ diary: Diary, week: Int?) {
      var codes = [UInt8](repeating: CaseBatch.unknown, count: model.findings.count)
      for derived in derivation.findings(of: diary) { codes[derived.index] = derived.code }
      let id = diary.patient + (week.map { "/week-\($0)" } ?? "")
      batch.append(id: id.utf8, codes: codes, line: diary.entries[0].line)
      items.append(Item(id: id, week: week, diary: diary, derivation: derivation))
    }
    for diary in diaries {
      guard weekly else {
        add(diary, week: nil)
        continue
      }
      for (week, upTo) in diary.weeks { add(upTo, week: week) }
    }
    self.items = items
    self.batch = batch
  }

  /// The cases as a case file that `dorsal score` takes: `id` and a column for each finding
  /// that rules can give; unknown ones are empty.
  public var csv: [UInt8] {
    var bytes = Array((["id"] + columns).joined(separator: ",").utf8)
    bytes.append(UInt8(ascii: "\n"))
    for item in items {
      CSVText.append(item.id, to: &bytes)
      let findings = item.findings
      for column in columns {
        bytes.append(UInt8(ascii: ","))
        if let derived = findings.first(where: { $0.finding == column }) {
          CSVText.append(derived.text, to: &bytes)
        }
      }
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }
}
