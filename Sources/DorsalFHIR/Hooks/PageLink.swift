import DorsalCore
import DorsalReport

extension FHIRAnswers {
  /// A case as the page takes it behind the `#` of a link, which browsers send nowhere.
  ///
  /// Numbers that are known as a bound alone are left out: the page has fields for numbers.
  func fragment(of found: FHIRCase) -> String {
    var parts: [(name: String, value: String)] = []
    for (index, finding) in model.findings.enumerated() {
      let state = Int(found.codes[index]) - 1
      if finding.kind == .number {
        if let number = found.numbers[index] {
          parts.append((finding.id, NumberText.plain(number)))
        }
      } else if finding.states.indices.contains(state) {
        parts.append((finding.id, finding.states[state]))
      }
    }
    let skipped = found.asked.filter { found.codes[$0] == CaseBatch.unknown }
    if !skipped.isEmpty {
      parts.append(("_skip", skipped.map { model.findings[$0].id }.joined(separator: ",")))
    }
    parts.append(("_model", "\(model.card.name) \(model.card.version)"))
    return "case?"
      + parts.map { Self.formText($0.name) + "=" + Self.formText($0.value) }.joined(separator: "&")
  }

  /// A text as forms send it: letters, digits and `*-._` as they are, blanks as `+`.
  private static func formText(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "*"), UInt8(ascii: "-"),
        UInt8(ascii: "."), UInt8(ascii: "_"):
        bytes.append(byte)
      case UInt8(ascii: " "): bytes.append(UInt8(ascii: "+"))
      default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
