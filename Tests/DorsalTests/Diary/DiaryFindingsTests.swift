import Dorsal
import TestSupport
import Testing

/// What is read off a diary, by hand.
@Suite struct DiaryFindingsTests {
  /// The findings of one patient, by their ids.
  private func findings(_ rows: [String]) throws -> [String: DerivedFinding] {
    let text =
      "patient,date,time,pain,activity,symptoms,began\n"
      + rows.map { "p,\($0)\n" }.joined()
    let diaries = try DiaryFile.read(Array(text.utf8), file: "d.csv")
    let found = diaries[0].findings()
    return Dictionary(uniqueKeysWithValues: found.map { ($0.finding, $0) })
  }

  /// Entries a day apart at 12:00 from 1 March 2026.
  private func daily(_ pains: [Double], _ rest: String = ",,") -> [String] {
    pains.enumerated().map { day, pain in
      "2026-03-\(day < 9 ? "0" : "")\(day + 1),12:00,\(pain),\(rest)"
    }
  }

  @Test func `duration counts from the day it began, or from the first pain`() throws {
    let from = try findings(["2026-03-11,12:00,4,,,2026-01-01", "2026-03-12,12:00,4,,,"])
    // 31 of January, 28 of February and 11 of March, less one.
    #expect(from["duration"]?.text == "70")
    let least = try findings([
      "2026-03-01,12:00,0,,,", "2026-03-03,12:00,4,,,", "2026-03-23,08:00,0,,,",
    ])
    #expect(least["duration"]?.text == "20")
    #expect(least["duration"]?.entries == [1, 2])
    #expect(try findings(["2026-03-01,12:00,5,,,"])["duration"] == nil)
  }

  @Test func `severity is the worst of the last day`() throws {
    let found = try findings([
      "2026-03-01,12:00,9,,,", "2026-03-02,12:01,3,,,", "2026-03-02,20:00,7.5,,,",
      "2026-03-03,12:00,2,,,",
    ])
    #expect(found["severity"]?.text == "7.5")
    #expect(found["severity"]?.entries == [2])
  }

  @Test(arguments: [
    ([1, 2, 3, 4, 5, 6, 7, 8], "progressive"), ([8, 7, 6, 5, 4, 3, 2, 1], "improving"),
    ([4, 4, 4, 4, 4, 4, 4, 4], "stable"),
    // Up and down: the interval is wide and nothing can be said.
    ([1, 9, 1, 9, 1, 9, 1, 9], nil),
    // Rising, but over six days only.
    ([1, 2, 3, 4, 5, 6, 7], nil), ([1, 5, 9], nil),
  ])
  func `the trend is said where the interval says it`(pains: [Double], state: String?) throws {
    #expect(try findings(daily(pains))["trend"]?.text == state)
  }

  @Test func `the slope is in points a week`() throws {
    let trend = try #require(try findings(daily([1, 2, 3, 4, 5, 6, 7, 8]))["trend"])
    let slope = try #require(trend.slope)
    #expect(isClose(slope.slope, to: 7, within: 1e-12))
    #expect(trend.entries == Array(0..<8))
  }

  @Test func `pain in two nights is night pain, and an evening belongs to its night`() throws {
    let oneNight = ["2026-03-01,23:30,5,,,", "2026-03-02,02:00,6,,,"]
    #expect(try findings(oneNight)["night_pain"] == nil)
    let two = try #require(try findings(oneNight + ["2026-03-03,05:59,4,,,"])["night_pain"])
    #expect(two.text == "present")
    #expect(two.entries == [0, 1, 2])
    #expect(try findings(oneNight + ["2026-03-03,06:00,4,,,"])["night_pain"] == nil)
    #expect(try findings(["2026-03-03,09:00,4,,night_pain,"])["night_pain"]?.text == "present")
  }

  @Test func `what is denied on three days is absent, and an empty cell denies nothing`() throws {
    let denied = try findings(daily([3, 3, 3], ",none,"))
    #expect(denied["night_pain"]?.text == "absent")
    #expect(denied["fever"]?.text == "absent")
    #expect(denied["motor_weakness"]?.text == "none")
    #expect(denied["fever"]?.entries == [0, 1, 2])
    #expect(try findings(daily([3, 3, 3]))["fever"] == nil)
    #expect(try findings(daily([3, 3], ",none,"))["fever"] == nil)
    // Three times on one day is one day.
    let sameDay = ["08", "12", "16"].map { "2026-03-01,\($0):00,3,,none," }
    #expect(try findings(sameDay)["fever"] == nil)
  }

  @Test func `signs of nerves count however old, and are new where they were denied`() throws {
    let late = ["2026-03-01,12:00,3,,none,", "2026-03-02,12:00,3,,numbness_one_limb,"]
    let found = try findings(late + ["2026-05-01,12:00,3,,fever,"])
    #expect(found["sensory_loss"]?.text == "dermatomal")
    #expect(found["sensory_loss"]?.newSince == 1)
    #expect(found["fever"]?.text == "present")
    // Fever of two months ago is none of today's findings.
    let old = try findings(["2026-03-01,12:00,3,,fever,", "2026-05-01,12:00,3,,,"])
    #expect(old["fever"] == nil)
    let both = try findings([
      "2026-03-01,12:00,3,,weakness_one_limb,", "2026-03-02,12:00,3,,weakness_both_legs,",
    ])
    #expect(both["motor_weakness"]?.text == "both_legs")
  }

  @Test func `activities are compared by the median of all differences`() throws {
    let rows = (1...3).flatMap { day in
      ["2026-03-0\(day),08:00,\(5 + day),lifting,,", "2026-03-0\(day),20:00,3,lying,,"]
    }
    let found = try findings(rows)
    // 6, 7 and 8 against 3, 3 and 3.
    #expect(found["movement_response"]?.text == "worse")
    #expect(found["movement_response"]?.reason == "+4.0 points")
    #expect(found["recumbency_response"]?.text == "better")
    #expect(found["sitting_response"] == nil)
    #expect(try findings(Array(rows.dropLast(2)))["movement_response"] == nil)
  }

  @Test(arguments: [
    (5.0, 1.0, "worse_fatty_meal"), (5, 5, "worse_after_meal"), (1, 1, "unrelated"),
    (0, 0, "better_with_food"),
  ])
  func `meals are compared with other entries`(fatty: Double, other: Double, state: String) throws {
    let rows = (1...4).flatMap { day in
      [
        "2026-03-0\(day),08:00,\(state == "better_with_food" ? 4 : 1),standing,,",
        "2026-03-0\(day),13:00,\(other),after_meal,,",
        "2026-03-0\(day),20:00,\(fatty),after_fatty_meal,,",
      ]
    }
    #expect(try findings(rows)["meal_response"]?.text == state)
  }

  @Test func `weeks are cumulative, and one without an entry is no case`() throws {
    let text =
      "patient,date,time,pain\np,2026-03-01,12:00,1\np,2026-03-07,12:00,2\n"
      + "p,2026-03-08,12:00,3\np,2026-03-22,12:00,4\nq,2026-03-22,12:00,4\n"
    let diaries = try DiaryFile.read(Array(text.utf8), file: "d.csv")
    let cases = DiaryCases(diaries, model: try Repository.model(), weekly: true)
    #expect(cases.items.map(\.id) == ["p/week-1", "p/week-2", "p/week-4", "q/week-1"])
    #expect(cases.items.map(\.diary.entries.count) == [2, 3, 4, 1])
    #expect(cases.batch.count == 4)
  }

  @Test(arguments: 1...12)
  func `a week says what the diary says that ends with it`(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    func drawn(_ words: [String]) -> String { words[Int(random.next() % UInt64(words.count))] }
    let symptoms = DiarySymptom.all.map(\.id) + ["none", "none", "", ""]
    let activities = DiaryActivity.allCases.map(\.rawValue) + [""]
    let hour = seed % 3 == 0 ? 23 : 11
    var (day, rows): (Int, [(day: Int, text: String)]) = (0, [])
    for entry in 0..<50 {
      day += Int(random.next() % 9)
      let pain = entry < 4 && seed % 2 == 0 ? 0 : Int(random.next() % 11)
      rows.append(
        (
          day,
          "p,\(CivilDate(dayNumber: 20_000 + day).text),\(hour):\(10 + entry % 50),\(pain),"
            + "\(drawn(activities)),\(drawn(symptoms))\n"
        ))
    }
    func cases(_ rows: [(day: Int, text: String)], weekly: Bool) throws -> DiaryCases {
      let text = "patient,date,time,pain,activity,symptoms\n" + rows.map(\.text).joined()
      return DiaryCases(
        try DiaryFile.read(Array(text.utf8), file: "d"), model: try Repository.model(),
        weekly: weekly)
    }
    let weekly = try cases(rows, weekly: true)
    #expect(weekly.items.count > 10)
    for item in weekly.items {
      let week = try #require(item.week)
      let first = rows[0].day
      let alone = try cases(rows.filter { $0.day < first + 7 * week }, weekly: false).items[0]
      #expect(item.diary.entries == alone.diary.entries)
      #expect(item.findings.map(\.finding) == alone.findings.map(\.finding))
      #expect(item.findings.map(\.text) == alone.findings.map(\.text))
      #expect(item.findings.map(\.reason) == alone.findings.map(\.reason))
      #expect(item.findings.map(\.entries) == alone.findings.map(\.entries))
      #expect(item.findings.map(\.newSince) == alone.findings.map(\.newSince))
    }
  }

  /// From the first day of year 1 to the last of 9999 are 3,652,058 days: 521,722 weeks and 4 days.
  @Test func `weeks without an entry cost nothing`() throws {
    let rows = (0..<2000).map { "p\($0),0001-01-01,00:00,3\np\($0),9999-12-31,00:00,3\n" }
    let text = "patient,date,time,pain\n" + rows.joined()
    let diaries = try DiaryFile.read(Array(text.utf8), file: "d.csv")
    let model = try SmallModel().load()
    let (cases, seconds) = processorSeconds {
      DiaryCases(diaries, model: model, weekly: true)
    }
    #expect(seconds < 10)
    #expect(cases.items.count == 4000)
    #expect(cases.items[1].id == "p0/week-521723")
  }

  @Test func `every word of a diary is a state of the shipped model`() throws {
    let model = try Repository.model()
    for symptom in DiarySymptom.all {
      let index = try #require(model.index(ofFinding: symptom.finding), "\(symptom.id)")
      #expect(model.findings[index].states.contains(symptom.state), "\(symptom.id)")
    }
    // A model without these findings is given nothing of them.
    let text = "patient,date,time,pain,symptoms\np,2026-03-01,12:00,1,fever\n"
    let diaries = try DiaryFile.read(Array(text.utf8), file: "d.csv")
    let small = DiaryCases(diaries, model: try SmallModel().load(), weekly: false)
    #expect(small.columns.isEmpty)
    #expect(small.items[0].findings.isEmpty)
  }
}
