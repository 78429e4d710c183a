import Dorsal

let model = try Model(folder: "Models/back-pain")
let scorer = Scorer(model)
var batch = scorer.makeBatch()
try batch.append("a-17", ["age": 67, "site": "thoracic", "night_pain": true])
for answer in scorer.answers(for: batch, top: 3) {
  print(answer.id, answer.urgency)
  for ranked in answer.ranking { print(ranked.cause.label, ranked.probability) }
}
print(scorer.explain(0, of: batch, interval: 0.95).text(top: 1))
