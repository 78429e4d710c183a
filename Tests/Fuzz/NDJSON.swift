/// Case files as NDJSON.
enum Target {
  static func read(_ bytes: [UInt8]) { readCases(bytes, format: .jsonl) }
}
