import Dorsal

/// Random scores as rows of text, and what they come to for a case, in plain loops over rows: the
/// reference for `ClinicalScores`. Nothing here uses the library but for its random numbers.
struct PlainScores {
  struct Row {
    let item: String
    let rule: String
    let option: String
    let subject: String
    let state: String
    /// Points in hundredths; nothing in a decision table.
    let points: Int?
    let result: String
  }

  struct Score {
    let id: String
    let isTable: Bool
    var rows: [Row] = []
    /// Id, least and greatest points in hundredths.
    var bands: [(id: String, least: Int, greatest: Int)] = []

    /// The items in their order.
    var items: [String] { rows.map(\.item).reduce(into: []) { if $0.last != $1 { $0.append($1) } } }
  }

  /// What a score may come to: points, and bands.
  struct Outcome: Equatable {
    var least: Int
    var greatest: Int
    var bands: Set<String>
  }

  /// The inputs with the values that are tried: states, or numbers on and between all cuts.
  var inputs: [(id: String, isNumber: Bool, values: [String])] = []
  var scores: [Score] = []

  // MARK: - What a case comes to

  /// Whether a value satisfies a cell: states with | between them, or comparisons.
  private static func holds(_ cell: String, _ value: String) -> Bool {
    cell.split(separator: "|").contains { part in
      guard let number = Double(value), part.contains("<") || part.contains(">") else {
        return String(part) == value
      }
      return part.split(separator: " ").allSatisfy { test in
        if test.hasPrefix(">=") { return number >= (Double(test.dropFirst(2)) ?? .nan) }
        if test.hasPrefix("<=") { return number <= (Double(test.dropFirst(2)) ?? .nan) }
        if test.hasPrefix(">") { return number > (Double(test.dropFirst()) ?? .nan) }
        return number < (Double(test.dropFirst()) ?? .nan)
      }
    }
  }

  /// The options of an item that hold, and its row of otherwise.
  private static func options(_ rows: [Row]) -> (options: [[Row]], otherwise: Row?) {
    var options: [[Row]] = []
    for row in rows where row.subject != "*" {
      if !row.option.isEmpty, let index = options.firstIndex(where: { $0[0].option == row.option })
      {
        options[index].append(row)
      } else {
        options.append([row])
      }
    }
    return (options, rows.first { $0.subject == "*" })
  }

  /// The least and greatest points of an item. With all values given they differ only where an
  /// item takes the first known finding and none is known.
  private static func points(
    _ rows: [Row], _ values: [String: String], known: Set<String>
  ) -> ClosedRange<Int> {
    let (options, otherwise) = options(rows)
    func sum(_ options: [[Row]]) -> Int { options.reduce(0) { $0 + ($1[0].points ?? 0) } }
    func isTrue(_ option: [Row]) -> Bool {
      option.allSatisfy { holds($0.state, values[$0.subject] ?? "") }
    }
    let rest = otherwise?.points ?? 0
    let holding = options.filter(isTrue)
    let rule = rows[0].rule
    if rule == "first" {
      let subjects = rows.map(\.subject).reduce(into: [String]()) {
        if !$0.contains($1) { $0.append($1) }
      }
      let deciding = subjects.first(where: known.contains).map { [$0] } ?? subjects
      let all = deciding.map { subject in
        holding.filter { $0[0].subject == subject }.compactMap { $0[0].points }.max() ?? 0
      }
      return (all.min() ?? 0)...(all.max() ?? 0)
    }
    let value: Int
    if rule == "any" {
      value = holding.first?[0].points ?? rest
    } else if rule.hasPrefix("at_least:") {
      value = holding.count >= (Int(rule.dropFirst(9)) ?? 0) ? (options[0][0].points ?? 0) : rest
    } else if rule == "sum" {
      value = sum(holding)
    } else if rule.hasPrefix("sum:") {
      value = min(sum(holding), (Int(rule.dropFirst(4)) ?? 0) * 100)
    } else {
      value = holding.compactMap { $0[0].points }.max() ?? rest
    }
    return value...value
  }

  /// What all scores come to for values of all inputs, some of them known to the case.
  func outcomes(_ values: [String: String], known: Set<String>) -> [Outcome] {
    var values = values
    var outcomes: [Outcome] = []
    for score in scores {
      var outcome = Outcome(least: 0, greatest: 0, bands: [])
      for item in score.items {
        let rows = score.rows.filter { $0.item == item }
        if score.isTable {
          if !outcome.bands.isEmpty { continue }
          let (options, otherwise) = Self.options(rows)
          let holding = options.filter { option in
            option.allSatisfy { Self.holds($0.state, values[$0.subject] ?? "") }
          }
          let needed =
            rows[0].rule.hasPrefix("at_least:") ? (Int(rows[0].rule.dropFirst(9)) ?? 0) : 1
          if otherwise != nil || holding.count >= needed { outcome.bands = [rows[0].result] }
        } else {
          let points = Self.points(rows, values, known: known)
          outcome.least += points.lowerBound
          outcome.greatest += points.upperBound
        }
      }
      if !score.isTable {
        outcome.bands = Set(
          score.bands.filter { $0.least <= outcome.greatest && $0.greatest >= outcome.least }
            .map(\.id))
      }
      // Scores that look at it are given one band, so that a part must be certain of it here.
      values[score.id] = outcome.bands.count == 1 ? outcome.bands.first : ""
      outcomes.append(outcome)
    }
    return outcomes
  }

  /// What all scores may come to where some inputs are unknown: every value of every unknown one is
  /// tried.
  func outcomes(known: [String: String]) -> [Outcome] {
    let open = inputs.filter { known[$0.id] == nil }
    var found: [Outcome] = []
    var places = [Int](repeating: 0, count: open.count)
    while true {
      var values = known
      for (input, place) in zip(open, places) { values[input.id] = input.values[place] }
      let here = outcomes(values, known: Set(known.keys))
      if found.isEmpty {
        found = here
      } else {
        for index in here.indices {
          found[index].least = min(found[index].least, here[index].least)
          found[index].greatest = max(found[index].greatest, here[index].greatest)
          found[index].bands.formUnion(here[index].bands)
        }
      }
      guard let next = places.indices.first(where: { places[$0] + 1 < open[$0].values.count })
      else {
        return found
      }
      places[next] += 1
      for index in 0..<next { places[index] = 0 }
    }
  }

  // MARK: - Random scores

  private static let cells = [
    "<1", ">=1 <3", ">2", "<=2", ">=3", "<1 | >3", ">1 <=3", "<1|>=2",
  ]

  /// Draws two categories, two numbers and a sign, and scores of them and of one another.
  ///
  /// - Parameter hasSharing: Whether findings may stand in several items of a score.
  init(seed: UInt64, hasSharing: Bool) {
    var generator = SplitMix64(seed: seed)
    func pick<Element>(_ list: [Element]) -> Element {
      list[Int.random(in: 0..<list.count, using: &generator)]
    }
    func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &generator) < share }
    let numbers = stride(from: 0, through: 4, by: 0.5).map { "\($0)" }
    inputs = [
      ("c0", false, ["a", "b", "c"]), ("c1", false, ["a", "b"]), ("n0", true, numbers),
      ("n1", true, numbers), ("s0", false, ["absent", "present"]),
    ]
    func cell(_ subject: String) -> String {
      if let score = scores.first(where: { $0.id == subject }) { return pick(score.bands).id }
      let input = inputs[inputs.firstIndex { $0.id == subject } ?? 0]
      if input.isNumber { return pick(Self.cells) }
      return input.values.count > 2 && chance(0.3) ? "a|c" : pick(input.values)
    }
    for index in 0..<4 {
      let isTable = index == 3
      var score = Score(id: "score\(index)", isTable: isTable)
      var free = inputs.map(\.id).shuffled(using: &generator)
      for item in 0..<3 {
        // Scores of scores look at findings twice, through their parts and by themselves.
        // What an item of the rule first comes to may be open even where all is known.
        let parts = scores.filter { other in !other.rows.contains { $0.rule == "first" } }
        var subjects = hasSharing || isTable ? inputs.map(\.id) + parts.map(\.id) : free
        guard !subjects.isEmpty else { break }
        subjects.shuffle(using: &generator)
        let chosen = Array(subjects.prefix(Int.random(in: 1...2, using: &generator)))
        free.removeAll(where: chosen.contains)
        let rules = ["", "highest", "any", "at_least:1", "at_least:2", "sum", "sum:2", "first"]
        var rule = isTable ? pick(["", "any"]) : pick(rules)
        if rule == "first", chosen.contains(where: { $0.hasPrefix("score") }) { rule = "sum" }
        let isEqual = rule == "any" || rule.hasPrefix("at_least")
        let same = pick([50, 100, 150, -100])
        var rows: [Row] = []
        func add(_ option: String, _ subject: String, _ points: Int) {
          let row = Row(
            item: "i\(item)", rule: rule, option: option, subject: subject, state: cell(subject),
            points: isTable ? nil : points, result: isTable ? "b\(item)" : "")
          if !rows.contains(where: { $0.subject == subject && $0.state == row.state }) {
            rows.append(row)
          }
        }
        if chosen.count == 2, rule != "first", chance(0.5) {
          for subject in chosen { add("x", subject, same) }
        }
        for subject in chosen {
          for _ in 0..<2 { add("", subject, isEqual ? same : pick([0, 100, 150, 200, -50])) }
        }
        let optionCount = Self.options(rows).options.count
        if rule == "at_least:2", optionCount < 2 { continue }
        if !isTable, rule != "first", !rule.hasPrefix("sum"), chance(0.3) {
          rows.append(
            Row(
              item: "i\(item)", rule: rule, option: "", subject: "*", state: "",
              points: pick([25, 300]), result: ""))
        }
        score.rows += rows
      }
      if isTable {
        score.rows.append(
          Row(
            item: "rest", rule: "", option: "", subject: "*", state: "", points: nil,
            result: "rest"))
        for item in score.items {
          score.bands.append((item == "rest" ? item : "b" + item.dropFirst(), 0, 0))
        }
      }
      scores.append(score)
      if !isTable { bound(index, &generator) }
    }
  }

  /// Cuts the points of a score into two bands, each with totals that cases have.
  private mutating func bound(_ index: Int, _ generator: inout SplitMix64) {
    var totals: Set<Int> = []
    for _ in 0..<40 {
      var values: [String: String] = [:]
      for input in inputs { values[input.id] = input.values.randomElement(using: &generator) }
      totals.insert(outcomes(values, known: Set(values.keys))[index].least)
    }
    let ordered = totals.sorted()
    if ordered.count == 1 {
      scores[index].bands = [("all", -5000, 5000)]
    } else {
      let cut = ordered[ordered.count / 2 - (ordered.count > 2 ? 0 : 1)]
      let last = ordered.last == cut ? ordered[ordered.count - 2] : cut
      scores[index].bands = [("low", -5000, last), ("high", last + 1, 5000)]
    }
  }

  // MARK: - As tables

  private static func text(_ hundredths: Int) -> String { "\(Double(hundredths) / 100)" }

  /// The tables as CSV, by their names.
  ///
  /// - Parameter reversed: Whether scores, and items of scores of points, stand in the opposite order.
  func tables(reversed: Bool = false) -> [String: String] {
    var inputRows = "id,kind,unit,edges,states,minimum,maximum,question\n"
    for input in inputs {
      if input.isNumber {
        inputRows += "\(input.id),number,,,,0,4,How many?\n"
      } else {
        let kind = input.id == "s0" ? "binary" : "category"
        inputRows += "\(input.id),\(kind),,,\(input.values.joined(separator: ";")),,,Which?\n"
      }
    }
    var heads = "id,kind,role,label,key,population,purpose,not_for,source,seen,note\n"
    var rows = "score,item,rule,option,finding,state,points,result,label,note\n"
    var bands = "score,band,least,greatest,label,meaning,source,note\n"
    for score in reversed ? scores.reversed() : scores {
      let kind = score.isTable ? "table" : "points"
      heads += "\(score.id),\(kind),score,S,,All,Says,Not,smith2001,copy,\n"
      for item in reversed && !score.isTable ? score.items.reversed() : score.items {
        for row in score.rows where row.item == item {
          rows +=
            "\(score.id),\(row.item),\(row.rule),\(row.option),\(row.subject),\(row.state),"
            + "\(row.points.map(Self.text) ?? ""),\(row.result),L,\n"
        }
      }
      for band in score.bands {
        let points = score.isTable ? "," : "\(Self.text(band.least)),\(Self.text(band.greatest))"
        bands += "\(score.id),\(band.id),\(points),B,M,smith2001,\n"
      }
    }
    return [
      "inputs.csv": inputRows, "scores.csv": heads, "score_items.csv": rows,
      "score_bands.csv": bands,
    ]
  }
}
