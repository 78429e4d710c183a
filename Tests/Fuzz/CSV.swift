/// Case files as CSV.
enum Target {
  static func read(_ bytes: [UInt8]) { readCases(bytes, format: .csv) }
}
