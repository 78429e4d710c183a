import Dorsal
import Testing

@Suite struct NumberTests {
  @Test func `a decimal is the nearest Double, as the standard library reads it`() {
    var generator = SplitMix64(seed: 5)
    for _ in 0..<20_000 {
      let whole = String(UInt64.random(in: 0...(.max), using: &generator)).prefix(
        Int.random(in: 1...20, using: &generator))
      let decimals = Int.random(in: 0...12, using: &generator)
      let fraction = (0..<decimals).map { _ in
        String(Int.random(in: 0...9, using: &generator))
      }.joined()
      let sign = ["", "-", "+"][Int.random(in: 0..<3, using: &generator)]
      let text = sign + whole + (decimals > 0 ? "." + fraction : "")
      #expect(DecimalNumber.parse(text) == Double(text), "\(text)")
    }
  }

  @Test(arguments: [
    "", "-", ".", "1,5", "1_000", " 1", "1 ", "0x10", "nan", "inf", "1e", "1e+", "1.2.3", "٣",
  ])
  func `what is not a decimal is not a number`(text: String) {
    #expect(DecimalNumber.parse(text) == nil)
  }

  @Test(arguments: [("1e3", 1000.0), (".5", 0.5), ("5.", 5.0), ("1e999", Double.infinity)])
  func `unusual decimals are numbers`(text: String, value: Double) {
    #expect(DecimalNumber.parse(text) == value)
  }

  /// Six significant digits are within half a unit of the sixth.
  @Test func `a written probability is the probability to six digits`() throws {
    var generator = SplitMix64(seed: 6)
    for exponent in 0..<12 {
      for _ in 0..<500 {
        var value = Float.random(in: 0...1, using: &generator)
        for _ in 0..<exponent { value /= 10 }
        var bytes: [UInt8] = []
        NumberText.appendProbability(value, to: &bytes)
        let text = String(decoding: bytes, as: UTF8.self)
        let read = try #require(Double(text), "\(text)")
        #expect(abs(read - Double(value)) <= 5.000001e-6 * Double(value), "\(value) as \(text)")
      }
    }
  }

  @Test(arguments: [
    (Float(0), "0"), (1, "1"), (0.5, "0.5"), (0.25, "0.25"), (0.99999999, "1"), (1e-5, "1e-05"),
    (9.999999e-5, "0.0001"), (0.0001, "0.0001"),
  ])
  func `plain probabilities look plain`(value: Float, text: String) {
    var bytes: [UInt8] = []
    NumberText.appendProbability(value, to: &bytes)
    let found = String(decoding: bytes, as: UTF8.self)
    #expect(found == text)
  }

  @Test(arguments: [
    (1e20, "1e+20"), (2e16, "2e+16"), (1e300, "1e+300"), (1_000_000_000, "1000000000"),
    (2_000_000, "2000000"), (0.25, "0.25"), (10, "10"), (-1e20, "-1e+20"),
  ])
  func `large numbers keep their zeros`(value: Double, text: String) {
    #expect(NumberText.plain(value) == text)
    #expect(Double(NumberText.plain(value)) == value)
  }

  @Test func `fixed decimals round half away from zero`() {
    #expect(NumberText.fixed(2.5, decimals: 0) == "3")
    #expect(NumberText.fixed(-0.05, decimals: 1) == "-0.1")
    #expect(NumberText.fixed(-0.01, decimals: 1) == "0.0")
    #expect(NumberText.fixed(12.375, decimals: 2) == "12.38")
  }
}
