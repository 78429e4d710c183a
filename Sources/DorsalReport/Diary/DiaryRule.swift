public import DorsalCore

/// A rule by which a finding is read off a diary. `dorsal diary --rules` prints them.
///
/// Thresholds are judgement (`assumed`), except where a source stands beside them.
public enum DiaryRule: String, Sendable, CaseIterable {
  case duration, severity, trend, night, movement, lying, sitting, walking, meals, symptoms

  /// What the rule does, with its thresholds.
  public var text: String {
    switch self {
    case .duration:
      "duration: days from the day in the column `began` to the last entry; without that column "
        + "from the first entry with pain above 0, and only for two entries or more, so that it is "
        + "the least that the pain can have lasted."
    case .severity:
      "severity: the greatest pain of the last 24 hours of the diary."
    case .trend:
      "trend: Theil-Sen slope of pain over all entries (the last 500 at most) with Sen's 95% "
        + "interval; at least 5 entries over 7 days. `progressive` where the slope is 0.5 points a "
        + "week or more and its interval above 0, `improving` where it is -0.5 or less and the "
        + "interval below 0, `stable` where the whole interval is within 0.5 points a week of 0, else "
        + "unknown. 0.5 a week is 2 points in four weeks, the least change that matters to "
        + "patients (Farrar 2001, PMID:11690728)."
    case .night:
      "night_pain: in the last 14 days, `present` where the symptom night_pain is named or pain of 4 "
        + "or more is entered between 23:00 and 06:00 in two nights; `absent` where neither is so and at "
        + "least 3 entries on different days say `none`."
    case .movement:
      "movement_response: pain while bending, lifting or exercising against lying or sitting."
    case .lying:
      "recumbency_response: pain while lying against sitting, standing, walking and moving."
    case .sitting: "sitting_response: pain while sitting against lying, standing and walking."
    case .walking: "walking_response: pain while standing or walking against lying and sitting."
    case .meals:
      "meal_response: pain after meals against all other entries: `worse_after_meal`, or "
        + "`worse_fatty_meal` where only fatty meals make it worse, `better_with_food`, `unrelated`. "
        + "This and the four rules before it compare entries of the last 42 days, at least 3 of each "
        + "kind, by the Hodges-Lehmann shift (the median of all differences): 1 point or more is "
        + "`worse`, -1 or less `better`, between them `unchanged`."
    case .symptoms:
      "symptoms: a finding is `present` where the last 14 days name its symptom, or any entry does "
        + "where it is a sign of nerves; it is new where an entry before said `none` or named others. "
        + "It is `absent` (or `none`) where no entry of these days names it and at least 3 entries "
        + "on different days say `none`. An empty cell says nothing."
    }
  }

  /// Days that symptoms and nights are looked for in.
  static let recentDays = 14
  /// Days that comparisons of activities are made in.
  static let comparedDays = 42
  /// The fewest entries of each side of a comparison, and the fewest that say `none`.
  static let fewest = 3
  /// Points between activities that count.
  static let shift = 1.0
  /// Points a week that count: 2 points (Farrar 2001) in four weeks.
  static let weeklyChange = 0.5
  /// The fewest entries and days of a trend, and the most entries.
  static let trendEntries = 5...500
  static let trendDays = 7
  /// Pain that counts as keeping awake: moderate and more.
  static let nightlyPain = 4.0
  /// The night, in minutes since midnight.
  static let nightBegins = 23 * 60
  static let nightEnds = 6 * 60
}

/// A finding that was read off a diary, with the entries it rests on.
public struct DerivedFinding: Sendable {
  /// The id of the finding.
  public let finding: String
  /// Its value.
  public let value: FindingValue
  /// The rule.
  public let rule: DiaryRule
  /// Why, in a few words.
  public let reason: String
  /// The entries it rests on, as indices into the diary's entries, ascending; of a symptom the
  /// last 500 that name it at most.
  public let entries: [Int]
  /// Pain in points a week, where the finding is the trend.
  public let slope: TheilSenSlope?
  /// The first entry that names a sign of nerves which earlier entries denied.
  public let newSince: Int?

  init(
    _ finding: String, _ value: FindingValue, _ rule: DiaryRule, _ reason: String,
    _ entries: [Int], slope: TheilSenSlope? = nil, newSince: Int? = nil
  ) {
    self.finding = finding
    self.value = value
    self.rule = rule
    self.reason = reason
    self.entries = entries
    self.slope = slope
    self.newSince = newSince
  }

  /// The value as a cell of a case file.
  public var text: String {
    switch value {
    case .state(let state): state
    case .number(let number): NumberText.plain(number)
    }
  }
}
