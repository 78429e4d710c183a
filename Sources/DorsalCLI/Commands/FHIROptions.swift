import ArgumentParser
import Dorsal
import DorsalFHIR

/// How files of FHIR are read.
struct FHIROptions: ParsableArguments {
  /// So many reasons are told why resources were not used.
  private static let mostReasons = 50

  @Flag(
    name: .long,
    help: "The file has a Bundle or a QuestionnaireResponse of FHIR R4 on each line.")
  var fhir = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The day of the cases of FHIR. (default: that of their last Encounter or response)",
      valueName: "date"))
  var date: String?

  func validate() throws {
    guard let date else { return }
    if !fhir { throw ValidationError("--date is for --fhir") }
    if CivilDate(date) == nil {
      throw ValidationError("--date \(date): expected a day such as 2024-05-31")
    }
  }

  private var day: CivilDate? { date.flatMap(CivilDate.init) }

  /// What answers the cases of a file of FHIR as the service does.
  func rows(
    scorer: Scorer, top: Int?, intervals: FHIRAnswers.Intervals?, calibration: Calibration?
  ) throws -> FHIRRows {
    do {
      return FHIRRows(
        try FHIRAnswers(scorer: scorer, calibration: calibration), top: top, intervals: intervals)
    } catch {
      throw Failure(.badData, error.description)
    }
  }

  /// What reads the lines, where the file is one of FHIR.
  ///
  /// - Parameter rows: What answers them in FHIR, where it does.
  func lines(model: Model, rows: FHIRRows? = nil) throws -> FHIRLines? {
    guard fhir else { return nil }
    if let rows { return rows.lines(date: day) }
    do {
      return FHIRLines(reader: try FHIRReader(model: model), date: day)
    } catch {
      throw Failure(.badData, error.description)
    }
  }

  /// Tells on standard error what of the resources was used.
  func tell(_ lines: FHIRLines?, file: String) {
    guard let lines else { return }
    StandardError.write(
      "\(file): " + lines.report(most: Self.mostReasons).joined(separator: "\n") + "\n")
  }
}
