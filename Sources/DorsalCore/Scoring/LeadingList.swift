/// The elements with the greatest keys of those that come by, greatest first; of equal keys the first
/// that came is in front.
///
/// For lists of a few: an element goes to its place by comparing it with those before it.
struct LeadingList<Element> {
  /// The leading elements so far, at most `limit`.
  private(set) var elements: [Element] = []
  private var keys: [Double] = []
  /// How many are kept.
  let limit: Int

  /// An empty list.
  ///
  /// - Parameter limit: How many are kept, 0 or more.
  init(limit: Int) {
    self.limit = limit
    elements.reserveCapacity(limit + 1)
    keys.reserveCapacity(limit + 1)
  }

  /// Takes an element, if it is among the leading ones.
  ///
  /// - Complexity: O(limit), and O(1) for one that is not.
  mutating func add(_ element: @autoclosure () -> Element, key: Double) {
    if keys.count >= limit {
      guard let last = keys.last, last < key else { return }
      keys.removeLast()
      elements.removeLast()
    }
    // A later element goes behind an earlier one that is equal.
    var place = keys.count
    while place > 0, keys[place - 1] < key { place -= 1 }
    keys.insert(key, at: place)
    elements.insert(element(), at: place)
  }
}
