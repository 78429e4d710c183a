import CDorsal
import Dorsal
import DorsalInterface
import Testing

/// The functions of `dorsal.h` that make models and cases, and the options that change columns.
@Suite struct MakingTests {
  private func withModel(_ body: (OpaquePointer) throws -> Void) throws {
    var model: OpaquePointer?
    try #require(dorsal_model_open(Fixture.shippedFolder, &model, nil) == DORSAL_OK)
    defer { dorsal_model_free(model) }
    try body(#require(model))
  }

  /// The next batch of a stream, and where its columns stand.
  private func next(
    _ stream: inout ArrowArrayStream
  ) throws -> (batch: ArrowArray, places: [String: Int]) {
    var schema = ArrowSchema()
    try #require(stream.get_schema(&stream, &schema) == 0)
    defer { schema.release(&schema) }
    var places: [String: Int] = [:]
    for place in 0..<Int(schema.n_children) {
      if let child = schema.children[place] { places[String(cString: child.pointee.name)] = place }
    }
    var batch = ArrowArray()
    try #require(stream.get_next(&stream, &batch) == 0)
    try #require(batch.release != nil)
    return (batch, places)
  }

  private func column(
    _ name: String, of found: (batch: ArrowArray, places: [String: Int])
  ) throws -> ArrowArray {
    let place = try #require(found.places[name])
    return try #require(found.batch.children[place]).pointee
  }

  /// The numbers of words of a column; nothing where a row is null.
  private func words(_ column: ArrowArray) throws -> [Int?] {
    let bits = column.buffers[0]?.assumingMemoryBound(to: UInt8.self)
    let numbers = try #require(column.buffers[1]).assumingMemoryBound(to: Int16.self)
    return (0..<Int(column.length)).map { row in
      if let bits, bits[row / 8] >> UInt8(row % 8) & 1 == 0 { return nil }
      return Int(numbers[row])
    }
  }

  @Test func `simulated cases are those of the library`() throws {
    let model = try Model(folder: Fixture.shippedFolder)
    var options = CaseSimulator.Options()
    options.seed = 3
    options.missing = .chance(0.5)
    let expected = try CaseSimulator(model: model, options: options).cases(0..<700)
    try withModel { handle in
      var cases = ArrowArrayStream()
      let options = #"{"count": 700, "seed": 3, "missing": 0.5}"#
      try #require(dorsal_simulate(handle, options, &cases, nil) == DORSAL_OK)
      var found = try next(&cases)
      #expect(found.batch.length == 700)
      for (index, finding) in model.findings.enumerated() where finding.kind != .number {
        let states = try words(column(finding.id, of: found))
        #expect(states == (0..<700).map { expected.state(of: index, case: $0) })
      }
      let causes = try words(column("diagnosis", of: found))
      #expect(causes == (0..<700).map { expected.diagnosis(of: $0).first })
      found.batch.release(&found.batch)
      cases.release(&cases)
    }
  }

  @Test func `columns that pass through are the memory of the cases`() throws {
    try withModel { model in
      var scorer: OpaquePointer?
      let options = #"{"passthrough": ["night_pain"]}"#
      try #require(dorsal_scorer_make(model, options, &scorer, nil) == DORSAL_OK)
      defer { dorsal_scorer_free(scorer) }
      var seen: UnsafeRawPointer?
      let source = CaseSource(
        [.texts("id", ["a", "b"]), .texts("night_pain", ["present", nil])],
        spoilColumn: { seen = $0.buffers[2] })
      var (cases, answers) = (source.stream(), ArrowArrayStream())
      try #require(dorsal_score(scorer, &cases, &answers, nil) == DORSAL_OK)
      var found = try next(&answers)
      let passed = try column("night_pain", of: found)
      #expect(passed.buffers[2] == seen)
      #expect(passed.length == 2 && passed.null_count == 1)
      found.batch.release(&found.batch)
      answers.release(&answers)
      #expect(source.releases == (stream: 1, schema: 2, batch: 1))
    }
  }

  @Test func `a fit that cannot be judged is refused with a report`() throws {
    try withModel { model in
      let source = CaseSource([
        .texts("id", ["a", "b"]), .texts("diagnosis", ["unlisted", "unlisted"]),
        .numbers("age", [40, 50]),
      ])
      var cases = source.stream()
      var (tables, report, error):
        (
          UnsafeMutablePointer<CChar>?, UnsafeMutablePointer<CChar>?, UnsafeMutablePointer<CChar>?
        ) = (nil, nil, nil)
      let options = #"{"counts_alone": true, "model_weight": 1}"#
      let status = dorsal_fit(model, &cases, options, &tables, nil, &report, &error)
      #expect(status == DORSAL_ERROR_REFUSED)
      #expect(tables == nil)
      #expect(report.map { String(cString: $0) }?.contains("too few") == true)
      #expect(error.map { String(cString: $0) }?.contains("force") == true)
      dorsal_text_free(report)
      dorsal_text_free(error)
      #expect(source.releases.stream == 1)
    }
  }

  @Test func `a mapping is of columns of any type`() throws {
    try withModel { model in
      func probabilities(_ columns: [CaseSource.Column], _ options: String) throws -> [Float] {
        var scorer: OpaquePointer?
        try #require(dorsal_scorer_make(model, options, &scorer, nil) == DORSAL_OK)
        defer { dorsal_scorer_free(scorer) }
        let source = CaseSource(columns)
        var (cases, answers) = (source.stream(), ArrowArrayStream())
        try #require(dorsal_score(scorer, &cases, &answers, nil) == DORSAL_OK)
        var found = try next(&answers)
        let values = try #require(column("probability_1", of: found).buffers[1])
          .assumingMemoryBound(to: Float.self)
        let result = [values[0], values[1]]
        found.batch.release(&found.batch)
        answers.release(&answers)
        return result
      }
      let mapping = #"{"mapping": "column,finding,codes\nwho,id,\ns,sex,1=male;2=female\n"}"#
      let plain = try probabilities(
        [.texts("id", ["a", "b"]), .texts("sex", ["female", "male"])], "{}")
      #expect(
        try probabilities([.texts("who", ["a", "b"]), .numbers("s", [2, 1])], mapping) == plain)
      #expect(
        try probabilities([.texts("who", ["a", "b"]), .texts("s", ["2", "1"])], mapping) == plain)
      #expect(plain[0] != plain[1])
    }
  }

  @Test func `a model of narrow floats is that of their decimals`() throws {
    let numbers = (0..<60).map { Double($0 % 12) / 10 }
    func tables(_ column: CaseSource.Column) throws -> String {
      let source = CaseSource([
        .texts("id", numbers.indices.map { "r\($0)" }),
        .texts("diagnosis", numbers.indices.map { $0 % 3 == 0 ? "one" : "other" }), column,
      ])
      var cases = source.stream()
      var (tables, error): (UnsafeMutablePointer<CChar>?, UnsafeMutablePointer<CChar>?)
      let options = #"{"edges": {"x": [0.7]}, "finding_weight": 1}"#
      let status = dorsal_fit_new(&cases, options, &tables, nil, nil, nil, &error)
      defer {
        dorsal_text_free(tables)
        dorsal_text_free(error)
      }
      #expect(status == DORSAL_OK, "\(error.map { String(cString: $0) } ?? "")")
      return try String(cString: #require(tables))
    }
    let expected = try tables(.floats("g", "x", numbers))
    #expect(try tables(.floats("f", "x", numbers)) == expected)
  }
}
