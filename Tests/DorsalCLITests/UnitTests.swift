import Testing

/// Values of the shipped model's tests in another unit are out of range.
@Suite struct UnitTests {
  /// What is normal in the unit that the model does not take: haemoglobin of 12 to 18 g/dL,
  /// creatinine of 0.5 to 1.3 mg/dL, calcium of 8.5 to 10.5 mg/dL; and a lipase of three times a
  /// limit of 60 U/L. A haemoglobin of 45 g/L and a lipase of 60 times the limit are rare and real.
  @Test func `a value in another unit is told`() async throws {
    let wrong = [
      ("haemoglobin", "12"), ("haemoglobin", "18"), ("creatinine", "0.5"), ("creatinine", "1.3"),
      ("calcium", "8.5"), ("calcium", "10.5"), ("lipase", "180"),
    ]
    let right = [
      ("haemoglobin", "45"), ("haemoglobin", "145"), ("creatinine", "80"), ("calcium", "2.4"),
      ("lipase", "0.8"), ("lipase", "60"),
    ]
    let folder = try WorkingFolder(model: nil)
    for (index, (finding, value)) in (wrong + right).enumerated() {
      try folder.write("id,\(finding)\na,\(value)\n", to: "\(index).csv")
    }
    for index in 0..<wrong.count + right.count {
      let outcome = try await folder.dorsal(
        "validate", "\(index).csv", "--model", Repository.model)
      #expect(outcome.status == (index < wrong.count ? 65 : 0), "\(index) \(outcome.output)")
      if index < wrong.count { #expect(outcome.output.contains("out of range; expected a number")) }
    }
  }
}
