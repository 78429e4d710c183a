import ArgumentParser
import Dorsal

/// `dorsal model weights`: weights for findings that repeat one another, from labelled cases.
struct ModelWeights: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "weights",
    abstract: "Fit the weights of grouped findings to labelled cases.",
    discussion: """
      One weight from 0 to 1 for each group of findings (column group of findings.csv), or with \
      --ridge one for each finding, held to the mean of its group; findings without a group keep \
      theirs. Cases may be patients, or drawn by simulate --correlation. Judge the weights on \
      other cases than they were fitted to.
      """)

  @OptionGroup var model: ModelOptions
  @OptionGroup var cases: CaseFileOptions

  @Option(
    name: .long,
    help: ArgumentHelp(
      "One weight a finding, each held to its group's mean with this strength, such as 100.",
      valueName: "strength"))
  var ridge: Double?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "Write findings.csv with the weights, rounded to two decimals.", valueName: "file"))
  var output: String?

  @Flag(name: .long, help: "Answer as JSON.")
  var json = false

  func validate() throws {
    if let ridge, !(ridge > 0 && ridge <= 1e12) {
      throw ValidationError("--ridge \(ridge): expected a number above 0, at most 1e12")
    }
    if let output, OutputFile.standardOutput.contains(output) {
      throw ValidationError("--output \(output): the table goes to a file")
    }
  }

  func run() throws {
    let folder = try model.folder()
    try DistinctFiles.check(
      reading: [cases.file], model: folder, writing: [.init("--output", output), .standard])
    let tables = ModelTables(folder: folder)
    let model = try Model(tables: tables)
    guard model.jointStates == nil else {
      throw Failure(
        .badData,
        "\(folder): the model has groups.csv or parents.csv, and no weights; correlations of its "
          + "groups are not fitted")
    }
    let scorer = try cases.scorer(model: model)
    let file = try cases.readAll(model: model)
    var options = WeightFit.Options()
    options.ridge = ridge
    let fit: WeightFit
    do throws(WeightFitError) {
      fit = try WeightFit(file.cases, scorer: scorer, options: options)
    } catch {
      throw Failure(.badData, "\(cases.file): \(error.description)")
    }
    let listing = WeightListing(fit, model: model)
    if let output {
      let fitted = fit.terms.flatMap { term in
        term.findings.map { (model.findings[$0].id, term.weight) }
      }
      guard let table = tables.findings(withWeights: Dictionary(fitted) { first, _ in first })
      else { throw Failure(.badData, "\(tables.origin)/findings.csv: cannot be read again") }
      let file = try OutputFile(path: output)
      try file.write(table)
      try file.finish()
    }
    try OutputFile(path: nil).write(json ? listing.json.indentedText + "\n" : listing.text)
    if !fit.isConverged {
      throw Failure(.badData, "\(cases.file): the weights did not converge")
    }
    try file.requireAllRead(from: cases.file)
  }
}
