/// One line of a symptom diary.
public struct DiaryEntry: Sendable, Hashable {
  /// The day.
  public let date: CivilDate
  /// The time of day, in minutes since midnight.
  public let minute: Int
  /// Pain from 0 to 10.
  public let pain: Double
  /// What the patient was doing, where it is stated.
  public let activity: DiaryActivity?
  /// The ids of the symptoms that are named, each once.
  public let symptoms: [String]
  /// Whether the patient states that there were no symptoms.
  public let statesNone: Bool
  /// The line of the file.
  public let line: Int

  /// Minutes since 1 January 1970.
  public var instant: Int { date.dayNumber * 1440 + minute }

  /// `YYYY-MM-DD HH:MM`.
  public var when: String {
    let (hour, rest) = minute.quotientAndRemainder(dividingBy: 60)
    return "\(date.text) \(hour < 10 ? "0" : "")\(hour):\(rest < 10 ? "0" : "")\(rest)"
  }
}

/// What one patient wrote: entries in ascending order of time, at least one.
public struct Diary: Sendable {
  /// The patient's id.
  public let patient: String
  /// The day on which the pain began, where the diary states it.
  public let began: CivilDate?
  /// The entries.
  public let entries: [DiaryEntry]

  /// The diary as it was at the end of a week of its own: week 1 is its first seven days.
  ///
  /// - Returns: Nothing where the week has no entry.
  func cumulative(toWeek week: Int) -> Diary? {
    let start = entries[0].date.dayNumber
    let upTo = entries.filter { $0.date.dayNumber < start + 7 * week }
    guard let last = upTo.last, last.date.dayNumber >= start + 7 * (week - 1) else { return nil }
    return Diary(patient: patient, began: began, entries: upTo)
  }

  /// The weeks that have an entry, in order: a diary may pass over thousands of years.
  var weeks: [Int] {
    let start = entries[0].date.dayNumber
    var weeks: [Int] = []
    for entry in entries {
      let week = (entry.date.dayNumber - start) / 7 + 1
      if weeks.last != week { weeks.append(week) }
    }
    return weeks
  }
}
