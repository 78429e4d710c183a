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
  /// The entries, counted from 0.
  public let entries: ArraySlice<DiaryEntry>
  /// Where things stand in all entries of the patient.
  let places: DiaryPlaces

  /// What a patient wrote.
  init(patient: String, began: CivilDate?, entries: [DiaryEntry]) {
    self.init(patient, began, entries[...], DiaryPlaces(entries))
  }

  private init(
    _ patient: String, _ began: CivilDate?, _ entries: ArraySlice<DiaryEntry>,
    _ places: DiaryPlaces
  ) {
    (self.patient, self.began, self.entries, self.places) = (patient, began, entries, places)
  }

  /// The diary as it was at the end of each week of its own that has an entry: week 1 is its first
  /// seven days. A diary may pass over thousands of years. All of them share the entries.
  var weeks: [(week: Int, upTo: Diary)] {
    let start = entries[0].date.dayNumber
    var weeks: [(week: Int, upTo: Diary)] = []
    for (index, entry) in entries.enumerated() {
      let week = (entry.date.dayNumber - start) / 7 + 1
      let next = index + 1 < entries.count ? entries[index + 1].date.dayNumber : Int.max
      if next >= start + 7 * week {
        weeks.append((week, Diary(patient, began, entries[...index], places)))
      }
    }
    return weeks
  }
}

/// Where things stand in the entries of a patient, so that a diary of many weeks is not read through
/// again for each.
final class DiaryPlaces: Sendable {
  /// The first entry with pain above 0.
  let firstPain: Int?
  /// The first entry that says something of symptoms.
  let firstWord: Int?
  /// The entries that name each symptom, ascending.
  private let named: [String: [Int]]

  init(_ entries: [DiaryEntry]) {
    firstPain = entries.firstIndex { $0.pain > 0 }
    firstWord = entries.firstIndex { $0.statesNone || !$0.symptoms.isEmpty }
    var named: [String: [Int]] = [:]
    for (index, entry) in entries.enumerated() {
      for symptom in entry.symptoms { named[symptom, default: []].append(index) }
    }
    self.named = named
  }

  /// The entries that name a symptom, of some.
  ///
  /// - Complexity: O(log n).
  func naming(_ symptom: String, in range: Range<Int>) -> ArraySlice<Int> {
    let all = named[symptom] ?? []
    func place(of entry: Int) -> Int {
      var (low, high) = (0, all.count)
      while low < high {
        let middle = (low + high) / 2
        if all[middle] < entry { low = middle + 1 } else { high = middle }
      }
      return low
    }
    return all[place(of: range.lowerBound)..<place(of: range.upperBound)]
  }
}
