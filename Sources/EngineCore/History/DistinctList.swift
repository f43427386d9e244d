/// A list in order of arrival that has nothing twice.
///
/// Nearly every unit of work touches a handful of things, and one over a loop of ten thousand touches tens of
/// thousands. A short list is looked through, which allocates nothing besides the list; a long one has a set beside it,
/// so that building it stays linear.
struct DistinctList<Element: Hashable & Sendable>: Sendable {
  private(set) var elements: [Element] = []
  private var index: Set<Element> = []

  /// How many elements are looked through before a set is kept beside them.
  private static var longestWithoutIndex: Int { 32 }

  /// O(1) on average.
  func contains(_ element: Element) -> Bool {
    index.isEmpty ? elements.contains(element) : index.contains(element)
  }

  /// Adds an element unless it is there.
  mutating func append(_ element: Element) {
    if contains(element) { return }
    elements.append(element)
    if !index.isEmpty {
      index.insert(element)
    } else if elements.count > Self.longestWithoutIndex {
      index = Set(elements)
    }
  }

  /// Takes an element out; false when it was not there. O(n) where it was.
  @discardableResult
  mutating func remove(_ element: Element) -> Bool {
    guard contains(element), let place = elements.firstIndex(of: element) else { return false }
    elements.remove(at: place)
    index.remove(element)
    return true
  }
}

extension DistinctList: Hashable {
  static func == (left: DistinctList, right: DistinctList) -> Bool { left.elements == right.elements }

  func hash(into hasher: inout Hasher) { hasher.combine(elements) }
}
