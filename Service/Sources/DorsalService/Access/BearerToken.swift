import Dorsal

/// What callers have to bring. It is kept and compared as its SHA-256, so that the time of a
/// comparison tells nothing of it.
public struct BearerToken: Sendable {
  /// Fewer characters can be guessed.
  public static let fewestCharacters = 16

  private let digest: [UInt8]

  /// A token; blanks around it are none of it.
  ///
  /// - Returns: Nothing where it is too short.
  public init?(_ text: String) {
    let token = text.split(whereSeparator: \.isWhitespace)
    guard token.count == 1, token[0].utf8.count >= Self.fewestCharacters else { return nil }
    digest = Self.digest(String(token[0]))
  }

  /// Whether a header `Authorization` has the token.
  package func isGranted(by header: String?) -> Bool {
    let parts = (header ?? "").split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else { return false }
    return Self.isSame(Self.digest(String(parts[1])), digest)
  }

  private static func digest(_ token: String) -> [UInt8] {
    Array(HashingByteSource.checksum(of: Array(token.utf8)).utf8)
  }

  /// Looks at every byte, whatever the first ones are.
  private static func isSame(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    var difference: UInt8 = 0
    for index in left.indices { difference |= left[index] ^ right[index] }
    return difference == 0
  }
}
