import Dorsal
import DorsalCore

/// Reads the causes that a case is labelled with.
///
/// A class, so that a cell costs no copy of the causes.
final class DiagnosisReader: Sendable {
  /// What a cell says.
  enum Diagnosis {
    case causes([Int])
    case faults([String])
  }

  private let causes: [String: Int]
  private let forms: CellForms?

  /// A reader of the causes of a model.
  init(_ causes: [String: Int], _ forms: CellForms?) { (self.causes, self.forms) = (causes, forms) }

  /// The causes of a cell that is not empty, with `|` between them.
  func read(_ bytes: [UInt8]) -> Diagnosis {
    let text = String(decoding: bytes, as: UTF8.self)
    if causes[text] == nil && isUnknown(bytes) { return .causes([]) }
    var found: [Int] = []
    var faults: [String] = []
    for part in bytes.split(separator: UInt8(ascii: "|"), omittingEmptySubsequences: false) {
      // As in a file, where blanks around a cause are none of it unless all is to be exact.
      let range = part.startIndex..<part.endIndex
      let name = String(
        decoding: bytes[forms == nil ? range : CellForms.trimmed(bytes.span, range)],
        as: UTF8.self)
      if let cause = causes[name] {
        if !found.contains(cause) { found.append(cause) }
      } else if faults.count <= RowFaults.mostFaults {
        let shown = TextEncoding.printable(String(name.prefix(80)))
        faults.append(
          "diagnosis \"\(shown)\": unknown cause; expected causes of the model with | between them"
            + NearestName.suggestion(for: shown, in: causes.keys.sorted()))
      }
    }
    return faults.isEmpty ? .causes(found) : .faults(faults)
  }

  private func isUnknown(_ bytes: [UInt8]) -> Bool {
    guard let forms else { return false }
    let word = CellForms.trimmed(bytes.span, 0..<bytes.count)
    return word.isEmpty || forms.isUnknown(bytes.span, word)
  }
}
