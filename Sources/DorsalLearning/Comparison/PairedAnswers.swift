internal import DorsalCore
internal import DorsalNumerics

/// The cases that both sides of a comparison answered.
struct PairedAnswers: Sendable {
  let a: AnsweredCases
  let b: AnsweredCases
  /// Where each case stands in either list.
  private(set) var places: [(a: Int, b: Int)] = []
  /// Those of `places` that have a diagnosis by both sides.
  private(set) var judged: [(a: AnsweredCases.Judged, b: AnsweredCases.Judged, place: Int)] = []
  /// The places in `judged` of cases whose diagnosis is a cause of both models, `unlisted` left out.
  private(set) var covered: [Int] = []
  /// Cases with a diagnosis that only one model has.
  private(set) var diagnosedByOne = (a: 0, b: 0)
  /// Cases that only one side could read.
  private(set) var answeredByOne = (a: 0, b: 0)

  /// Finds the same lines in both lists, which have them in ascending order.
  init(_ a: AnsweredCases, _ b: AnsweredCases) {
    (self.a, self.b) = (a, b)
    var (i, j) = (0, 0)
    places.reserveCapacity(min(a.count, b.count))
    while i < a.count, j < b.count {
      let (first, second) = (a.answers[i], b.answers[j])
      if first.line < second.line {
        answeredByOne.a += 1
        i += 1
      } else if first.line > second.line {
        answeredByOne.b += 1
        j += 1
      } else {
        add(first, second, at: (i, j))
        i += 1
        j += 1
      }
    }
    answeredByOne.a += a.count - i
    answeredByOne.b += b.count - j
  }

  private mutating func add(
    _ first: AnsweredCases.Answer, _ second: AnsweredCases.Answer, at place: (Int, Int)
  ) {
    places.append(place)
    switch (first.judged, second.judged) {
    case (.some(let own), .some(let other)):
      if own.covered != nil, other.covered != nil { covered.append(judged.count) }
      judged.append((own, other, places.count - 1))
    case (.some, nil): diagnosedByOne.a += 1
    case (nil, .some): diagnosedByOne.b += 1
    case (nil, nil): break
    }
  }

  /// The answers to a case with a diagnosis.
  func answers(_ row: Int) -> (a: AnsweredCases.Answer, b: AnsweredCases.Answer) {
    let place = places[judged[row].place]
    return (a.answers[place.a], b.answers[place.b])
  }

  /// Whether anything that is kept of the probabilities of a case with a diagnosis differs.
  func haveOtherProbabilities(_ row: Int) -> Bool {
    let (a, b) = answers(row)
    return a.urgent != b.urgent || a.emergency != b.emergency
      || self.a.model.causes[Int(a.leading)].id != self.b.model.causes[Int(b.leading)].id
      || judged[row].a.brierOfAll != judged[row].b.brierOfAll
      || judged[row].a.logLossOfAll != judged[row].b.logLossOfAll
      || judged[row].a.covered?.rank != judged[row].b.covered?.rank
  }

  /// Whether the sides give a case with a diagnosis another urgency.
  func haveOtherUrgencies(_ row: Int) -> Bool {
    let (a, b) = answers(row)
    return a.given != b.given
  }

  /// What a case with a diagnosis of both models is like by both.
  func outcomes(_ row: Int) -> (a: AnsweredCases.Covered, b: AnsweredCases.Covered)? {
    guard let own = judged[row].a.covered, let other = judged[row].b.covered else { return nil }
    return (own, other)
  }
}
