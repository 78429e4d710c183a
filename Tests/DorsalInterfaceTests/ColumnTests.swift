import CDorsal
import Dorsal
import DorsalInterface
import Testing

/// Columns of every type mean what their texts mean, as in a file.
@Suite struct ColumnTests {
  /// A small model whose edges are no floats.
  private static func tables() -> ModelTables {
    var files = ModelTables(folder: Fixture.smallFolder).files
    let findings = String(decoding: files["findings.csv"] ?? [], as: UTF8.self)
    files["findings.csv"] = Array(findings.replacing("18;50", with: "18.3;50.7").utf8)
    return ModelTables(origin: "m", files: files)
  }

  private static func withScorer(
    _ options: String = "{}", _ body: (OpaquePointer) throws -> Void
  ) throws {
    let files = tables().files.sorted { $0.key < $1.key }
    var (names, contents): ([UnsafePointer<CChar>?], [UnsafePointer<UInt8>?]) = ([], [])
    for (name, bytes) in files {
      let text = UnsafeMutableBufferPointer<CChar>.allocate(capacity: name.utf8.count + 1)
      _ = text.initialize(from: name.utf8CString)
      names.append(text.baseAddress.map { UnsafePointer($0) })
      let content = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count + 1)
      _ = content.initialize(from: bytes + [0])
      contents.append(content.baseAddress.map { UnsafePointer($0) })
    }
    defer {
      for name in names { name?.deallocate() }
      for content in contents { content?.deallocate() }
    }
    var (model, scorer): (OpaquePointer?, OpaquePointer?) = (nil, nil)
    try #require(
      dorsal_model_from_tables(
        Int64(files.count), names, contents, files.map { Int64($0.value.count) }, &model, nil)
        == DORSAL_OK)
    defer { dorsal_model_free(model) }
    try #require(dorsal_scorer_make(model, options, &scorer, nil) == DORSAL_OK)
    defer { dorsal_scorer_free(scorer) }
    try body(#require(scorer))
  }

  /// Random columns, and the texts that a file would have in their place.
  private struct Draw {
    private var state: UInt64
    let count: Int

    init(seed: UInt64, count: Int) { (state, self.count) = (seed &* 0x9E37_79B9 &+ 1, count) }

    mutating func below(_ end: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % end
    }

    /// Values of which some are unknown.
    mutating func values<Value>(_ value: (inout Draw) -> Value) -> [Value?] {
      var values: [Value?] = []
      for _ in 0..<count {
        let made = value(&self)
        values.append(below(7) == 0 ? nil : made)
      }
      return values
    }

    static let texts = [
      "age": [
        "18.3", "50.7", "18.29", "7", "<5", "> 60", ">10", "na", "NA", "1e1", " 20 ", "old", "400",
        "a text of more than sixteen bytes", "018.2999999999999999999", "",
      ],
      "sign": [
        "present", "absent", "yes", "No", "Y", "PRESENT", "unknown", "1", "0.0", "perhaps", "",
        "present but only somewhat so",
      ],
      "site": ["back", "chest", "leg", "Back", " leg", "hip", "none", "", "lower back and chest"],
      "diagnosis": [
        "strain", "tumour", "strain|tumour", " tumour | strain ", "Tumour", "strain|", "unknown",
        "", "a cause of which the model knows nothing",
      ],
    ]
    private static let numbers = [
      18.3, 18.299, 50.7, 50.75, 0.1, 7, -1, 120, 120.1, 0, 1, .nan, .infinity, 1e10, 33.3,
    ]

    mutating func column(_ name: String) -> (CaseSource.Column, texts: [String?]) {
      switch below(name == "site" || name == "diagnosis" ? 5 : 9) {
      case 5:
        let format = ["c", "C", "s", "S", "i", "I", "l", "L"][below(8)]
        let least = format.uppercased() == format ? 0 : -2
        let most = name == "age" ? 127 : 3
        let numbers = values { Int64(least + $0.below(most - least)) }
        return (.integers(format, name, numbers), numbers.map { $0.map { "\($0)" } })
      case 6:
        let format = ["e", "f", "g"][below(3)]
        let numbers = values { Self.numbers[$0.below(Self.numbers.count)] }
        return (
          .floats(format, name, numbers),
          numbers.map { number in
            number.flatMap {
              if $0.isNaN { return nil }
              let own =
                format == "e"
                ? Double(Float16($0)) : format == "f" ? Double(Float($0)) : $0
              if let whole = Int(exactly: own) { return "\(whole)" }
              return format == "e" ? "\(Float16($0))" : format == "f" ? "\(Float($0))" : "\($0)"
            }
          }
        )
      case 7:
        let digits = values { Int64($0.below(130_000)) - 2000 }
        return (
          .decimals(scale: 3, name, digits),
          digits.map { $0.map(Self.thousandths) }
        )
      case 8:
        let flags = values { $0.below(2) == 0 }
        return (.flags(name, flags), flags.map { $0.map { "\($0)" } })
      case let kind: return texts(name, kind)
      }
    }

    /// A number of thousandths with no digit too many.
    private static func thousandths(_ number: Int64) -> String {
      var digits = String(1_000_000 + abs(number))
      digits.removeFirst()
      var (whole, part) = (digits.dropLast(3), digits.suffix(3))
      while whole.count > 1, whole.first == "0" { whole.removeFirst() }
      while part.last == "0" { part.removeLast() }
      return (number < 0 ? "-" : "") + whole + (part.isEmpty ? "" : "." + part)
    }

    /// Texts in one of five layouts.
    private mutating func texts(_ name: String, _ kind: Int) -> (
      CaseSource.Column, texts: [String?]
    ) {
      let pool = Self.texts[name] ?? []
      let texts = values { pool[$0.below(pool.count)] }
      switch kind {
      case 0: return (.texts(name, texts), texts)
      case 1: return (.wideTexts(name, texts), texts)
      case 2: return (.views(name, texts), texts)
      default:
        // Every word twice, a null and, in some, more words than there are rows.
        let more = kind == 4 ? (0..<count).map { "word \($0)" } : []
        let words: [String?] = pool + more + [nil] + pool
        let shift = pool.count + more.count + 1
        var places: [Int?] = []
        for text in texts {
          let place = text.flatMap { pool.firstIndex(of: $0) }
          places.append(
            place.map { below(2) == 0 ? $0 : shift + $0 } ?? (below(2) == 0 ? nil : shift - 1))
        }
        let column = below(2) == 0 ? CaseSource.Column.texts(name, words) : .views(name, words)
        return (.dictionary(kind == 3 && words.count < 127 ? "c" : "l", places, of: column), texts)
      }
    }
  }

  @Test(arguments: 0..<16)
  func `a column of any type says what a file says that has its texts`(seed: Int) throws {
    // Of one stretch, and of several.
    var draw = Draw(seed: UInt64(seed), count: seed % 8 == 7 ? 2100 : 157)
    let ids: [String?] = (0..<draw.count).map { "r\($0)" }
    let first = draw.below(12)
    var typed = [seed % 2 == 0 ? CaseSource.Column.texts("id", ids) : .views("id", ids)]
    var plain = [CaseSource.Column.texts("id", ids)]
    var texts: [[String?]] = [ids]
    for name in ["age", "sign", "site", "diagnosis"] {
      let (column, own) = draw.column(name)
      typed.append(column)
      plain.append(.texts(name, own))
      texts.append(own)
    }
    try Self.withScorer(#"{"top": 3}"#) { scorer in
      let answers = try AnswerTable(scorer, typed.map { $0.from(first) })
      let expected = try AnswerTable(scorer, plain.map { $0.from(first) })
      #expect(answers.names == expected.names)
      for (row, other) in zip(answers.rows, expected.rows) { #expect(row == other) }
      #expect(answers.rows.count == draw.count - first)

      // The reader of files says the same of the same texts.
      let lines = (first..<draw.count).map { row in
        texts.map { "\"\($0[row] ?? "")\"" }.joined(separator: ",") + "\n"
      }
      let model = try Model(tables: Self.tables())
      var reader = try CaseFileReader(
        source: MemoryByteSource("id,age,sign,site,diagnosis\n" + lines.joined()), file: "f",
        model: model)
      var (rejected, told): (Set<String>, [String: [String]]) = ([], [:])
      let library = Scorer(model: model)
      while let block = try reader.next() {
        let decoded = block.decode()
        for rejection in decoded.rejections { rejected.insert(rejection.id) }
        for answer in library.answers(for: decoded.cases, top: 3) {
          told[answer.id] = answer.ranking.map { "\(Float($0.probability).bitPattern)" }
        }
      }
      for row in answers.rows.indices {
        let id = answers.column("id")[row]
        #expect((answers.column("fault")[row] != "null") == rejected.contains(id), "\(id)")
        if let ranking = told[id] {
          #expect(ranking == (1...3).map { answers.column("probability_\($0)")[row] })
        }
      }
      #expect(told.count + rejected.count == draw.count - first)
    }
  }

  @Test func `a narrow float is the decimal that it stands for`() throws {
    // Edges and ends of ranges that no float is: 18.3 as a float is less than 18.3.
    let numbers = [18.3, 50.7, 18.2, 50.6]
    try Self.withScorer { scorer in
      func answers(_ column: CaseSource.Column) throws -> [[String]] {
        try AnswerTable(scorer, [.texts("id", ["a", "b", "c", "d"]), column]).rows
      }
      let wide = try answers(.floats("g", "age", numbers))
      #expect(Set(wide.map { Array($0.dropFirst()) }).count == 3)
      #expect(try answers(.floats("f", "age", numbers)) == wide)
      #expect(try answers(.texts("age", numbers.map { "\($0)" })) == wide)
      #expect(
        try answers(
          .dictionary("c", [2, 1, 0, 3], of: .floats("f", "age", [18.2, 50.7, 18.3, 50.6]))) == wide
      )
      // 18.3 and 50.7 as halves are 18.297 and 50.69, which have the decimals 18.3 and 50.7.
      #expect(try answers(.floats("e", "age", numbers)) == wide)
    }
  }

  @Test func `a text that is too long is a fault of its row`() throws {
    let long = String(repeating: "x", count: 65_537)
    let rows: [String?] = ["present", long, String(long.dropLast()), nil]
    try Self.withScorer { scorer in
      for sign in [
        CaseSource.Column.texts("sign", rows), .views("sign", rows), .wideTexts("sign", rows),
        .dictionary("c", [0, 1, 2, nil], of: .texts("sign", rows)),
      ] {
        let faults = try AnswerTable(scorer, [.texts("id", ["a", "b", "c", "d"]), sign])
          .column("fault")
        #expect(faults[0] == "null" && faults[3] == "null")
        #expect(faults[1] == "sign: a text of more than 65536 bytes; expected at most so many")
        #expect(faults[2].contains("unknown state"))
      }
      let ids = try AnswerTable(scorer, [.texts("id", ["a", long, "c"])])
      #expect(ids.column("fault")[1].hasPrefix("id: a text of more than 65536 bytes"))
    }
  }
}
