internal import Synchronization

/// A name of a case file that the model does not know and that is passed over.
public struct IgnoredName: Sendable, Hashable {
  /// The name, made printable and cut to 80 bytes.
  public let name: String
  /// `; did you mean "x"?`, where the name is close to one that is known; empty otherwise.
  public let suggestion: String

  init(_ name: String, suggestion: String) {
    let bytes = Array(name.utf8)
    self.name = TextEncoding.printable(bytes.span, range: 0..<bytes.count)
    self.suggestion = suggestion
  }
}

/// The names of one file that are passed over, each told once.
package final class IgnoredNames: Sendable {
  /// A file whose members have ever new names is not told to its end.
  static let mostNames = 100

  private let told = Mutex<Set<IgnoredName>>([])
  private let tell: @Sendable ([IgnoredName]) -> Void

  init(tell: @escaping @Sendable ([IgnoredName]) -> Void) { self.tell = tell }

  /// The names so far, in the order of the alphabet.
  var names: [String] { told.withLock { $0.map(\.name).sorted() } }

  /// Tells of those names that were not told before.
  func note(_ names: [IgnoredName]) {
    let new = told.withLock { told in
      names.filter { told.count < Self.mostNames && told.insert($0).inserted }
    }
    if !new.isEmpty { tell(new) }
  }
}
