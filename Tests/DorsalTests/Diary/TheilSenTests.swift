import Dorsal
import Testing

/// Slopes and intervals against `scipy.stats.theilslopes`.
@Suite struct TheilSenTests {
  @Test func `slopes and intervals are those of scipy`() throws {
    // Made by Tests/Reference/theilslopes.py with scipy 1.17.1.
    let rows = PlainCSV.rows(try Repository.fixture("theilslopes.csv"))
    #expect(rows.count == 48)
    func numbers(_ text: String?) -> [Double] {
      (text ?? "").split(separator: ";").compactMap { Double($0) }
    }
    for row in rows {
      let level = try #require(numbers(row["level"]).first)
      let found = try #require(
        TheilSenSlope(
          times: numbers(row["times"]), values: numbers(row["values"]), level: level))
      for (value, column) in [
        (found.slope, "slope"), (found.lower, "lower"), (found.upper, "upper"),
      ] {
        let expected = try #require(numbers(row[column]).first)
        // The same slopes are picked; the median of two may be rounded otherwise.
        #expect(isClose(value, to: expected, within: 1e-12 * max(1, abs(expected))))
      }
    }
  }

  @Test func `an odd value moves nothing, and one point has no slope`() throws {
    let times = (0..<11).map(Double.init)
    var values = times.map { 2 * $0 + 1 }
    values[5] = 1000
    #expect(TheilSenSlope(times: times, values: values)?.slope == 2)
    #expect(TheilSenSlope(times: [1], values: [4]) == nil)
  }

  /// Of the 21 slopes eight are below 4 and four are 4, so the eleventh is 4.
  @Test func `the slope is the median of the slopes of all pairs`() throws {
    let found = try #require(
      TheilSenSlope(times: [1, 2, 3, 4, 10, 12, 18], values: [9, 15, 19, 20, 45, 55, 78]))
    #expect(found.slope == 4)
    #expect(found.lower <= 4 && found.upper >= 4)
  }
}
