/// The greatest of the elements that come by, greatest first; of equal ones the first that came is in
/// front.
///
/// For lists of a few: an element goes to its place by comparing it with those before it.
struct LeadingList<Element> {
  /// The greatest so far, at most `limit`.
  private(set) var elements: [Element] = []
  /// How many are kept.
  let limit: Int
  private let isLess: (Element, Element) -> Bool

  /// An empty list.
  ///
  /// - Parameters:
  ///   - limit: How many are kept, 0 or more.
  ///   - isLess: Whether the first is less than the second.
  init(limit: Int, by isLess: @escaping (Element, Element) -> Bool) {
    (self.limit, self.isLess) = (limit, isLess)
    elements.reserveCapacity(limit + 1)
  }

  /// Takes an element, if it is among the greatest.
  ///
  /// - Complexity: O(limit), and O(1) for one that is not.
  mutating func add(_ element: Element) {
    if elements.count >= limit {
      guard let last = elements.last, isLess(last, element) else { return }
      elements.removeLast()
    }
    // A later element goes behind an earlier one that is equal.
    var place = elements.count
    while place > 0, isLess(elements[place - 1], element) { place -= 1 }
    elements.insert(element, at: place)
  }
}
