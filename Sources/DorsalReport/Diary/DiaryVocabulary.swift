/// What a patient was doing at an entry of a diary.
public enum DiaryActivity: String, Sendable, CaseIterable {
  case lying, sleeping, sitting, standing, walking, bending, lifting, exercise
  /// Within two hours of a meal.
  case afterMeal = "after_meal"
  /// Within two hours of a fatty meal.
  case afterFattyMeal = "after_fatty_meal"
  /// Anything else; it takes part in no comparison but those with meals.
  case other
}

/// A symptom that a patient writes into a diary, and the state of a finding that it is.
public struct DiarySymptom: Sendable, Hashable {
  /// The word of the diary.
  public let id: String
  /// The finding it is of.
  public let finding: String
  /// The state it means.
  public let state: String
  /// Whether it can be a sign of a nerve, the cord or the cauda equina: one entry counts, however
  /// long ago.
  public let isNeurological: Bool

  private init(_ id: String, _ finding: String, _ state: String, neurological: Bool = false) {
    self.id = id
    self.finding = finding
    self.state = state
    isNeurological = neurological
  }

  /// The word that says: I looked for all of these and had none.
  public static let none = "none"

  /// The vocabulary. Of a finding with several symptoms the later ones say more.
  public static let all: [DiarySymptom] =
    [
      DiarySymptom("weakness_one_limb", "motor_weakness", "one_limb", neurological: true),
      DiarySymptom("weakness_both_legs", "motor_weakness", "both_legs", neurological: true),
      DiarySymptom("numbness_one_limb", "sensory_loss", "dermatomal", neurological: true),
      DiarySymptom(
        "numbness_both_legs", "sensory_loss", "both_legs_or_level", neurological: true),
      DiarySymptom("stiffness_under_30_min", "morning_stiffness", "under_30_min"),
      DiarySymptom("stiffness_30_min_and_over", "morning_stiffness", "30_min_and_over"),
    ]
    + ["saddle_anaesthesia", "sphincter_disturbance", "gait_disturbance"].map {
      DiarySymptom($0, $0, "present", neurological: true)
    }
    + [
      "night_pain", "radiation_leg", "radiation_below_knee", "bilateral_leg_pain",
      "radiation_band_like", "radiation_arm_or_jaw", "radiation_groin",
      "radiation_through_to_back", "radiation_right_scapula", "pleuritic", "cough_impulse",
      "fever", "night_sweats", "weight_loss", "fatigue", "appetite_loss", "nausea_vomiting",
      "jaundice", "heartburn", "gastrointestinal_bleeding", "chest_pressure", "dyspnoea",
      "diaphoresis", "syncope", "cough", "haemoptysis", "leg_swelling", "haematuria", "dysuria",
      "widespread_pain", "psychological_stress",
    ].map { DiarySymptom($0, $0, "present") }

  /// The state of a symptom's finding where none of its symptoms is there.
  var stateWithout: String { state == "present" ? "absent" : "none" }
}
