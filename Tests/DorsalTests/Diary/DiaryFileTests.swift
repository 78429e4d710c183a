import Dorsal
import Testing

/// Reading diaries, and every fault of them.
@Suite struct DiaryFileTests {
  private static let header = "patient,date,time,pain,activity,symptoms,began\n"

  private func faults(_ text: String) -> [String] {
    do throws(DorsalError) {
      _ = try DiaryFile.read(Array(text.utf8), file: "d.csv")
      return []
    } catch {
      return error.faults.map(\.description)
    }
  }

  @Test func `entries of several patients are read in the order of the file`() throws {
    let text =
      Self.header
      + "b,2026-03-01,08:00,3.5,lying,fever; cough ,2026-02-01\na,2026-02-01,23:59,0,,none,\n"
      + "b,2026-03-01,08:01,10,,,2026-02-01\n"
    let diaries = try DiaryFile.read(Array(text.utf8), file: "d.csv")
    #expect(diaries.map(\.patient) == ["b", "a"])
    #expect(diaries.map(\.entries.count) == [2, 1])
    let first = diaries[0].entries[0]
    #expect(first.pain == 3.5)
    #expect(first.activity == .lying)
    #expect(first.symptoms == ["fever", "cough"])
    #expect(first.when == "2026-03-01 08:00")
    #expect(first.line == 2)
    #expect(diaries[0].began == CivilDate("2026-02-01"))
    #expect(diaries[1].entries[0].statesNone)
    #expect(diaries[1].entries[0].activity == nil)
    #expect(!diaries[0].entries[1].statesNone)
  }

  @Test func `semicolons may part the cells of a diary, and not those of a model's tables`() throws
  {
    let text =
      "\u{FEFF}patient;date;time;pain;activity;symptoms;began\r\n"
      + "a;2026-03-01;08:00;3.5;lying;\"fever;cough\";\r\n"
    let diaries = try DiaryFile.read(Array(text.utf8), file: "d.csv")
    #expect(diaries.map(\.patient) == ["a"])
    #expect(diaries[0].entries[0].symptoms == ["fever", "cough"])
    var faults: [TextFault] = []
    let table = CSVTable(bytes: Array("id;name\na;b\n".utf8), file: "t", faults: &faults)
    #expect(table.rowCount == 0)
    #expect(
      faults.map(\.description) == [
        "t:1:1: semicolons part the cells; expected commas: save the table with commas between cells "
          + "and points in numbers"
      ])
  }

  @Test func `the last three columns may be left out, and columns stand in any order`() throws {
    let text = "pain,time,date,patient\r\n4,10:00,2026-03-01,a\r\n"
    let diaries = try DiaryFile.read(Array(text.utf8), file: "d.csv")
    #expect(diaries[0].entries[0].pain == 4)
  }

  @Test(arguments: [
    ("a,2026-03-01,08:00,11,,,", "2:20: \"11\"; expected pain as a number from 0 to 10"),
    ("a,2026-03-01,08:00,-1,,,", "2:20: \"-1\"; expected pain as a number from 0 to 10"),
    ("a,2026-03-01,08:00,,,,", "2:20: \"\"; expected pain as a number from 0 to 10"),
    ("a,2026-03-01,08:00,bad,,,", "2:20: \"bad\"; expected pain as a number from 0 to 10"),
    ("a,01.03.2026,08:00,1,,,", "2:3: \"01.03.2026\"; expected a date as YYYY-MM-DD"),
    (
      "a,2026-02-30,08:00,1,,,",
      "2:3: \"2026-02-30\" is no day of the calendar; expected a date as YYYY-MM-DD"
    ),
    (
      "a,2026-03-01,08:00,1,,,\na,3/2/2026,08:00,1,,,",
      "3:3: \"3/2/2026\"; expected a date as YYYY-MM-DD, as on line 2"
    ),
    (
      "a,2026-03-01,8 am,1,,,",
      "2:14: \"8 am\"; expected a time of day as HH:MM, from 00:00 to 23:59"
    ),
    (
      "a,2026-03-01,24:00,1,,,",
      "2:14: \"24:00\"; expected a time of day as HH:MM, from 00:00 to 23:59"
    ),
    (
      "a,2026-03-02,08:00,1,,,\na,2026-03-01,09:00,1,,,",
      "3:3: 2026-03-01 09:00 is before 2026-03-02 08:00 on line 2; "
        + "expected the entries of a in ascending order"
    ),
    (
      "a,2026-03-02,08:00,1,,,\na,2026-03-02,07:59,1,,,",
      "3:14: 2026-03-02 07:59 is before 2026-03-02 08:00 on line 2; "
        + "expected the entries of a in ascending order"
    ),
    (
      "a,2026-03-02,08:00,1,,,\nb,2026-03-02,08:00,1,,,\na,2026-03-02,08:00,2,,,",
      "4:14: a second entry of a at 2026-03-02 08:00; the first is on line 2"
    ),
    (",2026-03-02,08:00,1,,,", "2:1: the patient is empty; expected an id"),
    (
      "a,2026-03-02,08:00,1,,feever,",
      "2:23: unknown symptom \"feever\"; did you mean \"fever\"?; expected words of "
        + "`dorsal diary --rules` with ; between them"
    ),
    ("a,2026-03-02,08:00,1,,fever;fever,", "2:23: the symptom \"fever\" stands twice"),
    (
      "a,2026-03-02,08:00,1,,none;fever,",
      "2:23: \"none\" beside other symptoms; expected one or the other"
    ),
    (
      "a,2026-03-02,08:00,1,,,2026-03-03",
      "2:24: 2026-03-03 is after the entry; expected the day on which the pain began"
    ),
    (
      "a,2026-03-02,08:00,1,,,2026-03-01\na,2026-03-03,08:00,1,,,2026-02-28",
      "3:24: 2026-02-28, but 2026-03-01 on line 2; "
        + "expected one day on which the pain of a began"
    ),
    ("a,2026-03-02,08:00,1", "2:1: 4 cells; expected 7, as in the header"),
  ])
  func `a fault is told with its place`(rows: String, fault: String) {
    #expect(faults(Self.header + rows + "\n") == ["d.csv:" + fault])
  }

  @Test func `an unknown activity is told with the nearest and all the words`() throws {
    let fault = try #require(faults(Self.header + "a,2026-03-02,08:00,1,liing,,\n").first)
    #expect(
      fault.hasPrefix(
        "d.csv:2:22: unknown activity \"liing\"; did you mean \"lying\"?; expected one of lying, "))
  }

  @Test(arguments: [
    ("", "d.csv:1:1: the file is empty; expected a header row"),
    (header, "d.csv:1:1: no entries; expected at least one row"),
    ("patient,date,time\na,2026-03-01,08:00\n", "d.csv:1:1: the column \"pain\" is missing"),
    (
      "patient,date,time,pain,mood\na,2026-03-01,08:00,1,good\n",
      "d.csv:1:24: unknown column \"mood\"; "
        + "expected patient, date, time, pain, activity, symptoms, began"
    ),
    (
      "patient,date,time,pain,activty\na,2026-03-01,08:00,1,\n",
      "d.csv:1:24: unknown column \"activty\"; did you mean \"activity\"?; "
        + "expected patient, date, time, pain, activity, symptoms, began"
    ),
    (
      "patient,date,time,pain,pain\na,2026-03-01,08:00,1,1\n",
      "d.csv:1:24: the column \"pain\" stands twice"
    ),
  ])
  func `a file without entries is refused`(text: String, fault: String) {
    #expect(faults(text) == [fault])
  }

  @Test func `all faults are told, in the order of the file`() {
    let rows = "a,x,08:00,12,,,\na,2026-03-02,99:00,1,,,\n"
    #expect(
      faults(Self.header + rows).map { $0.prefix(10) } == [
        "d.csv:2:3:", "d.csv:2:11", "d.csv:3:14",
      ])
  }
}
