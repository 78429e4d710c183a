import DorsalReport

/// A date or time of FHIR, as exact as it is written: `2024`, `2024-05`, `2024-05-31`,
/// `2024-05-31T10:00:00+02:00`. Days are those of the clock that it was written by.
struct FHIRDate: Hashable {
  /// The first and the last day that it may be.
  let first: CivilDate
  let last: CivilDate
  /// Seconds since the beginning of 1970; nothing without a time.
  let instant: Double?

  /// A day.
  init(_ day: CivilDate) { (first, last, instant) = (day, day, nil) }

  init?(_ text: String) {
    let halves = text.split(separator: "T", maxSplits: 1, omittingEmptySubsequences: false)
    let parts = halves[0].split(separator: "-", omittingEmptySubsequences: false)
    let widths = [4, 2, 2]
    guard (1...3).contains(parts.count),
      zip(parts, widths).allSatisfy({ $0.utf8.count == $1 && $0.utf8.allSatisfy(Self.isDigit) })
    else { return nil }
    let numbers = parts.compactMap { Int($0) }
    guard numbers.count == parts.count else { return nil }
    let (year, month) = (numbers[0], numbers.count > 1 ? numbers[1] : nil)
    guard
      let first = CivilDate(
        year: year, month: month ?? 1, day: numbers.count > 2 ? numbers[2] : 1)
    else { return nil }
    self.first = first
    if numbers.count > 2 {
      last = first
    } else {
      // The day before the next month or year begins.
      let isDecember = (month ?? 12) == 12
      guard
        let next = CivilDate(
          year: isDecember ? year + 1 : year, month: isDecember ? 1 : (month ?? 0) + 1, day: 1)
      else { return nil }
      last = CivilDate(dayNumber: next.dayNumber - 1)
    }
    guard halves.count == 2 else {
      instant = nil
      return
    }
    guard numbers.count == 3, let seconds = Self.seconds(halves[1]) else { return nil }
    instant = Double(first.dayNumber) * 86_400 + seconds
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  /// Seconds from the beginning of the day in Greenwich: `10:00:00.5+02:00`.
  private static func seconds(_ text: Substring) -> Double? {
    var clock = text
    var shift = 0.0
    if clock.last == "Z" {
      clock.removeLast()
    } else {
      guard let sign = clock.lastIndex(where: { $0 == "+" || $0 == "-" }),
        let zone = minutes(clock[clock.index(after: sign)...])
      else { return nil }
      shift = (clock[sign] == "+" ? -60 : 60) * Double(zone)
      clock = clock[..<sign]
    }
    let parts = clock.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, let start = minutes(clock.prefix(5)) else { return nil }
    let fraction = parts[2].split(separator: ".", omittingEmptySubsequences: false)
    guard fraction.count <= 2, fraction[0].utf8.count == 2,
      fraction.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(isDigit) && $0.utf8.count < 16 }),
      let seconds = Double(parts[2]), seconds < 61
    else { return nil }
    return Double(start) * 60 + seconds + shift
  }

  private static func minutes(_ text: Substring) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy(isDigit) }),
      let hours = Int(parts[0]), let minutes = Int(parts[1]), hours < 24, minutes < 60
    else { return nil }
    return hours * 60 + minutes
  }
}
