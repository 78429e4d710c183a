import Dorsal
import Testing

@Suite struct ChartTests {
  private static func chart(_ heights: [Double], interval: ClosedRange<Double>? = nil) -> Chart {
    var chart = Chart(
      title: "t", description: "d", x: .share("x"), y: .number("y", range: -0.02...0.5))
    chart.series = [
      Chart.Series(
        "s", heights.enumerated().map { Chart.Point(Double($0) / 10, $1, interval: interval) })
    ]
    return chart
  }

  @Test func `a chart says where its lines are cut, and only then`() {
    #expect(Self.chart([-0.02, 0, 0.5]).cutNote == nil)
    #expect(Self.chart([]).cutNote == nil)
    #expect(Self.chart([0, -3]).cutNote == "What lies below -0.02 is cut off")
    #expect(Self.chart([0.1, 0.6]).cutNote == "What lies above 0.5 is cut off")
    #expect(Self.chart([-1, 2]).cutNote == "What lies below -0.02 or above 0.5 is cut off")
    // An interval that goes on is cut too.
    #expect(
      Self.chart([0.1], interval: -0.1...0.2).cutNote == "What lies below -0.02 is cut off")
  }
}
