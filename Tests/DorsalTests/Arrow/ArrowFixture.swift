import Dorsal
import Foundation

/// Arrow files that pyarrow wrote, beside CSV files of the same cases; `make.py` there writes them.
enum ArrowFixture {
  static let folder = Repository.root + "/Tests/DorsalTests/Fixtures/arrow/"

  /// The names of all files whose cases stand in a CSV file too.
  static let names: [String] = {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return all.filter { $0.contains("--") && !$0.hasPrefix("bad--") }.sorted()
  }()

  static func bytes(_ name: String) throws -> [UInt8] {
    try Array(Data(contentsOf: URL(fileURLWithPath: folder + name)))
  }

  /// The CSV file with the same cases.
  static func csv(of name: String) throws -> [UInt8] {
    let base = name.prefix(upTo: name.range(of: "--")?.lowerBound ?? name.endIndex)
    return try bytes(base + ".csv")
  }

  /// The small model that the files are of; where one needs it, with edges that no float is.
  static func model(of name: String = "") throws -> Model {
    let tables = ModelTables(folder: Repository.root + "/Tests/Torture/corpus/model")
    guard name.hasPrefix("edge") else { return try Model(tables: tables) }
    var files = tables.files
    let findings = String(decoding: files["findings.csv"] ?? [], as: UTF8.self)
    files["findings.csv"] = Array(findings.replacing("18;50", with: "18.3;50.7").utf8)
    return try Model(tables: ModelTables(origin: "m", files: files))
  }
}

/// What a case file is read as: its cases and rejected rows, without where these stand in a row.
struct CaseReading: Equatable {
  var cases: [String] = []
  var rejections: [String] = []
  /// What was taken in another way than literally.
  var tally: [String] = []
  var fault: String?

  /// How many rows there are.
  var rowCount: Int { cases.count + rejections.count }

  /// Reads a file.
  ///
  /// - Parameter headerLines: The lines before the first row.
  init(
    _ bytes: [UInt8], model: Model, blockSize: Int = 1 << 18, headerLines: Int = 0,
    change: (inout CaseFileReader.Options) -> Void = { _ in }
  ) {
    var options = CaseFileReader.Options()
    options.blockSize = blockSize
    options.ignoresUnknownColumns = true
    change(&options)
    do {
      var reader = try CaseFileReader(
        source: MemoryByteSource(bytes), file: "f", model: model, options: options)
      while let block = try reader.next() {
        let decoded = block.decode()
        let batch = decoded.cases
        for index in 0..<batch.count {
          let codes = batch.codes[index * batch.findingCount..<(index + 1) * batch.findingCount]
          cases.append(
            "\(batch.lines[index] - headerLines) \(batch.id(of: index)) \(Array(codes)) "
              + "\(batch.diagnosis(of: index))")
        }
        for rejection in decoded.rejections {
          let reasons = rejection.reasons.map { "\($0.column) \"\($0.value)\": \($0.reason)" }
          rejections.append(
            "\(rejection.line - headerLines) \(rejection.id) " + reasons.joined(separator: "; "))
        }
      }
      let counts = reader.tally.counts
      tally = counts.unknownWords.flatMap { word, places in
        places.map { "\(word) \($0) \($1)" }
      }
      for (kind, places) in counts.cells {
        tally += places.map { "\(kind) \($0) \($1.count) \($1.example)" }
      }
      tally = tally.sorted() + ["\(counts.emptyRows) empty"]
    } catch {
      fault = "\(error)"
    }
  }
}
