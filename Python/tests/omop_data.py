"""A small made-up database of the OMOP common data model, and what its cases are by hand."""

import datetime

import pyarrow as pa


def day(text):
    return datetime.date.fromisoformat(text)


CONCEPTS = [
    # Concepts' numbers are made up, codes are real.
    (1, "ICD10CM", "C50.911"), (2, "ICD10CM", "E11.9"), (3, "ICD10CM", "R50.9"),
    (4, "ICD10CM", "M81.0"), (5, "ICD10CM", "N20.0"), (6, "ICD10CM", "C44.91"),
    (7, "ICD10CM", "R63.4"), (8, "ICD10CM", "K51.90"), (9, "SNOMED", "own-1"),
    (20, "LOINC", "1988-5"), (21, "LOINC", "718-7"), (22, "LOINC", "2160-0"),
    (23, "LOINC", "8867-4"), (24, "LOINC", "8310-5"), (25, "LOINC", "2106-3"),
    (26, "LOINC", "6768-6"), (27, "LOINC", "3040-3"), (28, "LOINC", "72514-3"),
    (29, "LOINC", "2339-0"), (30, "LOINC", "8480-6"),
    (40, "UCUM", "mg/L"), (41, "UCUM", "mg/dL"), (42, "UCUM", "g/dL"), (43, "UCUM", "/min"),
    (44, "UCUM", "[degF]"), (45, "UCUM", "U/L"), (46, "UCUM", "mmol/L"), (47, "UCUM", "mm[Hg]"),
    (60, "LOINC", "LA6577-6"), (61, "LOINC", "LA9663-1"),
    (80, "RxNorm", "11289"), (81, "RxNorm", "855332"),
    (90, "Gender", "F"), (91, "Gender", "M"), (95, "Visit", "ER"), (96, "Visit", "OP"),
    (97, "Visit", "ERIP"),
]
STATUSES = [(70, "Preliminary diagnosis"), (71, "Resolved condition"), (72, "Primary diagnosis")]

PEOPLE = [(1, 1950, 3, 10, 90), (2, 1990, None, None, 91), (3, 1980, 6, 2, 0)]
VISITS = [
    (101, 1, "2024-03-09", 95),  # the day before she turns 74
    (102, 1, "2024-09-01", 97),  # emergency room, then admitted
    (201, 2, "2024-06-30", 96),  # 1990 alone: taken as born on 1 July
    (301, 3, "2024-06-02", 0),  # turns 44, and nothing else is known
]
CONDITIONS = [  # id, person, date, concept, source concept, status, type
    (1, 1, "2010-01-01", 9, 1, 72, 0),  # breast cancer: both kinds of cancer, ever after
    (2, 1, "2024-03-09", 9, 2, 70, 0),  # diabetes to be ruled out
    (3, 1, "2024-03-01", 9, 3, 72, 0),  # fever, within 14 days of the first visit alone
    (4, 1, "2024-08-30", 9, 7, 71, 0),  # weight loss, resolved
    (5, 2, "2024-06-01", 9, 5, 0, 0),  # a stone 29 days ago is not an earlier one
    (6, 2, "2024-06-29", 9, 6, 0, 0),  # a cancer of the skin: no rule
    (7, 2, "2023-01-01", 9, 8, 71, 0),  # ulcerative colitis, resolved, ever
    (8, 2, "2024-07-01", 9, 4, 0, 0),  # osteoporosis, found after the visit
    (9, 2, "2024-06-29", 9, 2, 72, 555),  # diabetes, of a record type that may be set aside
]
MEASUREMENTS = [  # id, person, date, concept, number, operator, unit, answer, range high
    (1, 1, "2024-03-03", 20, 1.2, 0, 41, 0, None),  # C-reactive protein 1.2 mg/dL: 12 mg/L
    (2, 1, "2024-03-05", 20, 5.0, 4171756, 40, 0, None),  # later: < 5 mg/L
    (3, 1, "2024-03-09", 21, 11.5, 0, 42, 0, None),  # haemoglobin 11.5 g/dL: 115 g/L
    (4, 1, "2024-03-09", 22, 1.0, 0, 45, 0, None),  # creatinine in U/L: nobody knows
    (5, 1, "2024-03-09", 23, 112.0, 0, 43, 0, None),  # heart rate 112
    (6, 1, "2024-08-31", 24, 101.5, 0, 44, 0, None),  # 101.5 F: 38.6
    (7, 2, "2024-06-30", 24, 97.7, 0, 44, 0, None),  # 36.5: no proof that there was none
    (8, 2, "2024-06-29", 25, None, 0, 0, 60, None),  # pregnancy test negative, of the day before
    (9, 2, "2024-06-30", 26, 150.0, 0, 45, 0, 120.0),  # alkaline phosphatase above 120
    (10, 2, "2024-06-29", 27, 240.0, 0, 45, 0, 60.0),  # lipase: 4 times the limit
    (11, 2, "2024-06-28", 27, 30.0, 0, 45, 0, None),  # lipase without a limit
    (12, 2, "2024-06-30", 28, 8.0, 0, 0, 0, None),  # pain of 8, which has no unit
    (13, 2, "2024-06-30", 29, 90.0, 0, 41, 0, None),  # glucose: no rule
    (14, 2, "2024-06-30", 22, 80.0, 0, 46, 0, None),  # creatinine in mmol/L: not in the table
    (15, 3, "2024-06-02", 23, 110.0, 4171756, 43, 0, None),  # heart rate < 110: says nothing
    (16, 3, "2024-06-02", 30, 95.0, 4172704, 47, 0, None),  # pressure > 95: not under 90
    (17, 3, "2024-06-02", 25, None, 0, 0, 61, None),  # pregnancy test inconclusive
    (18, 3, "2024-06-02", 20, None, 0, 40, 0, None),  # no number
    # What programs write where nothing was measured: of no patient.
    (19, 3, "2024-06-02", 23, 999.0, 0, 43, 0, None),  # heart rate
    (20, 3, "2024-06-02", 30, -99.0, 0, 47, 0, None),  # pressure
    (21, 3, "2024-06-02", 30, 0.0, 0, 47, 0, None),
    (22, 3, "2024-06-02", 24, 999.0, 0, 44, 0, None),  # 999 F
]
DRUGS = [(1, 1, "2024-02-01", 81)]  # warfarin, 37 days before the first visit

# Nulls are unknown, and so are all other findings.
CASES = {
    "101": {
        "setting": "emergency", "age": "73", "sex": "female", "history_of_cancer": "present",
        "bone_seeking_cancer": "present", "fever": "present", "crp": "<5.000000",
        "haemoglobin": "115.000000", "tachycardia": "present", "anticoagulant_use": "present"},
    "102": {
        "setting": "emergency", "age": "74", "sex": "female", "history_of_cancer": "present",
        "bone_seeking_cancer": "present", "fever": "present"},
    "201": {
        "age": "33", "sex": "male", "diabetes": "present",
        "spondyloarthritis_features": "present", "pregnancy_test": "negative",
        "alkaline_phosphatase": "present", "lipase": "4.000000", "severity": "8.000000"},
    "301": {"age": "44", "hypotension": "absent"},
}
# Outcome, table, finding, code (of the rule, or of a record without one): records, cases.
REPORT = {
    ("overtaken by a later record", "measurement", "crp", "1988-5"): (1, 1),
    ("set aside: Preliminary diagnosis", "condition_occurrence", "diabetes", "E11"): (2, 2),
    ("set aside: Resolved condition", "condition_occurrence", "weight_loss", "R63.4"): (1, 1),
    ("outside the window", "condition_occurrence", "kidney_stone_history", "N20"): (1, 1),
    # What was of the visit in March is too old for that in September.
    ("outside the window", "condition_occurrence", "fever", "R50.9"): (1, 1),
    ("outside the window", "measurement", "crp", "1988-5"): (2, 1),
    ("outside the window", "measurement", "haemoglobin", "718-7"): (1, 1),
    ("outside the window", "measurement", "creatinine", "2160-0"): (1, 1),
    ("outside the window", "measurement", "tachycardia", "8867-4"): (1, 1),
    ("outside the window", "drug_exposure", "anticoagulant_use", "11289"): (1, 1),
    ("not mapped", "condition_occurrence", None, "C44.91"): (1, 1),
    ("not mapped", "measurement", None, "2339-0"): (1, 1),
    ("without a unit that is known", "measurement", "creatinine", "2160-0"): (2, 2),
    ("without an upper limit", "measurement", "lipase", "3040-3"): (1, 1),
    ("without an answer that is known", "measurement", "pregnancy_test", "2106-3"): (1, 1),
    ("without a number", "measurement", "crp", "1988-5"): (1, 1),
    ("no number of a patient", "measurement", "tachycardia", "8867-4"): (1, 1),
    ("no number of a patient", "measurement", "hypotension", "8480-6"): (2, 1),
    ("no number of a patient", "measurement", "fever", "8310-5"): (1, 1),
    ("proves no state", "measurement", "fever", "8310-5"): (1, 1),
    ("proves no state", "measurement", "tachycardia", "8867-4"): (1, 1),
    ("age from the year of birth alone", "person", "age", None): (1, 1),
    ("without a sex", "person", "sex", None): (1, 1),
}


def tables():
    """The tables by their names, as pyarrow's."""
    whole, text, number, date = pa.int64(), pa.string(), pa.float64(), pa.date32()

    def table(names, kinds, rows):
        columns = list(zip(*rows))
        return pa.table(
            {name: pa.array([day(value) for value in column] if kind == date else column, kind)
             for name, kind, column in zip(names.split(), kinds, columns)})

    concepts = [(number, vocabulary, code, f"{vocabulary} {code}")
                for number, vocabulary, code in CONCEPTS]
    concepts += [(number, "Condition Status", f"own-{number}", name) for number, name in STATUSES]
    return {
        "concept": table(
            "concept_id vocabulary_id concept_code concept_name", [whole, text, text, text],
            concepts),
        "concept_ancestor": table(
            "ancestor_concept_id descendant_concept_id", [whole, whole], [(80, 80), (80, 81)]),
        "person": table(
            "person_id year_of_birth month_of_birth day_of_birth gender_concept_id", [whole] * 5,
            PEOPLE),
        "visit_occurrence": table(
            "visit_occurrence_id person_id visit_start_date visit_concept_id",
            [whole, whole, date, whole], VISITS),
        "condition_occurrence": table(
            "condition_occurrence_id person_id condition_start_date condition_concept_id "
            "condition_source_concept_id condition_status_concept_id condition_type_concept_id",
            [whole, whole, date, whole, whole, whole, whole], CONDITIONS),
        "measurement": table(
            "measurement_id person_id measurement_date measurement_concept_id value_as_number "
            "operator_concept_id unit_concept_id value_as_concept_id range_high "
            "measurement_source_concept_id measurement_type_concept_id",
            [whole, whole, date, whole, number, whole, whole, whole, number, whole, whole],
            [(*row, 0, 0) for row in MEASUREMENTS]),
        "observation": table(
            "observation_id person_id observation_date observation_concept_id "
            "observation_source_concept_id value_as_number value_as_concept_id unit_concept_id "
            "observation_type_concept_id",
            [whole, whole, date, whole, whole, number, whole, whole, whole],
            [(1, 1, "1999-01-01", 9, 1, None, 0, 0, 0)]),  # breast cancer, told as history
        "drug_exposure": table(
            "drug_exposure_id person_id drug_exposure_start_date drug_concept_id "
            "drug_source_concept_id drug_type_concept_id",
            [whole, whole, date, whole, whole, whole], [(*row, 0, 0) for row in DRUGS]),
    }
