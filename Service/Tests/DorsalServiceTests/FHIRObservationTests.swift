import Dorsal
import DorsalFHIR
import Foundation
import Testing

@Suite struct FHIRObservationTests: FHIRReading {
  private func fault(_ object: Object) throws -> FHIRIssue {
    let failure = try #require(throws: FHIRFailure.self) { _ = try read(object) }
    return try #require(failure.issues.first)
  }

  /// By the units' own definitions: 5 mg/dL are 50 mg/L, 1.1 mg/dL of creatinine 97 umol/L, and
  /// 100.4 degrees Fahrenheit 38 degrees Celsius.
  @Test(arguments: [
    ("1988-5", 49.9, "mg/L", "crp", "10_to_49"), ("1988-5", 5, "mg/dL", "crp", "50_to_99"),
    ("6690-2", 11_000, "/uL", "white_cells", "11_to_14"),
    ("6690-2", 10.9, "10*3/uL", "white_cells", "4_to_10"),
    ("718-7", 10, "g/dL", "haemoglobin", "100_to_119"),
    ("2160-0", 1.1, "mg/dL", "creatinine", "normal"),
    ("2160-0", 2.5, "mg/dL", "creatinine", "high"),
    ("8867-4", 101, "/min", "tachycardia", "present"),
    ("8867-4", 100, "{beats}/min", "tachycardia", "absent"),
    ("8480-6", 89, "mm[Hg]", "hypotension", "present"),
    ("8310-5", 100.4, "[degF]", "fever", "present"), ("8310-5", 38, "Cel", "fever", "present"),
  ])
  func `measurements become states by their units`(
    code: String, value: Double, unit: String, finding: String, expected: String
  ) throws {
    let quantity = Resources.quantity(value, unit)
    #expect(
      try state(finding, of: [Resources.observation(code, ["valueQuantity": quantity])]) == expected
    )
    // The same as a component.
    let panel = Resources.observation(
      "85354-9",
      [
        "component": [
          ["code": Resources.concept("http://loinc.org", code), "valueQuantity": quantity]
        ]
      ])
    #expect(try state(finding, of: [panel]) == expected)
  }

  /// A pressure of 1, a rate of 999, degrees Fahrenheit or tenths taken for Celsius.
  @Test(arguments: [
    ("8480-6", 1, "mm[Hg]"), ("8867-4", 999, "/min"), ("8310-5", 98.6, "Cel"),
    ("8310-5", 366, "Cel"), ("8310-5", 37, "[degF]"),
  ])
  func `a number that no patient has is a fault`(code: String, value: Double, unit: String) throws {
    let fault = try fault(
      Resources.bundle([
        Resources.patient(),
        Resources.observation(code, ["valueQuantity": Resources.quantity(value, unit)]),
      ]))
    #expect(fault.text.contains("out of range; expected"))
    #expect(fault.expressions.first?.hasPrefix("Bundle.entry[1].resource") == true)
  }

  @Test func `a temperature that is no fever does not rule one out`() throws {
    let quantity = Resources.quantity(36.8, "Cel")
    #expect(
      try state("fever", of: [Resources.observation("8310-5", ["valueQuantity": quantity])]) == nil)
  }

  @Test(
    arguments: [
      ("<", 10, "under_10"), ("<=", 10, nil), (">", 100, "100_and_over"), (">=", 99, nil),
      ("<", 5, "under_10"), (">", 5, nil),
    ] as [(String, Double, String?)])
  func `a bound is the state that it proves`(sign: String, value: Double, expected: String?) throws
  {
    let quantity = Resources.quantity(value, "mg/L", comparator: sign)
    #expect(
      try state("crp", of: [Resources.observation("1988-5", ["valueQuantity": quantity])])
        == expected)
  }

  @Test(arguments: ["kg", "Cel", "mg", "MG/L", "mg/l "])
  func `any other unit is a fault that says where`(unit: String) throws {
    let fault = try fault(
      Resources.bundle([
        Resources.patient(),
        Resources.observation("1988-5", ["valueQuantity": Resources.quantity(5, unit)]),
      ]))
    #expect(fault.expressions == ["Bundle.entry[1].resource.valueQuantity"])
    #expect(fault.text.contains("crp") && fault.text.contains("mg/dL"))
    #expect(fault.position?.line == 1)
  }

  @Test func `a unit without a code, or of another system, is a fault`() throws {
    for quantity: Object in [
      ["value": 5, "unit": "mg/L"], ["value": 5, "code": "mg/L"], ["value": 5],
      ["value": 5, "code": "mg/L", "system": "http://example.org"],
    ] {
      let fault = try fault(
        Resources.bundle([Resources.observation("1988-5", ["valueQuantity": quantity])]))
      #expect(fault.code == "value")
    }
  }

  @Test(arguments: ["registered", "cancelled", "entered-in-error", "unknown"])
  func `an observation that is not made says nothing`(status: String) throws {
    let members: Object = ["valueQuantity": Resources.quantity(5, "mg/L"), "status": status]
    #expect(try state("crp", of: [Resources.observation("1988-5", members)]) == nil)
  }

  @Test func `a dataAbsentReason is unknown, and beside a value a fault`() throws {
    let reason = Resources.concept(
      "http://terminology.hl7.org/CodeSystem/data-absent-reason", "unknown")
    let absent = Resources.own("night_pain", ["dataAbsentReason": reason])
    #expect(try state("night_pain", of: [absent]) == nil)
    let both = Resources.own("night_pain", ["dataAbsentReason": reason, "valueBoolean": true])
    #expect(try fault(Resources.bundle([both])).code == "invariant")
  }

  /// Alkaline phosphatase goes by the laboratory's limit or by its interpretation.
  @Test(
    arguments: [
      (150, 120, nil, "present"), (120, 120, nil, "absent"), (150, nil, "H", "present"),
      (150, nil, "N", "absent"), (150, nil, nil, nil), (150, 120, "HH", "present"),
      (150, nil, "A", nil),
    ] as [(Double, Double?, String?, String?)])
  func `limits and interpretations`(
    value: Double, limit: Double?, interpretation: String?, expected: String?
  ) throws {
    var members: Object = ["valueQuantity": Resources.quantity(value, "U/L")]
    if let limit { members["referenceRange"] = [["high": Resources.quantity(limit, "U/L")]] }
    if let interpretation {
      members["interpretation"] = [
        Resources.concept(
          "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", interpretation)
      ]
    }
    let observation = Resources.observation("6768-6", members)
    #expect(try state("alkaline_phosphatase", of: [observation]) == expected)
  }

  @Test func `an interpretation that contradicts its value is a fault`() throws {
    let members: Object = [
      "valueQuantity": Resources.quantity(150, "U/L"),
      "referenceRange": [["high": Resources.quantity(120, "U/L")]],
      "interpretation": [
        Resources.concept(
          "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", "N")
      ],
    ]
    #expect(
      try fault(Resources.bundle([Resources.observation("6768-6", members)])).code == "conflict")
  }

  @Test func `lipase is in multiples of the upper limit`() throws {
    let members: Object = [
      "valueQuantity": Resources.quantity(180, "U/L"),
      "referenceRange": [["high": Resources.quantity(60, "U/L")]],
    ]
    #expect(
      try state("lipase", of: [Resources.observation("3040-3", members)]) == "3_times_and_over")
  }

  @Test func `measurements count within their days`() throws {
    for (time, expected) in [
      ("2024-05-24", "under_10"), ("2024-05-23", nil), ("2024-06-01", nil), ("2024-05", nil),
    ] as [(String, String?)] {
      let observation = Resources.observation(
        "1988-5", ["valueQuantity": Resources.quantity(5, "mg/L")], at: time)
      #expect(try state("crp", of: [observation]) == expected)
    }
  }

  // MARK: what is not read is told

  /// The diastolic pressure has no rule, and stands beside the systolic one in every panel.
  @Test func `a component without a rule is told where another one has one`() throws {
    func component(_ code: String, _ value: Double) -> Object {
      [
        "code": Resources.concept("http://loinc.org", code),
        "valueQuantity": Resources.quantity(value, "mm[Hg]"),
      ]
    }
    let panel = Resources.observation(
      "85354-9", ["component": [component("8480-6", 89), component("8462-4", 60)]])
    let found = try read(Resources.bundle([panel]))
    #expect(try state("hypotension", in: found) == "present")
    let told = found.issues.filter { $0.text.contains("8462-4: no rule for the code") }
    #expect(told.map(\.expressions) == [["Bundle.entry[0].resource.component[1]"]])
    #expect(!found.issues.contains { $0.text.contains("8480-6") })
  }

  @Test func `an interpretation beside a number is told where it is not read`() throws {
    let interpretation = [
      Resources.concept(
        "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", "H")
    ]
    for (code, unit, isTold) in [("1988-5", "mg/L", true), ("6768-6", "U/L", false)] {
      let found = try read(
        Resources.bundle([
          Resources.observation(
            code,
            ["valueQuantity": Resources.quantity(5, unit), "interpretation": interpretation])
        ]))
      #expect(found.usedCount == 1)
      let told = found.issues.flatMap(\.expressions)
      #expect(told == (isTold ? ["Bundle.entry[0].resource.interpretation"] : []), "\(code)")
    }
  }

  // MARK: what cannot be

  @Test func `resources that cannot be are faults that say where`() throws {
    let observation = Resources.own("night_pain", ["valueBoolean": true])
    var others = Resources.own("night_pain", ["valueBoolean": true])
    others["subject"] = ["reference": "Patient/q"]
    let cases: [(Object, String, String)] = [
      (
        Resources.bundle([Resources.patient(), Resources.patient(id: "q")]), "business-rule",
        "Bundle.entry[1].resource"
      ),
      (
        Resources.bundle([Resources.patient(), others]), "business-rule",
        "Bundle.entry[1].resource.subject"
      ),
      (
        Resources.bundle([observation, others]), "business-rule",
        "Bundle.entry[1].resource.subject"
      ),
      (
        Resources.bundle([Resources.patient(), Resources.patient()]), "duplicate",
        "Bundle.entry[1].resource"
      ),
      (Resources.patient(), "structure", "Patient"),
      (["type": "collection"], "structure", ""),
      (Resources.bundle([], type: "history"), "value", "Bundle.type"),
      (
        Resources.bundle([Resources.own("nightpain", ["valueBoolean": true])]), "code-invalid",
        "Bundle.entry[0].resource.code.coding[0]"
      ),
      (
        Resources.bundle([Resources.own("night_pain", ["valueString": "yes"])]), "value",
        "Bundle.entry[0].resource.valueString"
      ),
      (
        Resources.bundle([Resources.own("site", ["valueBoolean": true])]), "value",
        "Bundle.entry[0].resource.valueBoolean"
      ),
      (
        Resources.bundle([Resources.own("severity", ["valueInteger": 11])]), "value",
        "Bundle.entry[0].resource.valueInteger"
      ),
      (
        Resources.bundle([Resources.patient("2024-06-01")]), "value",
        "Bundle.entry[0].resource.birthDate"
      ),
      (
        Resources.bundle([Resources.patient("1949-02-30")]), "value",
        "Bundle.entry[0].resource.birthDate"
      ),
      (
        try Resources.response([:]).merging(["questionnaire": "http://example.org/q"]) { $1 },
        "value", "QuestionnaireResponse.questionnaire"
      ),
      (
        ["resourceType": "Parameters", "parameter": [["name": "x", "valueString": "y"]]],
        "not-supported", "Parameters.parameter[0]"
      ),
    ]
    for (object, code, expression) in cases {
      let issue = try fault(object)
      #expect(issue.code == code, "\(object)")
      #expect(issue.expressions == (expression.isEmpty ? [] : [expression]), "\(object)")
      #expect(issue.position != nil)
    }
  }

  @Test(arguments: [
    (#"{"resourceType":"Bundle","type":"collection","type":"document"}"#, "stands twice"),
    (
      #"{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","id":"a","\u0069d":"b"}}]}"#,
      "stands twice"
    ),
    (
      String(repeating: #"{"a":"#, count: 40) + "1" + String(repeating: "}", count: 40),
      "nested deeper"
    ),
    (
      #"{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"urn:dorsal:finding","code":"severity"}]},"valueQuantity":{"value":1e999}}}]}"#,
      "too large"
    ),
    ("{", "ends early"), ("", "expected a JSON value"), ("[]", "no resourceType"),
    ("null", "no resourceType"), ("3", "no resourceType"),
  ])
  func `texts that cannot be are faults`(text: String, message: String) throws {
    let reader = try Resources.reader.get()
    let failure = try #require(throws: FHIRFailure.self) {
      _ = try reader.read(Array(text.utf8))
    }
    #expect(failure.issues.first?.text.contains(message) == true)
  }

  @Test func `invalid UTF-8 is a fault at its column`() throws {
    let reader = try Resources.reader.get()
    let bytes = Array("{\"resourceType\":\n\"".utf8) + [0xFF] + Array("\"}".utf8)
    let failure = try #require(throws: FHIRFailure.self) { _ = try reader.read(bytes) }
    #expect(failure.issues.first?.position?.line == 2)
    #expect(failure.issues.first?.position?.column == 2)
  }

  /// The tables share no code with each other: one is read by SQL, the other here.
  @Test func `every rule of OMOP is a rule here`() throws {
    // No cell has a quote inside, and names with commas are quoted.
    func cells(_ line: Substring) -> [String] {
      let parts = line.split(separator: "\"", omittingEmptySubsequences: false)
      let plain = parts.enumerated().map { $0.offset % 2 == 1 ? "quoted" : String($0.element) }
      return plain.joined().split(separator: ",", omittingEmptySubsequences: false).map {
        String($0)
      }
    }
    func rows(_ path: String) throws -> [[String]] {
      try String(contentsOfFile: Caller.root + path, encoding: .utf8)
        .split(separator: "\n").map(cells)
    }
    let systems = [
      "ICD10CM": "http://hl7.org/fhir/sid/icd-10-cm", "LOINC": "http://loinc.org",
      "RxNorm": "http://www.nlm.nih.gov/research/umls/rxnorm",
    ]
    let own = Set(
      try rows("/Models/back-pain/codes.csv").map { row in
        // system, code, finding, rule, threshold, state, since, until, least, greatest
        ([0, 1, 4, 5, 6, 7, 9, 10, 12, 13].map { row[$0] }).joined(separator: ",")
      })
    let rules = try rows("/Python/src/dorsal/omop/rules.csv").dropFirst()
    #expect(rules.count > 200)
    for row in rules {
      let system = try #require(systems[row[0]])
      let key = ([system] + [1, 4, 5, 6, 7, 9, 10, 11, 12].map { row[$0] }).joined(separator: ",")
      let holds = own.contains(key)
      #expect(holds, "\(row)")
    }
    let units = Set(try rows("/Models/back-pain/code_units.csv"))
    for unit in try rows("/Python/src/dorsal/omop/units.csv") {
      let holds = units.contains(unit)
      #expect(holds, "\(unit)")
    }
  }
}
