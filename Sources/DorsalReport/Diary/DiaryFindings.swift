internal import DorsalCore

extension Diary {
  /// The findings that can be read off the entries, by the rules of `DiaryRule`.
  ///
  /// - Complexity: O(n²) for the n entries of the last `DiaryRule.comparedDays` days and the last of
  ///   `DiaryRule.trendEntries`; the others cost nothing.
  public func findings() -> [DerivedFinding] {
    var found: [DerivedFinding] = []
    found += [duration(), severity(), trend(), night()].compactMap { $0 }
    found += responses()
    found += symptomFindings()
    return found
  }

  private var last: DiaryEntry { entries[entries.count - 1] }

  /// The indices of the entries of the last days, the last one's day included.
  private func recent(days: Int) -> [Int] {
    latest { last.date.dayNumber - $0.date.dayNumber < days }
  }

  /// The indices of the last entries for which something holds, up to the first for which it does not.
  private func latest(_ holds: (DiaryEntry) -> Bool) -> [Int] {
    let before = entries.lastIndex { !holds($0) } ?? -1
    return Array(before + 1..<entries.count)
  }

  private func duration() -> DerivedFinding? {
    if let began {
      let days = last.date.dayNumber - began.dayNumber
      return DerivedFinding(
        "duration", .number(Double(days)), .duration,
        "\(days) days since \(began.text), the day on which it began", [entries.count - 1])
    }
    guard let first = places.firstPain, first < entries.count - 1 else {
      return nil
    }
    let days = last.date.dayNumber - entries[first].date.dayNumber
    return DerivedFinding(
      "duration", .number(Double(days)), .duration,
      "\(days) days or more: the diary has pain from \(entries[first].date.text) on",
      [first, entries.count - 1])
  }

  private func severity() -> DerivedFinding? {
    let day = latest { last.instant - $0.instant < 1440 }
    guard let worst = day.max(by: { entries[$0].pain < entries[$1].pain }) else { return nil }
    return DerivedFinding(
      "severity", .number(entries[worst].pain), .severity,
      "the greatest of \(day.count) in the last 24 hours", [worst])
  }

  private func trend() -> DerivedFinding? {
    let used = Array(entries.indices.suffix(DiaryRule.trendEntries.upperBound))
    let span = last.instant - entries[used[0]].instant
    guard used.count >= DiaryRule.trendEntries.lowerBound, span >= DiaryRule.trendDays * 1440,
      let slope = TheilSenSlope(
        times: used.map { Double(entries[$0].instant - entries[used[0]].instant) / (7 * 1440) },
        values: used.map { entries[$0].pain })
    else { return nil }
    let least = DiaryRule.weeklyChange
    let state: String
    if slope.slope >= least, slope.lower > 0 {
      state = "progressive"
    } else if slope.slope <= -least, slope.upper < 0 {
      state = "improving"
    } else if slope.lower > -least, slope.upper < least {
      state = "stable"
    } else {
      return nil
    }
    let reason =
      "\(NumberText.fixed(slope.slope, decimals: 2)) points a week, 95% interval "
      + "\(NumberText.fixed(slope.lower, decimals: 2)) to "
      + NumberText.fixed(slope.upper, decimals: 2)
    return DerivedFinding("trend", .state(state), .trend, reason, used, slope: slope)
  }

  private func night() -> DerivedFinding? {
    let days = recent(days: DiaryRule.recentDays)
    let named = days.filter { entries[$0].symptoms.contains("night_pain") }
    if !named.isEmpty {
      return DerivedFinding(
        "night_pain", .state("present"), .night, "named in \(named.count) entries", named)
    }
    let awake = days.filter { index in
      let entry = entries[index]
      return entry.pain >= DiaryRule.nightlyPain
        && (entry.minute >= DiaryRule.nightBegins || entry.minute < DiaryRule.nightEnds)
    }
    // The hours after midnight belong to the night that began the day before.
    let nights = Set(
      awake.map { index in
        let entry = entries[index]
        return entry.date.dayNumber - (entry.minute < DiaryRule.nightEnds ? 1 : 0)
      })
    if nights.count >= 2 {
      return DerivedFinding(
        "night_pain", .state("present"), .night,
        "pain of \(NumberText.plain(DiaryRule.nightlyPain)) or more in \(nights.count) nights",
        awake)
    }
    guard let denied = denials(days), awake.isEmpty else { return nil }
    return DerivedFinding(
      "night_pain", .state("absent"), .night, "denied in \(denied.count) entries", denied)
  }

  /// The entries that say `none`, where they are on enough different days.
  private func denials(_ indices: [Int]) -> [Int]? {
    let denied = indices.filter { entries[$0].statesNone }
    let days = Set(denied.map { entries[$0].date })
    return days.count >= DiaryRule.fewest ? denied : nil
  }

  // MARK: Comparisons

  private static let still: Set<DiaryActivity> = [.lying, .sitting]
  private static let upright: Set<DiaryActivity> = [.standing, .walking]
  private static let moving: Set<DiaryActivity> = [.bending, .lifting, .exercise]

  private func responses() -> [DerivedFinding] {
    let comparisons:
      [(finding: String, rule: DiaryRule, of: Set<DiaryActivity>, against: Set<DiaryActivity>)] = [
        ("movement_response", .movement, Self.moving, Self.still),
        (
          "recumbency_response", .lying, [.lying],
          Self.moving.union(Self.upright).union([.sitting])
        ),
        ("sitting_response", .sitting, [.sitting], Self.upright.union([.lying])),
        ("walking_response", .walking, Self.upright, Self.still),
      ]
    var found: [DerivedFinding] = []
    for comparison in comparisons {
      let compared = compare(
        { comparison.of.contains($0) }, with: { comparison.against.contains($0) })
      guard let (shift, used) = compared else { continue }
      let state =
        shift >= DiaryRule.shift ? "worse" : shift <= -DiaryRule.shift ? "better" : "unchanged"
      found.append(
        DerivedFinding(
          comparison.finding, .state(state), comparison.rule, Self.describe(shift), used))
    }
    return found + [meals()].compactMap { $0 }
  }

  private static func describe(_ shift: Double) -> String {
    "\(shift < 0 ? "" : "+")\(NumberText.fixed(shift, decimals: 1)) points"
  }

  private func meals() -> DerivedFinding? {
    let isMeal: (DiaryActivity) -> Bool = { $0 == .afterMeal || $0 == .afterFattyMeal }
    let usual = compare({ $0 == .afterMeal }, with: { !isMeal($0) })
    let fatty = compare({ $0 == .afterFattyMeal }, with: { !isMeal($0) })
    let all = compare(isMeal, with: { !isMeal($0) })
    if let fatty, fatty.shift >= DiaryRule.shift, let usual, usual.shift < DiaryRule.shift {
      return DerivedFinding(
        "meal_response", .state("worse_fatty_meal"), .meals,
        "\(Self.describe(fatty.shift)) after fatty meals, \(Self.describe(usual.shift)) after others",
        Array(Set(fatty.entries + usual.entries)).sorted())
    }
    guard let all else { return nil }
    let state =
      all.shift >= DiaryRule.shift
      ? "worse_after_meal" : all.shift <= -DiaryRule.shift ? "better_with_food" : "unrelated"
    return DerivedFinding(
      "meal_response", .state(state), .meals, Self.describe(all.shift), all.entries)
  }

  /// The Hodges-Lehmann shift of pain in entries of one kind against those of another: the
  /// median of all differences (J. Hodges and E. Lehmann, Ann Math Stat 1963;34:598-611).
  ///
  /// - Returns: Nothing where either kind has too few entries.
  private func compare(
    _ isOf: (DiaryActivity) -> Bool, with isAgainst: (DiaryActivity) -> Bool
  ) -> (shift: Double, entries: [Int])? {
    let days = recent(days: DiaryRule.comparedDays).suffix(DiaryRule.trendEntries.upperBound)
    let one = days.filter { entries[$0].activity.map(isOf) ?? false }
    let other = days.filter { entries[$0].activity.map(isAgainst) ?? false }
    guard one.count >= DiaryRule.fewest, other.count >= DiaryRule.fewest else { return nil }
    let differences = one.flatMap { first in
      other.map { entries[first].pain - entries[$0].pain }
    }
    return (TheilSenSlope.median(differences), (one + other).sorted())
  }

  // MARK: Symptoms

  private func symptomFindings() -> [DerivedFinding] {
    let days = recent(days: DiaryRule.recentDays)
    let denied = denials(days)
    var order: [String] = []
    var byFinding: [String: [DiarySymptom]] = [:]
    for symptom in DiarySymptom.all where symptom.finding != "night_pain" {
      if byFinding[symptom.finding] == nil { order.append(symptom.finding) }
      byFinding[symptom.finding, default: []].append(symptom)
    }
    return order.compactMap { finding in
      let symptoms = byFinding[finding] ?? []
      // Of a finding's symptoms the one that says most.
      for symptom in symptoms.reversed() {
        let first = symptom.isNeurological ? 0 : days.first ?? entries.count
        let named = places.naming(symptom.id, in: first..<entries.count)
        guard let first = named.first else { continue }
        let isNew = symptom.isNeurological && places.firstWord.map { $0 < first } ?? false
        return DerivedFinding(
          finding, .state(symptom.state), .symptoms,
          "\(symptom.id) named in \(named.count) entries"
            + (isNew ? ", new on \(entries[first].date.text)" : ""),
          Array(named.suffix(DiaryRule.trendEntries.upperBound)), newSince: isNew ? first : nil)
      }
      guard let denied, let symptom = symptoms.first else { return nil }
      return DerivedFinding(
        finding, .state(symptom.stateWithout), .symptoms, "denied in \(denied.count) entries",
        denied)
    }
  }
}
