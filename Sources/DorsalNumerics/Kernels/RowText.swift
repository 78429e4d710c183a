internal import CKernels

/// Short texts that stand one behind the other, so that rows of text can be written from them.
package struct TextList: Sendable {
  fileprivate let bytes: [UInt8]
  fileprivate let ends: [UInt32]

  /// How many texts there are.
  package var count: Int { ends.count }

  /// The numbers of the texts.
  fileprivate var indices: Range<Int32> { 0..<Int32(ends.count) }

  /// Lays out some texts.
  package init(_ texts: [String]) {
    var bytes: [UInt8] = []
    ends = texts.map { text in
      bytes.append(contentsOf: text.utf8)
      return UInt32(bytes.count)
    }
    // Copies take 32 bytes whatever the length.
    self.bytes = bytes + [UInt8](repeating: 0, count: 32)
  }
}

/// What there is to write of the leading causes of some cases.
package struct RankedRows {
  /// The ids, one behind the other, and where each ends.
  package var ids: [UInt8]
  package var idEnds: [Int]
  /// The texts that the indices mean.
  package var settings: TextList
  package var urgencies: TextList
  package var counts: TextList
  package var causes: TextList
  /// For each case, which text it has of the settings, of the urgencies (with their reasons) and
  /// of the counts of known findings (with their shares).
  package var setting: [UInt8]
  package var urgency: [Int32]
  package var count: [Int32]
  /// The leading causes.
  package var leading: Leading
  /// Limits of the intervals of the leading causes, in the same places, or nothing.
  package var limits: (lower: [Float], upper: [Float])?

  /// Puts together what there is to write; `csv` checks that it belongs together.
  package init(
    ids: [UInt8], idEnds: [Int], settings: TextList, urgencies: TextList, counts: TextList,
    causes: TextList, setting: [UInt8], urgency: [Int32], count: [Int32], leading: Leading,
    limits: (lower: [Float], upper: [Float])?
  ) {
    (self.ids, self.idEnds) = (ids, idEnds)
    (self.settings, self.urgencies) = (settings, urgencies)
    (self.counts, self.causes) = (counts, causes)
    (self.setting, self.urgency, self.count) = (setting, urgency, count)
    (self.leading, self.limits) = (leading, limits)
  }

  /// Writes the rows as CSV.
  ///
  /// - Parameter level: The instructions to use; the text is the same with all.
  /// - Returns: The text, and the byte behind each row.
  /// - Complexity: O(bytes).
  package func csv(level: CPULevel = .best) -> (bytes: [UInt8], ends: [Int]) {
    let count = idEnds.count
    check(count)
    var ends = [Int](repeating: 0, count: count)
    var written = 0
    var parts: [[UInt8]] = []
    var capacity = ids.count + count * (64 + 48 * leading.top) + 4096
    while written < count {
      var done = 0
      let first = written
      let part = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { output, length in
        done = unsafe write(from: first, to: output, ends: &ends, level: level)
        length = done == 0 ? 0 : ends[first + done - 1]
      }
      // A row longer than all that was set aside needs more.
      if done == 0 { capacity *= 4 }
      let before = parts.reduce(0) { $0 + $1.count }
      if before > 0 { for row in first..<first + done { ends[row] += before } }
      if done > 0 { parts.append(part) }
      written += done
    }
    return (parts.count == 1 ? parts[0] : Array(parts.joined()), ends)
  }

  private func check(_ count: Int) {
    precondition(setting.count == count && urgency.count == count && self.count.count == count)
    precondition(leading.columns.count == count * leading.top, "each case has its causes")
    precondition(leading.probabilities.count == count * leading.top, "with probabilities")
    if let limits {
      precondition(limits.lower.count == leading.columns.count, "each cause has its limits")
      precondition(limits.upper.count == leading.columns.count, "each cause has its limits")
    }
    precondition(idEnds.last ?? 0 <= ids.count, "the ids are there")
    precondition(setting.allSatisfy { Int($0) < settings.count }, "settings have texts")
    precondition(urgency.allSatisfy(urgencies.indices.contains), "urgencies have texts")
    precondition(self.count.allSatisfy(counts.indices.contains), "counts have texts")
    precondition(leading.columns.allSatisfy(causes.indices.contains), "causes have texts")
  }

  /// Writes the rows from one on that fit.
  private func write(
    from first: Int, to output: UnsafeMutableBufferPointer<UInt8>, ends: inout [Int],
    level: CPULevel
  ) -> Int {
    guard let out = output.baseAddress else { return 0 }
    let empty: [Float] = []
    return unsafe withBuffers { buffers in
      var rows = unsafe buffers
      return unsafe (limits?.lower ?? empty).withUnsafeBufferPointer { lower in
        unsafe (limits?.upper ?? empty).withUnsafeBufferPointer { upper in
          if limits != nil {
            unsafe rows.lower = lower.baseAddress
            unsafe rows.upper = upper.baseAddress
          }
          return unsafe ends.withUnsafeMutableBufferPointer { ends in
            unsafe ends.withMemoryRebound(to: Int64.self) { ends in
              unsafe ck_write_ranked_rows(
                Int32(level.rawValue), &rows, first, idEnds.count - first, out, output.count,
                ends.baseAddress)
            }
          }
        }
      }
    }
  }

  private func withBuffers<R>(_ body: (ck_ranked_rows) -> R) -> R {
    unsafe ids.withUnsafeBufferPointer { ids in
      unsafe idEnds.withUnsafeBufferPointer { idEnds in
        unsafe settings.withTexts { settings in
          unsafe urgencies.withTexts { urgencies in
            unsafe counts.withTexts { counts in
              unsafe causes.withTexts { causes in
                unsafe setting.withUnsafeBufferPointer { setting in
                  unsafe urgency.withUnsafeBufferPointer { urgency in
                    unsafe count.withUnsafeBufferPointer { count in
                      unsafe leading.columns.withUnsafeBufferPointer { cause in
                        unsafe leading.probabilities.withUnsafeBufferPointer { probability in
                          unsafe idEnds.withMemoryRebound(to: Int64.self) { idEnds in
                            unsafe body(
                              ck_ranked_rows(
                                id_bytes: ids.baseAddress, id_byte_count: ids.count,
                                id_ends: idEnds.baseAddress, settings: settings,
                                urgencies: urgencies, counts: counts, causes: causes,
                                setting: setting.baseAddress, urgency: urgency.baseAddress,
                                count: count.baseAddress, top: leading.top,
                                cause: cause.baseAddress, probability: probability.baseAddress,
                                lower: nil, upper: nil))
                          }
                        }
                      }
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}

extension TextList {
  fileprivate func withTexts<R>(_ body: (ck_texts) -> R) -> R {
    unsafe bytes.withUnsafeBufferPointer { bytes in
      unsafe ends.withUnsafeBufferPointer { ends in
        unsafe body(ck_texts(bytes: bytes.baseAddress, ends: ends.baseAddress))
      }
    }
  }
}

/// Numbers into text, as rows have them.
package enum ProbabilityText {
  /// The most bytes that a probability takes.
  private static let longest = 32

  /// Appends a probability with six significant digits.
  ///
  /// - Complexity: O(1).
  package static func append(_ probability: Float, to output: inout [UInt8]) {
    let length = output.count
    output.append(contentsOf: repeatElement(0, count: longest))
    var written = 0
    unsafe output.withUnsafeMutableBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return }
      written = unsafe ck_write_probability(base + length, probability)
    }
    output.removeLast(longest - written)
  }
}
