// A store may hold a million rows; a console looks at fifty. So a list holds a few pages that follow one another, asks
// for the next one when the cursor comes near an end, and lets go of the far one. A refresh asks for the pages in
// sight only. Where each page begins is the store's secret (a key), so the beginnings seen so far are remembered.

/// The pages of a list that are at hand.
package struct ListWindow: Sendable, Hashable {
  /// How many pages are kept at once.
  package static let pageLimit = 3

  private struct LoadedPage: Sendable, Hashable {
    var rows: [ListRow]
    var next: String?
    /// How many rows of it cannot be read.
    var unreadable = 0
    /// The store has changed since it was read.
    var isStale = false
  }

  /// Where each page begins, as far as that is known.
  private var starts: [String?] = [nil]
  /// The number of the first page at hand.
  private(set) var first = 0
  private var pages: [LoadedPage] = []
  /// Whether a filter saw a part of the store only.
  private(set) var isPartial = false

  /// Whether there are rows before or after those at hand.
  var hasMoreBefore: Bool { first > 0 }
  var hasMoreAfter: Bool { pages.last?.next != nil }
  var isEmpty: Bool { pages.isEmpty }
  /// How many rows of the pages at hand are left out because they cannot be read.
  var unreadable: Int { pages.map(\.unreadable).reduce(0, +) }
  /// How many pages are at hand.
  var count: Int { pages.count }

  /// Where the page with a number begins; the outer nil says that nobody knows yet.
  func start(of page: Int) -> String?? {
    starts.indices.contains(page) ? .some(starts[page]) : nil
  }

  /// Whether a page at hand has to be read again before it is shown.
  func isStale(_ page: Int) -> Bool {
    pages.indices.contains(page - first) && pages[page - first].isStale
  }

  /// The store has changed: whatever comes into sight is to be read again.
  mutating func markStale() {
    for index in pages.indices { pages[index].isStale = true }
  }

  /// Takes a page over. Pages that do not touch those at hand replace them.
  ///
  /// - Returns: the number of a page that has to be asked for again, because this one now ends elsewhere.
  mutating func take(_ page: RowPage, at number: Int) -> Int? {
    guard starts.indices.contains(number) else { return nil }
    isPartial = page.isWindowed
    let loaded = LoadedPage(rows: page.rows, next: page.next, unreadable: page.unreadable)
    let position = number - first
    if pages.indices.contains(position) {
      pages[position] = loaded
    } else if !pages.isEmpty && position == pages.count {
      pages.append(loaded)
      if pages.count > Self.pageLimit {
        pages.removeFirst()
        first += 1
      }
    } else if position == -1 {
      pages.insert(loaded, at: 0)
      first -= 1
      if pages.count > Self.pageLimit { pages.removeLast() }
    } else {
      pages = [loaded]
      first = number
    }
    return follow(number, next: page.next)
  }

  /// Notes where the next page begins; what was known beyond no longer holds if that has changed.
  private mutating func follow(_ number: Int, next: String?) -> Int? {
    guard let next else {
      starts.removeLast(starts.count - number - 1)
      pages.removeLast(max(0, pages.count - (number - first + 1)))
      return nil
    }
    if number + 1 < starts.count && starts[number + 1] == next { return nil }
    starts.removeLast(starts.count - number - 1)
    starts.append(next)
    let following = number + 1 - first
    guard pages.indices.contains(following) else { return nil }
    // The rows of the following page stay until it has been read again, so that nothing flickers.
    pages.removeLast(pages.count - following - 1)
    return number + 1
  }

  /// All rows at hand, each once, and the number of rows before each page.
  func rows() -> (rows: [ListRow], offsets: [Int]) {
    var seen: Set<ListRow.ID> = []
    var rows: [ListRow] = []
    var offsets: [Int] = []
    for page in pages {
      offsets.append(rows.count)
      for row in page.rows where seen.insert(row.id).inserted { rows.append(row) }
    }
    return (rows, offsets)
  }
}
