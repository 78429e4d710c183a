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

  /// No range parts a normal lipase of 45 U/L from 45 times the limit: the file as a whole does.
  @Test func `a column that is probably in another unit is told`() async throws {
    func text(_ values: [String]) -> String {
      "id,lipase,haemoglobin\n"
        + values.enumerated().map { "p\($0),\($1),\(130 + $0)\n" }.joined()
    }
    let folder = try WorkingFolder(
      [
        "units.csv": text(["45", "22", "38", "", "51", "60", "17"]),
        "multiples.csv": text(["0.8", "0.4", "", "45", "1.2", "0.6", "0.9"]),
        "few.csv": text(["45", "22"]),
      ], model: nil)
    for (file, words) in [
      ("units.csv", "6 of 6 values of lipase"), ("multiples.csv", ""), ("few.csv", ""),
    ] {
      for verb in ["validate", "score"] {
        let outcome = try await folder.dorsal(verb, file, "--model", Repository.model)
        #expect(outcome.status == 0)
        #expect(outcome.errors.isEmpty == words.isEmpty, "\(outcome.errors)")
        #expect(words.isEmpty || outcome.errors.contains("units.csv: warning: " + words))
      }
    }
  }
}
