public import CDorsal
import Dorsal
import DorsalCore

// The functions of dorsal.h; the header says what each does. None lets an error or a precondition
// out: whatever comes in is checked here, or by what is called.

/// The version of the engine, for all callers.
private nonisolated(unsafe) let versionText = CText.copy(Release.version)

/// The version of the interface.
@c @implementation public func dorsal_abi_version() -> Int32 { DORSAL_ABI_VERSION }

/// The version of the engine.
@c @implementation public func dorsal_version() -> UnsafePointer<CChar>? {
  UnsafePointer(versionText)
}

/// Gives back a text.
@c @implementation public func dorsal_text_free(_ text: UnsafeMutablePointer<CChar>?) {
  text?.deallocate()
}

/// Loads a model from its folder.
@c @implementation public func dorsal_model_open(
  _ folder: UnsafePointer<CChar>?, _ model: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  Call.answer(error) { () throws(InterfaceFault) in
    let place = try Call.required(model, "model")
    place.pointee = nil
    let folder = try Call.text(folder, "folder")
    place.pointee = Call.handle(try ModelHandle(ModelTables(folder: folder)))
  }
}

/// Loads a model from tables in memory.
@c @implementation public func dorsal_model_from_tables(
  _ count: Int64, _ names: UnsafePointer<UnsafePointer<CChar>?>?,
  _ contents: UnsafePointer<UnsafePointer<UInt8>?>?, _ lengths: UnsafePointer<Int64>?,
  _ model: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  Call.answer(error) { () throws(InterfaceFault) in
    let place = try Call.required(model, "model")
    place.pointee = nil
    guard (0...1000).contains(count), let names = names, let contents = contents,
      let lengths = lengths
    else { throw InterfaceFault(.argument, "tables: expected names, contents and lengths") }
    var files: [String: [UInt8]] = [:]
    for table in 0..<Int(count) {
      let name = try Call.text(names[table], "a name of a table")
      let length = lengths[table]
      guard length >= 0, length <= 1 << 40, contents[table] != nil || length == 0 else {
        throw InterfaceFault(.argument, "\(name): no content of \(length) bytes")
      }
      if files[name] != nil {
        throw InterfaceFault(.argument, "\(name): the table stands twice")
      }
      files[name] = Array(
        UnsafeBufferPointer(start: contents[table], count: Int(length)))
    }
    place.pointee = Call.handle(try ModelHandle(ModelTables(origin: "memory", files: files)))
  }
}

/// Gives back a model.
@c @implementation public func dorsal_model_free(_ model: OpaquePointer?) {
  guard let model = model else { return }
  Unmanaged<ModelHandle>.fromOpaque(UnsafeRawPointer(model)).release()
}

/// What a model holds, as JSON.
@c @implementation public func dorsal_model_describe(
  _ model: OpaquePointer?, _ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
  _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  Call.answer(error) { () throws(InterfaceFault) in
    let place = try Call.required(json, "json")
    place.pointee = nil
    let handle: ModelHandle = try Call.object(model, "model")
    place.pointee = CText.copy(ModelDescription.json(of: handle.model))
  }
}

/// Makes a scorer.
@c @implementation public func dorsal_scorer_make(
  _ model: OpaquePointer?, _ json: UnsafePointer<CChar>?,
  _ scorer: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  Call.answer(error) { () throws(InterfaceFault) in
    let place = try Call.required(scorer, "scorer")
    place.pointee = nil
    let model: ModelHandle = try Call.object(model, "model")
    place.pointee = Call.handle(
      try ScorerHandle(model.model, options: try Call.options(json)))
  }
}

/// Gives back a scorer.
@c @implementation public func dorsal_scorer_free(_ scorer: OpaquePointer?) {
  guard let scorer = scorer else { return }
  Unmanaged<ScorerHandle>.fromOpaque(UnsafeRawPointer(scorer)).release()
}

/// Scores a stream of batches.
@c @implementation public func dorsal_score(
  _ scorer: OpaquePointer?, _ cases: UnsafeMutablePointer<ArrowArrayStream>?,
  _ answers: UnsafeMutablePointer<ArrowArrayStream>?,
  _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  Call.answer(error) { () throws(InterfaceFault) in
    let handle: ScorerHandle = try Call.object(scorer, "scorer")
    let cases = try Call.required(cases, "cases")
    let place = try Call.required(answers, "answers")
    let content = handle.content
    let stream = try ForeignCases(
      cases, reading: handle.reading, answers: Set(content.noRows.map(\.name)))
    place.initialize(
      to: ExportedStream.make(AnswerStream(stream) { content.columns(of: $0) }))
  }
}

/// Why one case got its ranking.
@c @implementation public func dorsal_explain(
  _ scorer: OpaquePointer?, _ cases: UnsafeMutablePointer<ArrowArrayStream>?, _ row: Int64,
  _ form: UnsafePointer<CChar>?,
  _ explanation: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
  _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  defer { Call.release(cases) }
  return Call.answer(error) { () throws(InterfaceFault) in
    let place = try Call.required(explanation, "explanation")
    place.pointee = nil
    let handle: ScorerHandle = try Call.object(scorer, "scorer")
    let form = try Call.format(form, of: ["json", "text", "html"])
    let stream = try Call.wholeStream(cases, handle.reading)
    let alone = try WholeStream.find(row, in: stream, model: handle.scorer.model)
    let found = handle.scorer.explain(
      0, of: alone, interval: handle.interval, calibration: handle.calibration)
    place.pointee = CText.copy(
      form == "json" ? found.json() : form == "text" ? found.text() : found.html())
  }
}

/// What is worth finding out next of a case.
@c @implementation public func dorsal_suggest(
  _ scorer: OpaquePointer?, _ cases: UnsafeMutablePointer<ArrowArrayStream>?, _ row: Int64,
  _ suggestions: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
  _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  defer { Call.release(cases) }
  return Call.answer(error) { () throws(InterfaceFault) in
    let place = try Call.required(suggestions, "suggestions")
    place.pointee = nil
    let handle: ScorerHandle = try Call.object(scorer, "scorer")
    let stream = try Call.wholeStream(cases, handle.reading)
    let alone = try WholeStream.find(row, in: stream, model: handle.scorer.model)
    place.pointee = CText.copy(try WholeStream.suggestions(alone, handle: handle))
  }
}

/// How the answers compare with the diagnoses.
@c @implementation public func dorsal_evaluate(
  _ scorer: OpaquePointer?, _ cases: UnsafeMutablePointer<ArrowArrayStream>?,
  _ form: UnsafePointer<CChar>?,
  _ evaluation: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
  _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  dorsal_evaluate_with(scorer, cases, nil, form, evaluation, error)
}

/// The same, as asked for.
@c @implementation public func dorsal_evaluate_with(
  _ scorer: OpaquePointer?, _ cases: UnsafeMutablePointer<ArrowArrayStream>?,
  _ json: UnsafePointer<CChar>?, _ form: UnsafePointer<CChar>?,
  _ evaluation: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
  _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  defer { Call.release(cases) }
  return Call.answer(error) { () throws(InterfaceFault) in
    let place = try Call.required(evaluation, "evaluation")
    place.pointee = nil
    let handle: ScorerHandle = try Call.object(scorer, "scorer")
    let form = try Call.format(form, of: ["json", "text"])
    let options = try EvaluationOptions(try Call.options(json), model: handle.scorer.model)
    let stream = try Call.wholeStream(cases, handle.reading.keeping(options.columns.names))
    place.pointee = CText.copy(
      try WholeStream.evaluate(stream, handle: handle, options: options, format: form))
  }
}

/// Fits a calibration to the diagnoses.
@c @implementation public func dorsal_calibrate(
  _ scorer: OpaquePointer?, _ cases: UnsafeMutablePointer<ArrowArrayStream>?,
  _ json: UnsafePointer<CChar>?,
  _ calibration: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
  _ report: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
  _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  defer { Call.release(cases) }
  return Call.answer(error) { () throws(InterfaceFault) in
    let place = try Call.required(calibration, "calibration")
    place.pointee = nil
    if let report = report { report.pointee = nil }
    let handle: ScorerHandle = try Call.object(scorer, "scorer")
    let asked = try Call.options(json)
    let stream = try Call.wholeStream(cases, handle.reading)
    let fitted = try WholeStream.calibrate(stream, handle: handle, options: asked)
    place.pointee = CText.copy(fitted.calibration)
    if let report = report { report.pointee = CText.copy(fitted.report) }
  }
}
