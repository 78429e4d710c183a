import Dorsal
import DorsalCore

/// What a case file is read as: cases and rejected lines, in the order of the file.
private struct Reading: Equatable {
  var ids: [String] = []
  var codes: [UInt8] = []
  var diagnoses: [[Int]] = []
  var rejected: [String] = []
  var fault: String?

  init(_ bytes: [UInt8], format: CaseFormat?, blockSize: Int, isPlain: Bool) {
    var options = CaseFileReader.Options()
    options.format = format
    options.blockSize = blockSize
    if !isPlain { options.rowLevel = nil }
    do {
      var reader = try CaseFileReader(
        source: MemoryByteSource(bytes), file: "f", model: Small.model, options: options)
      while let block = try reader.next() {
        let decoded = block.decode()
        let cases = decoded.cases
        for index in 0..<cases.count {
          ids.append(cases.id(of: index))
          diagnoses.append(cases.diagnosis(of: index))
        }
        codes += cases.codes
        rejected += decoded.rejections.map(\.description)
        if cases.count > 0 {
          let posteriors = Scorer(model: Small.model).score(cases, top: 2)
          for index in 0..<cases.count {
            let sum = (0..<Small.model.causes.count).reduce(Float(0)) {
              $0 + posteriors.probability(case: index, cause: $1)
            }
            require(abs(sum - 1) < 1e-5, "posteriors add up to 1")
          }
        }
      }
    } catch {
      fault = "\(error)"
    }
  }
}

/// Reads a case file in blocks of several sizes, with and without the loop for plain rows: what is
/// read does not depend on either.
func readCases(_ bytes: [UInt8], format: CaseFormat) {
  let whole = Reading(bytes, format: format, blockSize: 1 << 18, isPlain: true)
  require(
    whole == Reading(bytes, format: format, blockSize: 1 << 18, isPlain: false),
    "the loop for plain rows reads what the reader of single records reads")
  require(
    whole == Reading(bytes, format: format, blockSize: 16, isPlain: true),
    "what is read does not depend on blocks")
}

/// Reads a case file whose first bytes say how it is written, in blocks of several sizes.
func readArrow(_ bytes: [UInt8]) {
  let whole = Reading(bytes, format: nil, blockSize: 1 << 18, isPlain: true)
  require(
    whole == Reading(bytes, format: nil, blockSize: 1, isPlain: true),
    "what is read does not depend on blocks")
}
