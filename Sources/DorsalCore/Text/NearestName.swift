/// Finds the name that somebody probably meant.
package enum NearestName {
  /// The candidate with the fewest edits to a word, where they are few enough to
  /// be a slip: at most a third of the word's length, and two where it has five letters. Words of
  /// three or four letters are mostly other words, and may differ by one.
  ///
  /// - Complexity: O(*k* × *n* × *m*) for *k* candidates of length *m* and a word of length *n*.
  package static func find(_ word: String, in candidates: some Sequence<String>) -> String? {
    find(word, in: candidates, limit: max(word.utf8.count < 5 ? 1 : 2, word.utf8.count / 3))
  }

  /// The candidate that a word is but for capitals and a letter in four: close enough to warn of
  /// a word that may as well be right.
  package static func findClose(_ word: String, in candidates: some Sequence<String>) -> String? {
    find(word, in: candidates, limit: max(1, word.utf8.count / 4))
  }

  private static func find(
    _ word: String, in candidates: some Sequence<String>, limit: Int
  ) -> String? {
    let word = Array(word.lowercased().utf8.prefix(64))
    var best: (name: String, distance: Int)?
    for candidate in candidates {
      let other = Array(candidate.lowercased().utf8)
      guard abs(other.count - word.count) <= limit else { continue }
      let distance = editDistance(word, other)
      if distance <= limit, distance < (best?.distance ?? .max) {
        best = (candidate, distance)
      }
    }
    guard let best, best.distance < max(word.count, 1) else { return nil }
    return best.name
  }

  /// ` ; did you mean "x"?`, or nothing: to append to a message.
  package static func suggestion(for word: String, in candidates: some Sequence<String>) -> String {
    find(word, in: candidates).map { "; did you mean \"\($0)\"?" } ?? ""
  }

  /// Insertions, deletions, substitutions and swaps of neighbours between two
  /// words: the optimal string alignment distance.
  static func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    if left.isEmpty || right.isEmpty { return max(left.count, right.count) }
    var beforeLast = [Int](repeating: 0, count: right.count + 1)
    var last = Array(0...right.count)
    for i in 1...left.count {
      var row = [Int](repeating: i, count: right.count + 1)
      for j in 1...right.count {
        let substitution = last[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1)
        row[j] = min(substitution, last[j] + 1, row[j - 1] + 1)
        if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
          row[j] = min(row[j], beforeLast[j - 2] + 1)
        }
      }
      (beforeLast, last) = (last, row)
    }
    return last[right.count]
  }
}
