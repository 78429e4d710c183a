// How a program embeds Dorsal: `swift run EmbeddingExample Models/back-pain Data/examples.csv`.
import Dorsal

let arguments = CommandLine.arguments
let model = try Model(folder: arguments.count > 1 ? arguments[1] : "Models/back-pain")
let scorer = Scorer(model)

// A case that the program has itself. A batch belongs to its model: names are checked here.
var batch = scorer.makeBatch()
try batch.append(
  "a-17", ["age": 67, "site": "thoracic", "night_pain": true, "history_of_cancer": true],
  diagnosis: ["spinal_metastasis"])
for answer in scorer.answers(for: batch, top: 3) {
  print(answer.id, answer.urgency)
  for ranked in answer.ranking { print("  \(ranked.cause.label): \(ranked.probability)") }
}

// Why, as text; `.json()` and `.html()` say the same. `.steps` says what guidelines do next.
let why = scorer.explain(0, of: batch, interval: 0.95)
print(why.text(top: 1))
for item in why.steps.open.prefix(3) { print("\(item.step.when): \(item.step.what)") }

// What is worth finding out next.
for appraisal in scorer.suggestions(for: 0, of: batch).appraisals.prefix(3) {
  print("ask for", model.findings[appraisal.finding].id, appraisal.information, "bits")
}

// A file of any size, row by row, in bounded memory.
let file = CaseFilePath(arguments.count > 2 ? arguments[2] : "Data/examples.csv")
for try await answer in scorer.answers(of: file, top: 1, threads: 2) {
  switch answer {
  case .scored(let answer): print(answer.id, answer.ranking[0].cause.id, answer.urgency)
  case .rejected(let row): print(row)
  }
}

// A correction fitted to labelled cases, here drawn from the model itself.
var options = CaseSimulator.Options()
options.missing = .chance(0.5)
let labelled = try CaseSimulator(model: model, options: options).cases(0..<2000)
let fitted = try await Calibration.fit(.temperature, to: labelled, scorer: scorer)
let calibrated = scorer.answers(for: batch, top: 1, calibration: fitted.calibration)
print("calibrated:", calibrated[0].ranking[0].probability)
