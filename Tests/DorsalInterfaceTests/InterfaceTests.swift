import CDorsal
import Dorsal
import DorsalInterface
import Testing

/// The functions of `dorsal.h`, as a program in C calls them.
@Suite struct InterfaceTests {
  /// A status, and the text that came with it.
  private func call(
    _ work: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Int32
  ) -> (status: Int32, text: String) {
    var error: UnsafeMutablePointer<CChar>?
    let status = work(&error)
    defer { dorsal_text_free(error) }
    return (status, error.map { String(cString: $0) } ?? "")
  }

  private func withScorer(
    _ options: String? = nil, _ body: (OpaquePointer) throws -> Void
  ) throws {
    var model: OpaquePointer?
    try #require(dorsal_model_open(Fixture.shippedFolder, &model, nil) == DORSAL_OK)
    var scorer: OpaquePointer?
    try #require(dorsal_scorer_make(model, options, &scorer, nil) == DORSAL_OK)
    // A scorer goes on without the model that it was made of.
    dorsal_model_free(model)
    try body(#require(scorer))
    dorsal_scorer_free(scorer)
  }

  private let ages: [Int64] = [67, 30, 45, 80]
  private let ids: [String?] = ["a", "b", "c", "d"]
  private let nights: [String?] = ["present", nil, "absent", "yes"]

  private var columns: [CaseSource.Column] {
    [.texts("id", ids), .texts("night_pain", nights), .numbers("age", ages)]
  }

  /// The floats of a column of the first batch of answers.
  private func floats(_ name: String, of answers: inout ArrowArrayStream) throws -> [Float] {
    var schema = ArrowSchema()
    try #require(answers.get_schema(&answers, &schema) == 0)
    defer { schema.release(&schema) }
    let place = try #require(
      (0..<Int(schema.n_children)).first {
        schema.children[$0].map { String(cString: $0.pointee.name) } == name
      })
    var batch = ArrowArray()
    try #require(answers.get_next(&answers, &batch) == 0)
    try #require(batch.release != nil)
    defer { batch.release(&batch) }
    let column = try #require(batch.children[place]).pointee
    let values = try #require(column.buffers[1]).assumingMemoryBound(to: Float.self)
    return (0..<Int(column.length)).map { values[$0] }
  }

  @Test func `answers are those of the library, bit for bit`() throws {
    let model = try Model(folder: Fixture.shippedFolder)
    let scorer = Scorer(model)
    var batch = scorer.makeBatch()
    for row in ids.indices {
      var findings: [String: FindingValue] = ["age": .number(Double(ages[row]))]
      if let night = nights[row] { findings["night_pain"] = .state(night) }
      try batch.append(ids[row] ?? "", findings)
    }
    let expected = scorer.answers(for: batch, top: 3)
    try withScorer(#"{"top": 3}"#) { handle in
      for place in 0..<3 {
        let source = CaseSource(columns)
        var cases = source.stream()
        var answers = ArrowArrayStream()
        #expect(dorsal_score(handle, &cases, &answers, nil) == DORSAL_OK)
        #expect(cases.release == nil)
        let found = try floats("probability_\(place + 1)", of: &answers)
        #expect(found == expected.map { Float($0.ranking[place].probability) })
        answers.release(&answers)
        #expect(source.releases == (stream: 1, schema: 1, batch: 1))
      }
    }
  }

  @Test func `a batch that is not what its schema says is an error, not a crash`() throws {
    let spoiled: [(String, (inout ArrowArray) -> Void)] = [
      ("fewer columns", { $0.n_children = 2 }),
      ("a negative length", { $0.length = -1 }),
      ("more rows than its columns", { $0.length = 5 }),
      ("an offset past its columns", { $0.offset = 1 }),
      ("the greatest offset", { $0.offset = .max }),
      ("a negative offset", { $0.offset = -1 }),
      ("no children", { $0.children = nil }),
      ("a missing child", { $0.children[1] = nil }),
    ]
    let spoiledColumns: [(String, (inout ArrowArray) -> Void)] = [
      ("a negative length", { $0.length = -1 }),
      ("fewer rows", { $0.length = 3 }),
      ("an offset beyond memory", { $0.offset = .max - 3 }),
      ("a negative offset", { $0.offset = -2 }),
      ("too few buffers", { $0.n_buffers = 1 }),
      ("too many buffers", { $0.n_buffers = 3 }),
      ("no buffers", { $0.buffers = nil }),
      ("no values", { $0.buffers[1] = nil }),
      (
        "a dictionary",
        {
          $0.dictionary = UnsafeMutablePointer<ArrowArray>.allocate(capacity: 1)
          $0.dictionary.initialize(to: ArrowArray())
        }
      ),
    ]
    try withScorer { handle in
      func check(_ name: String, _ source: CaseSource) {
        var cases = source.stream()
        var answers = ArrowArrayStream()
        #expect(dorsal_score(handle, &cases, &answers, nil) == DORSAL_OK)
        var batch = ArrowArray()
        #expect(answers.get_next(&answers, &batch) != 0, "\(name)")
        let text = answers.get_last_error(&answers).map { String(cString: $0) } ?? ""
        #expect(text.hasPrefix("cases: "), "\(name)")
        answers.release(&answers)
        #expect(source.releases.stream == 1 && source.releases.batch == 1, "\(name)")
      }
      for (name, spoil) in spoiled { check(name, CaseSource(columns, spoil: spoil)) }
      for (name, spoil) in spoiledColumns {
        check("column: " + name, CaseSource(columns, spoilColumn: spoil))
      }
    }
  }

  @Test func `offsets of texts that run back are an error`() throws {
    var night = CaseSource.Column.texts("night_pain", nights)
    // The third text would end before it begins.
    night.buffers[1]?[12] = 1
    try withScorer { handle in
      let source = CaseSource([.texts("id", ids), night])
      var cases = source.stream()
      var answers = ArrowArrayStream()
      #expect(dorsal_score(handle, &cases, &answers, nil) == DORSAL_OK)
      var batch = ArrowArray()
      #expect(answers.get_next(&answers, &batch) != 0)
      answers.release(&answers)
    }
  }

  @Test func `a schema that cannot be used leaves the stream with its owner`() throws {
    try withScorer { handle in
      for bad in [
        CaseSource.Column(format: "+l", name: "age", count: 4, buffers: [nil]),
        CaseSource.Column(format: "tdD", name: "age", count: 4, buffers: [nil, []]),
        CaseSource.Column(format: "", name: "age", count: 4, buffers: [nil, []]),
        .texts("ages", nights), .texts("id", ids),
      ] {
        let source = CaseSource([.texts("id", ids), bad])
        var cases = source.stream()
        var answers = ArrowArrayStream()
        let said = call { dorsal_score(handle, &cases, &answers, $0) }
        #expect(said.status == DORSAL_ERROR_DATA)
        #expect(!said.text.isEmpty)
        #expect(source.releases.stream == 0)
        cases.release(&cases)
      }
    }
  }

  @Test func `NULL and released streams are refused`() throws {
    var answers = ArrowArrayStream()
    var released = ArrowArrayStream()
    #expect(call { dorsal_model_open(nil, nil, $0) }.status == DORSAL_ERROR_ARGUMENT)
    var model: OpaquePointer?
    #expect(call { dorsal_model_open(nil, &model, $0) }.status == DORSAL_ERROR_ARGUMENT)
    #expect(call { dorsal_model_open("/nowhere", &model, $0) }.status == DORSAL_ERROR_MODEL)
    #expect(model == nil)
    var scorer: OpaquePointer?
    #expect(call { dorsal_scorer_make(nil, nil, &scorer, $0) }.status == DORSAL_ERROR_ARGUMENT)
    #expect(dorsal_score(nil, nil, nil, nil) == DORSAL_ERROR_ARGUMENT)
    dorsal_model_free(nil)
    dorsal_scorer_free(nil)
    dorsal_text_free(nil)
    try withScorer { handle in
      #expect(
        call { dorsal_score(handle, &released, &answers, $0) }.status == DORSAL_ERROR_ARGUMENT)
    }
  }

  @Test(arguments: [
    "{", "[]", #"{"tops": 3}"#, #"{"top": 0}"#, #"{"top": 1.5}"#, #"{"prior_weight": 2}"#,
    #"{"setting": "moon"}"#, #"{"interval": 1}"#, #"{"threads": 0}"#, #"{"coverage": 0.9}"#,
    #"{"all": 1}"#, #"{"calibration": "{}"}"#,
  ])
  func `options that cannot be meant are refused`(options: String) throws {
    var model: OpaquePointer?
    try #require(dorsal_model_open(Fixture.shippedFolder, &model, nil) == DORSAL_OK)
    defer { dorsal_model_free(model) }
    var scorer: OpaquePointer?
    let said = call { dorsal_scorer_make(model, options, &scorer, $0) }
    #expect(said.status == DORSAL_ERROR_ARGUMENT)
    #expect(!said.text.isEmpty)
    #expect(scorer == nil)
  }

  @Test func `a whole stream is released whatever comes of it`() throws {
    try withScorer { handle in
      for (row, status) in [
        (0, DORSAL_OK), (9, DORSAL_ERROR_ARGUMENT), (-1, DORSAL_ERROR_ARGUMENT),
      ] {
        let source = CaseSource(columns)
        var cases = source.stream()
        var text: UnsafeMutablePointer<CChar>?
        #expect(dorsal_explain(handle, &cases, Int64(row), "json", &text, nil) == status)
        #expect((text != nil) == (status == DORSAL_OK))
        dorsal_text_free(text)
        #expect(source.releases.stream == 1)
      }
      let source = CaseSource(columns)
      var cases = source.stream()
      var text: UnsafeMutablePointer<CChar>?
      #expect(dorsal_evaluate(handle, &cases, "xml", &text, nil) == DORSAL_ERROR_ARGUMENT)
      #expect(source.releases.stream == 1)
    }
  }

  @Test func `the version is that of the header`() {
    #expect(dorsal_abi_version() == DORSAL_ABI_VERSION)
  }
}
