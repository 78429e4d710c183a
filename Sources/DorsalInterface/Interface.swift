public import CDorsal
import Dorsal
import DorsalCore

// The functions of dorsal.h; the header says what each does. None lets an error or a precondition
// out: whatever comes in is checked here, or by what is called.

/// The version of the engine, for all callers.
private nonisolated(unsafe) let versionText = CText.copy(Release.version)

/// Does some work, and puts what goes wrong into a status and a text.
private func answer(
  _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
  _ work: () throws(InterfaceFault) -> Void
) -> Int32 {
  if let error = error { error.pointee = nil }
  do throws(InterfaceFault) {
    try work()
    return DORSAL_OK
  } catch let fault {
    if let error = error { error.pointee = CText.copy(fault.text) }
    return fault.kind.rawValue
  }
}

/// The object behind a handle.
private func object<Handle: AnyObject>(
  _ pointer: OpaquePointer?, _ name: String
) throws(InterfaceFault) -> Handle {
  guard let pointer = pointer else {
    throw InterfaceFault(.argument, "\(name) is NULL")
  }
  return Unmanaged<Handle>.fromOpaque(UnsafeRawPointer(pointer)).takeUnretainedValue()
}

private func handle(_ object: AnyObject) -> OpaquePointer {
  OpaquePointer(Unmanaged.passRetained(object).toOpaque())
}

private func required<Pointee>(
  _ pointer: UnsafeMutablePointer<Pointee>?, _ name: String
) throws(InterfaceFault) -> UnsafeMutablePointer<Pointee> {
  guard let pointer = pointer else {
    throw InterfaceFault(.argument, "\(name) is NULL")
  }
  return pointer
}

private func text(
  _ pointer: UnsafePointer<CChar>?, _ name: String
) throws(InterfaceFault) -> String {
  guard let text = CText.read(pointer) else {
    throw InterfaceFault(.argument, "\(name) is NULL or no UTF-8")
  }
  return text
}

/// Options of JSON; NULL is none.
private func options(_ pointer: UnsafePointer<CChar>?) throws(InterfaceFault) -> String? {
  guard pointer != nil else { return nil }
  return try text(pointer, "options")
}

/// One of some formats.
private func format(
  _ pointer: UnsafePointer<CChar>?, of formats: [String]
) throws(InterfaceFault) -> String {
  let name = try text(pointer, "format")
  guard formats.contains(name) else {
    throw InterfaceFault(
      .argument, "format \"\(name)\": expected one of " + formats.joined(separator: ", "))
  }
  return name
}

/// Takes a stream over, to read it whole; it is released even where it cannot be read.
private func wholeStream(
  _ cases: UnsafeMutablePointer<ArrowArrayStream>?, for handle: ScorerHandle
) throws(InterfaceFault) -> CaseStream {
  let cases = try required(cases, "cases")
  do throws(InterfaceFault) {
    return try CaseStream(cases, for: handle)
  } catch {
    release(cases)
    throw error
  }
}

/// Releases a stream that is still somebody's.
private func release(_ cases: UnsafeMutablePointer<ArrowArrayStream>?) {
  if let cases = cases, let release = cases.pointee.release {
    release(cases)
  }
}

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
  answer(error) { () throws(InterfaceFault) in
    let place = try required(model, "model")
    place.pointee = nil
    let folder = try text(folder, "folder")
    do throws(ModelError) {
      place.pointee = handle(ModelHandle(try Model(folder: folder)))
    } catch {
      throw InterfaceFault(.model, "\(error)")
    }
  }
}

/// Loads a model from tables in memory.
@c @implementation public func dorsal_model_from_tables(
  _ count: Int64, _ names: UnsafePointer<UnsafePointer<CChar>?>?,
  _ contents: UnsafePointer<UnsafePointer<UInt8>?>?, _ lengths: UnsafePointer<Int64>?,
  _ model: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  answer(error) { () throws(InterfaceFault) in
    let place = try required(model, "model")
    place.pointee = nil
    guard (0...1000).contains(count), let names = names, let contents = contents,
      let lengths = lengths
    else { throw InterfaceFault(.argument, "tables: expected names, contents and lengths") }
    var files: [String: [UInt8]] = [:]
    for table in 0..<Int(count) {
      let name = try text(names[table], "a name of a table")
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
    do throws(ModelError) {
      let tables = ModelTables(origin: "memory", files: files)
      place.pointee = handle(ModelHandle(try Model(tables: tables)))
    } catch {
      throw InterfaceFault(.model, "\(error)")
    }
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
  answer(error) { () throws(InterfaceFault) in
    let place = try required(json, "json")
    place.pointee = nil
    let handle: ModelHandle = try object(model, "model")
    place.pointee = CText.copy(ModelDescription.json(of: handle.model))
  }
}

/// Makes a scorer.
@c @implementation public func dorsal_scorer_make(
  _ model: OpaquePointer?, _ json: UnsafePointer<CChar>?,
  _ scorer: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  answer(error) { () throws(InterfaceFault) in
    let place = try required(scorer, "scorer")
    place.pointee = nil
    let model: ModelHandle = try object(model, "model")
    place.pointee = handle(try ScorerHandle(model.model, options: try options(json)))
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
  answer(error) { () throws(InterfaceFault) in
    let handle: ScorerHandle = try object(scorer, "scorer")
    let cases = try required(cases, "cases")
    let place = try required(answers, "answers")
    let stream = try CaseStream(cases, for: handle)
    place.initialize(to: AnswerStream(cases: stream, handle: handle).exported())
  }
}

/// Why one case got its ranking.
@c @implementation public func dorsal_explain(
  _ scorer: OpaquePointer?, _ cases: UnsafeMutablePointer<ArrowArrayStream>?, _ row: Int64,
  _ form: UnsafePointer<CChar>?,
  _ explanation: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
  _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  defer { release(cases) }
  return answer(error) { () throws(InterfaceFault) in
    let place = try required(explanation, "explanation")
    place.pointee = nil
    let handle: ScorerHandle = try object(scorer, "scorer")
    let form = try format(form, of: ["json", "text", "html"])
    let stream = try wholeStream(cases, for: handle)
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
  defer { release(cases) }
  return answer(error) { () throws(InterfaceFault) in
    let place = try required(suggestions, "suggestions")
    place.pointee = nil
    let handle: ScorerHandle = try object(scorer, "scorer")
    let stream = try wholeStream(cases, for: handle)
    let alone = try WholeStream.find(row, in: stream, model: handle.scorer.model)
    place.pointee = CText.copy(WholeStream.suggestions(alone, scorer: handle.scorer))
  }
}

/// How the answers compare with the diagnoses.
@c @implementation public func dorsal_evaluate(
  _ scorer: OpaquePointer?, _ cases: UnsafeMutablePointer<ArrowArrayStream>?,
  _ form: UnsafePointer<CChar>?,
  _ evaluation: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
  _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  defer { release(cases) }
  return answer(error) { () throws(InterfaceFault) in
    let place = try required(evaluation, "evaluation")
    place.pointee = nil
    let handle: ScorerHandle = try object(scorer, "scorer")
    let form = try format(form, of: ["json", "text"])
    let stream = try wholeStream(cases, for: handle)
    place.pointee = CText.copy(
      try WholeStream.evaluate(stream, handle: handle, format: form))
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
  defer { release(cases) }
  return answer(error) { () throws(InterfaceFault) in
    let place = try required(calibration, "calibration")
    place.pointee = nil
    if let report = report { report.pointee = nil }
    let handle: ScorerHandle = try object(scorer, "scorer")
    let asked = try options(json)
    let stream = try wholeStream(cases, for: handle)
    let fitted = try WholeStream.calibrate(stream, handle: handle, options: asked)
    place.pointee = CText.copy(fitted.calibration)
    if let report = report { report.pointee = CText.copy(fitted.report) }
  }
}
