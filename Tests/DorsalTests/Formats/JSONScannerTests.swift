import Dorsal
import Foundation
import Testing

@Suite struct JSONScannerTests {
  private static func fault(_ text: String) -> JSONSyntaxFault? {
    let bytes = Array(text.utf8)
    var nodes: [JSONNode] = []
    do throws(JSONSyntaxFault) {
      try JSONScanner.scan(bytes.span, range: 0..<bytes.count, into: &nodes)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [
    "{}", "[]", " [1, -0.5e+10, 0, true, false, null] ", "{\"a\":{\"b\":[{}]},\"c\":\"\\u00e9\"}",
    "\"\"", "1E5", "[[],[]]",
  ])
  func `JSON is accepted as Foundation accepts it`(text: String) throws {
    _ = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
    #expect(Self.fault(text) == nil)
  }

  @Test(arguments: [
    "", "{", "{\"a\"}", "{\"a\":}", "{a:1}", "01", "1.", "-", "1e", "tru", "\"a", "[1 2]",
    "{} {}", "\"\\x\"", "\"\\u12\"", "+1", ".5", "nan", "\"\u{1}\"",
  ])
  func `what is not JSON is refused, as Foundation refuses it`(text: String) {
    #expect(throws: (any Error).self) {
      try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
    }
    #expect(Self.fault(text) != nil)
  }

  /// RFC 8259 has no trailing commas; Foundation takes them.
  @Test(arguments: ["[1,]", "{\"a\":1,}", "[,]"])
  func `a trailing comma is refused`(text: String) {
    #expect(Self.fault(text) != nil)
  }

  @Test func `nesting is refused beyond its limit, however deep`() {
    let limit = JSONScanner.deepestNesting
    let allowed = String(repeating: "[", count: limit) + String(repeating: "]", count: limit)
    #expect(Self.fault(allowed) == nil)
    #expect(Self.fault("[" + allowed + "]")?.offset == limit)
    #expect(Self.fault(String(repeating: "[", count: 1_000_000))?.offset == limit)
  }

  @Test(arguments: ["plain", "quote \" and \\", "tab\t line\n nul\u{0}", "é 漢 😀"])
  func `text survives being written and read`(text: String) throws {
    var bytes: [UInt8] = []
    JSONText.append(text, to: &bytes)
    let other = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
    #expect(other as? String == text)
    var nodes: [JSONNode] = []
    try JSONScanner.scan(bytes.span, range: 0..<bytes.count, into: &nodes)
    #expect(JSONText.text(of: nodes[0], in: bytes.span) == text)
  }

  @Test func `escapes of characters beyond the basic plane are two halves`() throws {
    let bytes = Array(#""\ud83d\ude00 x""#.utf8)
    var nodes: [JSONNode] = []
    try JSONScanner.scan(bytes.span, range: 0..<bytes.count, into: &nodes)
    #expect(JSONText.text(of: nodes[0], in: bytes.span) == "😀 x")
  }

  @Test(arguments: [#""\ud83d""#, #""\ude00""#, #""\ud83d x""#, #""\ud83d\ud83d""#, #""\ud83d\n""#])
  func `half a character is refused`(text: String) {
    #expect(Self.fault(text) != nil)
  }
}
