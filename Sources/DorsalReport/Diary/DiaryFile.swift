public import DorsalCore

/// Reads symptom diaries: a CSV file (RFC 4180, UTF-8, header row) with an entry a row.
///
/// | column | holds |
/// | --- | --- |
/// | `patient` | the patient's id |
/// | `date` | the day, `YYYY-MM-DD` |
/// | `time` | the time of day, `HH:MM`, 00:00 to 23:59 |
/// | `pain` | a number from 0 to 10 |
/// | `activity` | a word of `DiaryActivity`, or empty; may be left out |
/// | `symptoms` | words of `DiarySymptom` with ; between them, `none`, or empty; may be left out |
/// | `began` | the day on which the pain began, or empty; may be left out |
///
/// Rows of several patients may stand in any order among each other; those of one patient
/// are in ascending order of time, with no two at one instant. An empty cell is unknown: it is
/// not `none`. The whole file is refused where anything is wrong with it, with every fault.
public enum DiaryFile {
  private static let required = ["patient", "date", "time", "pain"]
  private static let optional = ["activity", "symptoms", "began"]

  /// Reads a file that is in memory.
  ///
  /// - Parameters:
  ///   - bytes: The text.
  ///   - file: The name to give in faults.
  /// - Returns: The diaries, in the order in which their patients first stand in the file.
  /// - Throws: `DorsalError` with every fault.
  public static func read(_ bytes: [UInt8], file: String) throws(DorsalError) -> [Diary] {
    var reading = Reading(bytes: bytes, file: file)
    reading.readRows()
    guard reading.faults.isEmpty else {
      throw DorsalError(
        .diary,
        faults: reading.faults.sorted {
          ($0.position.line, $0.position.column) < ($1.position.line, $1.position.column)
        })
    }
    return reading.diaries
  }

  /// A file while it is read.
  private struct Reading {
    private let table: CSVTable
    private let file: String
    private var columns: [String: Int] = [:]
    private(set) var faults: [TextFault] = []
    private var order: [String] = []
    private var entries: [String: [DiaryEntry]] = [:]
    private var began: [String: (date: CivilDate, line: Int)] = [:]
    private var firstDateLine: Int?

    init(bytes: [UInt8], file: String) {
      var faults: [TextFault] = []
      table = CSVTable(bytes: bytes, file: file, faults: &faults, mayHaveSemicolons: true)
      self.file = file
      let known = DiaryFile.required + DiaryFile.optional
      for (index, cell) in table.header.enumerated() {
        if columns[cell.text] != nil {
          faults.append(
            TextFault(position: cell.position, message: "the column \"\(cell.text)\" stands twice"))
        } else if known.contains(cell.text) {
          columns[cell.text] = index
        } else {
          faults.append(
            TextFault(
              position: cell.position,
              message: "unknown column \"\(cell.text)\""
                + NearestName.suggestion(for: cell.text, in: known)
                + "; expected " + known.joined(separator: ", ")))
        }
      }
      let start = SourcePosition(file: file, line: 1, column: 1)
      if !table.header.isEmpty {
        for name in DiaryFile.required where columns[name] == nil {
          faults.append(
            TextFault(position: start, message: "the column \"\(name)\" is missing"))
        }
        if faults.isEmpty, table.rows.isEmpty {
          faults.append(
            TextFault(position: start, message: "no entries; expected at least one row"))
        }
      }
      self.faults = faults
    }

    var diaries: [Diary] {
      order.map { Diary(patient: $0, began: began[$0]?.date, entries: entries[$0] ?? []) }
    }

    mutating func readRows() {
      guard DiaryFile.required.allSatisfy({ columns[$0] != nil }) else { return }
      for row in table.rows { read(row) }
    }

    private func cell(_ row: [CSVTable.Cell], _ column: String) -> CSVTable.Cell? {
      columns[column].map { row[$0] }
    }

    private mutating func fault(_ cell: CSVTable.Cell?, _ message: String) {
      guard let cell else { return }
      faults.append(TextFault(position: cell.position, message: message))
    }

    private mutating func read(_ row: [CSVTable.Cell]) {
      let patient = cell(row, "patient")
      if let patient, patient.text.utf8.contains(UInt8(ascii: "\n")) {
        fault(patient, "the quoted cell goes over several lines; is a quote missing?")
      }
      if patient?.text.isEmpty == true { fault(patient, "the patient is empty; expected an id") }
      let date = readDate(cell(row, "date"))
      let minute = readTime(cell(row, "time"))
      let pain = readPain(cell(row, "pain"))
      let activity = readActivity(cell(row, "activity"))
      let symptoms = readSymptoms(cell(row, "symptoms"))
      guard let name = patient?.text, !name.isEmpty else { return }
      if let date { readBegan(cell(row, "began"), of: name, before: date) }
      guard let date, let minute else { return }
      // Pain that cannot be read does not keep the order from being checked.
      let entry = DiaryEntry(
        date: date, minute: minute, pain: pain ?? 0, activity: activity,
        symptoms: symptoms.filter { $0 != DiarySymptom.none },
        statesNone: symptoms.contains(DiarySymptom.none), line: row[0].position.line)
      guard let last = entries[name]?.last else {
        order.append(name)
        entries[name] = [entry]
        return
      }
      if entry.instant == last.instant {
        fault(
          cell(row, "time"),
          "a second entry of \(name) at \(entry.when); the first is on line \(last.line)")
      } else if entry.instant < last.instant {
        fault(
          cell(row, entry.date < last.date ? "date" : "time"),
          "\(entry.when) is before \(last.when) on line \(last.line); "
            + "expected the entries of \(name) in ascending order")
      } else {
        entries[name]?.append(entry)
      }
    }

    private mutating func readDate(_ cell: CSVTable.Cell?) -> CivilDate? {
      guard let cell else { return nil }
      if let date = CivilDate(cell.text) {
        firstDateLine = firstDateLine ?? cell.position.line
        return date
      }
      let isWritten = cell.text.utf8.count == 10 && cell.text.utf8.dropFirst(4).first == 0x2D
      let mixed = firstDateLine.map { ", as on line \($0)" } ?? ""
      fault(
        cell,
        isWritten
          ? "\"\(cell.text)\" is no day of the calendar; expected a date as YYYY-MM-DD"
          : "\"\(cell.text)\"; expected a date as YYYY-MM-DD\(mixed)")
      return nil
    }

    private mutating func readTime(_ cell: CSVTable.Cell?) -> Int? {
      guard let cell else { return nil }
      let bytes = Array(cell.text.utf8)
      if bytes.count == 5, bytes[2] == UInt8(ascii: ":"),
        let hour = CivilDate.digits(bytes[0..<2]), let minute = CivilDate.digits(bytes[3..<5]),
        hour < 24, minute < 60
      {
        return hour * 60 + minute
      }
      fault(cell, "\"\(cell.text)\"; expected a time of day as HH:MM, from 00:00 to 23:59")
      return nil
    }

    private mutating func readPain(_ cell: CSVTable.Cell?) -> Double? {
      guard let cell else { return nil }
      if let pain = DecimalNumber.parse(cell.text), (0...10).contains(pain) { return pain }
      fault(cell, "\"\(cell.text)\"; expected pain as a number from 0 to 10")
      return nil
    }

    private mutating func readActivity(_ cell: CSVTable.Cell?) -> DiaryActivity? {
      guard let cell, !cell.text.isEmpty else { return nil }
      if let activity = DiaryActivity(rawValue: cell.text) { return activity }
      let words = DiaryActivity.allCases.map(\.rawValue)
      fault(
        cell,
        "unknown activity \"\(cell.text)\""
          + NearestName.suggestion(for: cell.text, in: words)
          + "; expected one of " + words.joined(separator: ", "))
      return nil
    }

    private mutating func readSymptoms(_ cell: CSVTable.Cell?) -> [String] {
      guard let cell, !cell.text.isEmpty else { return [] }
      let words = DiarySymptom.all.map(\.id) + [DiarySymptom.none]
      var symptoms: [String] = []
      for part in cell.text.split(separator: ";", omittingEmptySubsequences: false) {
        var word = part
        while word.first == " " { word.removeFirst() }
        while word.last == " " { word.removeLast() }
        if !words.contains(String(word)) {
          fault(
            cell,
            "unknown symptom \"\(word)\"" + NearestName.suggestion(for: String(word), in: words)
              + "; expected words of `dorsal diary --rules` with ; between them")
        } else if symptoms.contains(String(word)) {
          fault(cell, "the symptom \"\(word)\" stands twice")
        } else {
          symptoms.append(String(word))
        }
      }
      if symptoms.count > 1, symptoms.contains(DiarySymptom.none) {
        fault(cell, "\"none\" beside other symptoms; expected one or the other")
      }
      return symptoms
    }

    private mutating func readBegan(
      _ cell: CSVTable.Cell?, of patient: String, before date: CivilDate
    ) {
      guard let cell, !cell.text.isEmpty else { return }
      guard let day = CivilDate(cell.text) else {
        fault(cell, "\"\(cell.text)\"; expected a date as YYYY-MM-DD, or an empty cell")
        return
      }
      if day > date {
        fault(cell, "\(day.text) is after the entry; expected the day on which the pain began")
      }
      if let first = began[patient] {
        if first.date != day {
          fault(
            cell,
            "\(day.text), but \(first.date.text) on line \(first.line); "
              + "expected one day on which the pain of \(patient) began")
        }
      } else {
        began[patient] = (day, cell.position.line)
      }
    }
  }
}
