import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// The elements of a page and the text between them. A page that is not well formed fails the
/// test.
final class PageText: NSObject, XMLParserDelegate {
  /// How many elements there are of each name.
  private(set) var elements: [String: Int] = [:]
  /// The texts, in the order of the page.
  private(set) var texts: [String] = []
  /// Every attribute as `name=value`.
  private(set) var attributes: [String] = []

  /// Reads a page.
  init(_ page: String) {
    super.init()
    let parser = XMLParser(data: Data(page.utf8))
    parser.delegate = self
    let isWellFormed = parser.parse()
    #expect(
      isWellFormed,
      "line \(parser.lineNumber), column \(parser.columnNumber): \(String(describing: parser.parserError))"
    )
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    elements[name, default: 0] += 1
    self.attributes += attributes.map { "\($0)=\($1)" }
  }

  /// A page loads nothing, and its links lead to places of its own.
  func expectOwnLinks() {
    let ids = Set(attributes.filter { $0.hasPrefix("id=") }.map { $0.dropFirst(3) })
    let links = attributes.filter { $0.hasPrefix("href=") }.map { $0.dropFirst(5) }
    #expect(!attributes.contains { $0.hasPrefix("src=") })
    #expect(links.allSatisfy { $0.hasPrefix("#") && ids.contains($0.dropFirst()) }, "\(links)")
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) { texts.append(text) }
}

/// A browser to look at pages with.
enum Browser {
  /// The path of a Chromium, where one is installed.
  static var path: String? {
    ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
  }
}
