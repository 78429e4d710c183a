import Dorsal
import Foundation
import Testing

/// Days of the calendar.
@Suite struct CivilDateTests {
  @Test func `days are those of Foundation's calendar, there and back`() throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
    for number in stride(from: -200_000, through: 200_000, by: 373) {
      let date = Date(timeIntervalSince1970: Double(number) * 86_400)
      let parts = calendar.dateComponents([.year, .month, .day], from: date)
      let (year, month, day) = (parts.year ?? 0, parts.month ?? 0, parts.day ?? 0)
      // Foundation goes over to the Julian calendar in 1582.
      guard year > 1582 else { continue }
      let civil = try #require(CivilDate(year: year, month: month, day: day))
      #expect(civil.dayNumber == number)
      #expect(CivilDate(civil.text) == civil)
    }
  }

  @Test(arguments: [
    "2026-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "26-04-30", "2026-4-30", "30.04.2026",
    "2026/04/30", "2026-04-30T10:00", "", "2026-04-3x", "1900-02-29",
  ])
  func `what is no day is nothing`(text: String) {
    #expect(CivilDate(text) == nil)
  }

  @Test func `leap days are days`() {
    #expect(CivilDate("2024-02-29")?.dayNumber == 19_782)
    #expect(CivilDate("2000-02-29") != nil)
    #expect(CivilDate("1970-01-01")?.dayNumber == 0)
  }
}
