public import CDorsal
import Dorsal
import DorsalCore

// The functions of dorsal.h that make models and cases, and those of scores.

/// Fits a model to the diagnoses.
@c @implementation public func dorsal_fit(
  _ model: OpaquePointer?, _ cases: UnsafeMutablePointer<ArrowArrayStream>?,
  _ json: UnsafePointer<CChar>?, _ tables: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
  _ calibration: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
  _ report: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
  _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  defer { Call.release(cases) }
  return Call.answer(error) { () throws(InterfaceFault) in
    if let calibration = calibration { calibration.pointee = nil }
    if let report = report { report.pointee = nil }
    let place = try Call.required(tables, "tables")
    place.pointee = nil
    let handle: ModelHandle = try Call.object(model, "model")
    let fit = try ModelFit(handle, options: try Call.options(json))
    if fit.calibrates, calibration == nil {
      throw InterfaceFault(.argument, "calibration is NULL, and options ask for one")
    }
    let stream = try Call.wholeStream(cases, fit.reading)
    let fitted = try fit.fitted(stream)
    if let report = report { report.pointee = CText.copy(fitted.report) }
    if let refusal = fitted.refusal { throw InterfaceFault(.refused, refusal) }
    if let calibration = calibration {
      calibration.pointee = fitted.calibration.map { CText.copy($0) }
    }
    place.pointee = CText.copy(fitted.tables)
  }
}

/// Makes a model from nothing but a table.
@c @implementation public func dorsal_fit_new(
  _ table: UnsafeMutablePointer<ArrowArrayStream>?, _ json: UnsafePointer<CChar>?,
  _ tables: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
  _ recoded: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
  _ calibration: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
  _ report: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
  _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  defer { Call.release(table) }
  return Call.answer(error) { () throws(InterfaceFault) in
    for place in [recoded, calibration, report] { place?.pointee = nil }
    let place = try Call.required(tables, "tables")
    place.pointee = nil
    let fit = try NewModelFit(options: try Call.options(json))
    if fit.calibrates, calibration == nil {
      throw InterfaceFault(.argument, "calibration is NULL, and options ask for one")
    }
    let fitted = try fit.fitted(try Call.required(table, "table"))
    recoded?.pointee = fitted.recoded.map { CText.copy($0) }
    calibration?.pointee = fitted.calibration.map { CText.copy($0) }
    report?.pointee = CText.copy(fitted.report)
    place.pointee = CText.copy(fitted.tables)
  }
}

/// Draws cases from a model.
@c @implementation public func dorsal_simulate(
  _ model: OpaquePointer?, _ json: UnsafePointer<CChar>?,
  _ cases: UnsafeMutablePointer<ArrowArrayStream>?,
  _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  Call.answer(error) { () throws(InterfaceFault) in
    let handle: ModelHandle = try Call.object(model, "model")
    let place = try Call.required(cases, "cases")
    let simulation = try Simulation(handle.model, options: try Call.options(json))
    place.initialize(to: ExportedStream.make(simulation))
  }
}

/// Evaluates the clinical scores of a stream of cases.
@c @implementation public func dorsal_scores(
  _ model: OpaquePointer?, _ cases: UnsafeMutablePointer<ArrowArrayStream>?,
  _ json: UnsafePointer<CChar>?, _ answers: UnsafeMutablePointer<ArrowArrayStream>?,
  _ error: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> Int32 {
  Call.answer(error) { () throws(InterfaceFault) in
    let handle: ModelHandle = try Call.object(model, "model")
    let cases = try Call.required(cases, "cases")
    let place = try Call.required(answers, "answers")
    let content = try ScoreContent(handle.model, options: try Call.options(json))
    let stream = try ForeignCases(cases, reading: content.reading)
    place.initialize(
      to: ExportedStream.make(AnswerStream(stream) { content.columns(of: $0) }))
  }
}
