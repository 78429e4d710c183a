import Dorsal
import Testing

/// What is a dose in a text, and what is not.
@Suite struct DoseTextTests {
  @Test(arguments: [
    ("Ibuprofen 400 mg with food", "400 mg"), ("400mg", "400mg"), ("400-600 mg", "400-600 mg"),
    ("1,000 mg", "1,000 mg"), ("2.5 mg", "2.5 mg"), ("50 mcg", "50 mcg"), ("50 µg", "50 µg"),
    ("50 \u{3BC}g", "50 \u{3BC}g"), ("1 g of paracetamol", "1 g"), ("10 ml", "10 ml"),
    ("10 mL", "10 ml"), ("5000 IU", "5000 iu"), ("5,000 units", "5,000 units"),
    ("two tablets", "two tablets"), ("half a tablet", "a tablet"), ("½ tablet", "½ tablet"),
    ("20 mg/kg", "20 mg"), ("5 mg/mL", "5 mg"), ("8 Gy in one fraction", "8 gy"),
    ("10 (mg)", "10 (mg"), ("５００ ｍｇ", "500 mg"), ("5 ㎎", "5 mg"), ("5\u{200B}mg", "5mg"),
    ("m\u{AD}g: 5 m\u{AD}g", "5 mg"), ("100 ml/hour", "100 ml"),
    ("exercise twice daily", "twice daily"), ("Twice a day", "twice a day"),
    ("3 times a day", "3 times a day"), ("three times per day", "three times per day"),
    ("every 6 hours", "every 6 hours"), ("every six hours", "every six hours"),
    ("every 4 to 6 hours", "every 4 to 6 hours"), ("every 4-6 h", "every 4-6 h"),
    ("6-hourly", "6-hourly"), ("q6h", "q6h"), ("one b.d.", "b.d"), ("one tds", "tds"),
    ("once daily", "once daily"),
  ])
  func `a dose is found`(text: String, dose: String) {
    #expect(DoseText.first(in: text) == dose)
  }

  @Test(arguments: [
    "", "MRI of the whole spine within 24 hours, decided by the team",
    "Come back after 2 to 3 weeks without improvement", "Relative rest for the first 48 hours",
    "Change of position every 30 to 45 minutes", "Haemoglobin under 100 g/L or 10 g/dL",
    "C-reactive protein over 10 mg/L", "D-dimer over 0.5 µg/mL", "creatinine over 200 µmol/L",
    "clearance under 30 mL/min", "levels L4-L5 and C5/6, T12", "4.5 kg in 6 months", "38 °C",
    "systolic pressure under 90 mmHg", "Repeat troponin after 3 hours", "e.g. an X-ray",
    "a stroke unit or the spinal unit", "pain 0 to 10, for one or two weeks",
    "In 24 hours, units of care differ", "every 8 weeks", "2 of 3 criteria", "Give analgesia",
    "a daily walk", "stage 3. Gray matter",
  ])
  func `what is no dose passes`(text: String) {
    #expect(DoseText.first(in: text) == nil)
  }
}
