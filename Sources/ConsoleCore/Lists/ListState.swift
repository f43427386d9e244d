import EngineCore

/// One list: the rows at hand, the cursor, the marks, and how they are chosen and sorted.
package struct ListState: Sendable {
  package let kind: ViewKind
  package private(set) var filter = ListFilter.none
  package private(set) var sort = SortColumn.natural
  package var isWide = false
  /// The rows at hand, in the order in which they are shown.
  package private(set) var rows: [ListRow] = []
  /// The row under the cursor, as an index.
  package private(set) var cursor = 0
  /// The first row in sight.
  package private(set) var top = 0
  /// The rows that the operator marked, whether they are at hand or not.
  package private(set) var marks: [ListRow.ID: ListRow] = [:]
  /// Where a range of marks began.
  package private(set) var rangeAnchor: ListRow.ID?
  /// The rows of the open range. Only moving the cursor changes which they are: rows that come in do not join it.
  private var rangeRows: [ListRow.ID: ListRow] = [:]
  /// Whether an answer of the store has arrived since the list was chosen anew.
  package private(set) var isLoaded = false
  /// Why the last request failed.
  package var failure: SafeText?

  /// The last text that rows were chosen by, for `n` and `N`.
  private(set) var searchText = ""
  private(set) var window = ListWindow()
  private var offsets: [Int] = []
  /// The row that the cursor stays with; nil while the operator has not moved it, so that it stays on top.
  private var pinned: ListRow.ID?
  /// The requests under way.
  var pending: [PendingPage] = []
  /// Something changed while a request was under way.
  var needsReload = false

  /// A page that has been asked for.
  struct PendingPage: Sendable, Hashable {
    let generation: Generation
    let page: Int
  }

  /// How many rows are sorted or searched at once where no index serves.
  package static let sortedLimit = 500
  /// How many rows `*` marks at most.
  package static let markLimit = 10_000

  package init(kind: ViewKind) { self.kind = kind }

  /// The row under the cursor.
  package var current: ListRow? { rows.indices.contains(cursor) ? rows[cursor] : nil }

  /// Whether one page is all that is asked for, because its rows are put in another order or searched here.
  var isSinglePage: Bool { sort != .natural || (kind.filtering == .local && !filter.isEmpty) }

  /// How many rows are left out because they cannot be read.
  package var unreadable: Int { window.unreadable }

  /// Whether there are more rows than those that were sorted, searched or filtered.
  package var isPartial: Bool { window.isPartial || (isSinglePage && window.hasMoreAfter) }

  /// Whether rows follow that are not at hand.
  package var hasMore: Bool { window.hasMoreAfter }

  /// The number of rows before those at hand is unknown, and not zero.
  package var hasMoreBefore: Bool { window.hasMoreBefore }

  /// How many rows are asked for at once.
  func pageSize(height: Int) -> Int { isSinglePage ? Self.sortedLimit : max(60, 2 * height) }

  /// The store has changed.
  mutating func markStale() { window.markStale() }

  /// The pages that have to be read: those in sight that are stale, and those that are about to come into sight.
  func wantedPages(height: Int) -> [Int] {
    guard !window.isEmpty else { return [0] }
    if isSinglePage { return window.isStale(0) ? [0] : [] }
    var pages: [Int] = []
    let visible = top..<max(top + 1, min(rows.count, top + height))
    for index in offsets.indices where window.isStale(window.first + index) {
      let end = index + 1 < offsets.count ? offsets[index + 1] : max(1, rows.count)
      if offsets[index] < visible.upperBound && end > visible.lowerBound { pages.append(window.first + index) }
    }
    if top < height, window.hasMoreBefore { pages.append(window.first - 1) }
    if top + 2 * height > rows.count, window.hasMoreAfter { pages.append(window.first + window.count) }
    return pages
  }

  // MARK: Rows

  /// Takes a page over. Returns the number of a page that has to be asked for again.
  mutating func take(_ page: RowPage, at number: Int, height: Int) -> Int? {
    let stale = window.take(page, at: number)
    isLoaded = true
    failure = nil
    for row in page.rows {
      if marks[row.id] != nil { marks[row.id] = row }
      if rangeRows[row.id] != nil { rangeRows[row.id] = row }
    }
    rebuild(height: height)
    return stale
  }

  mutating func choose(filter: ListFilter, height: Int) {
    self.filter = filter
    if !filter.isEmpty { searchText = filter.text }
    if kind.filtering == .store {
      restart()
    } else {
      restartIfPaged()
      rebuild(height: height)
    }
  }

  mutating func choose(sort: SortColumn, height: Int) {
    self.sort = sort
    restartIfPaged()
    rebuild(height: height)
  }

  /// Forgets all rows; the next request begins at the first page.
  private mutating func restart() {
    window = ListWindow()
    pending = []
    isLoaded = false
    pinned = nil
    cursor = 0
    top = 0
  }

  /// A page of the usual size is too small to be sorted, and a window in the middle does not begin with the first row.
  private mutating func restartIfPaged() {
    pending = []
    pinned = nil
    cursor = 0
    top = 0
    if window.first > 0 { window = ListWindow() }
    window.markStale()
  }

  private mutating func rebuild(height: Int) {
    let before = cursor
    (rows, offsets) = window.rows()
    if kind.filtering == .local && !filter.isEmpty { rows = rows.filter { $0.contains(filter.text) } }
    if sort != .natural {
      let sorted = rows.enumerated().sorted { left, right in
        left.element.precedes(right.element, by: sort) ?? (left.offset < right.offset)
      }
      rows = sorted.map(\.element)
    }
    if let pinned, let index = rows.firstIndex(where: { $0.id == pinned }) {
      cursor = index
      // The rows around the cursor stay where they are on the screen, unless the list begins in sight.
      if top > 0 { top += index - before }
    } else {
      cursor = pinned == nil ? 0 : before
    }
    settle(height: height)
    // An aim that has not come into sight yet stays one.
    if pinned != nil && !rows.isEmpty { pinned = current?.id }
  }

  /// Brings cursor and scroll position back into range.
  mutating func settle(height: Int) {
    let height = max(1, height)
    cursor = min(max(0, cursor), max(0, rows.count - 1))
    if cursor < top { top = cursor }
    if cursor >= top + height { top = cursor - height + 1 }
    top = min(max(0, top), max(0, rows.count - height))
  }

  // MARK: Cursor

  /// Moves the cursor; from now on it stays with its row.
  mutating func move(to index: Int, height: Int) {
    cursor = index
    settle(height: height)
    pinned = current?.id
    extendRange()
  }

  /// Moves the cursor to the first row and lets it stay there whatever comes in.
  mutating func moveToTop(height: Int) {
    if window.hasMoreBefore { restart() }
    move(to: 0, height: height)
    pinned = nil
  }

  /// Moves the cursor to a row, now or as soon as it is at hand.
  mutating func aim(at id: ListRow.ID, height: Int) {
    pinned = id
    guard let index = rows.firstIndex(where: { $0.id == id }) else { return }
    move(to: index, height: height)
  }

  /// Moves to the next row that holds a text, around the end.
  mutating func search(_ text: String, forward: Bool, height: Int) -> Bool {
    guard !rows.isEmpty else { return false }
    for distance in 1...rows.count {
      let step = forward ? distance : rows.count - distance
      let index = (cursor + step) % rows.count
      if rows[index].contains(text) {
        move(to: index, height: height)
        return true
      }
    }
    return false
  }

  // MARK: Marks

  /// Whether a row is marked, or lies in the range that is being marked.
  package func isMarked(at index: Int) -> Bool {
    guard rows.indices.contains(index) else { return false }
    return marks[rows[index].id] != nil || rangeRows[rows[index].id] != nil
  }

  /// Makes the open range reach from where it began to the cursor.
  private mutating func extendRange() {
    guard let rangeAnchor, let anchor = rows.firstIndex(where: { $0.id == rangeAnchor }) else { return }
    rangeRows = [:]
    for index in min(anchor, cursor)...max(anchor, cursor) where rows.indices.contains(index) {
      rangeRows[rows[index].id] = rows[index]
    }
  }

  /// How many rows are marked.
  package var markCount: Int {
    marks.count + rangeRows.keys.count { marks[$0] == nil }
  }

  /// The marked rows with those of an open range, in a stable order.
  package var markedRows: [ListRow] {
    marks.merging(rangeRows) { _, newer in newer }.values.sorted { $0.id < $1.id }
  }

  mutating func toggleMark() {
    guard let current else { return }
    if marks.removeValue(forKey: current.id) == nil { marks[current.id] = current }
  }

  /// Begins a range, or ends it and keeps its rows marked.
  mutating func toggleRange() {
    if rangeAnchor == nil {
      rangeAnchor = current?.id
      extendRange()
    } else {
      for row in markedRows { marks[row.id] = row }
      dropRange()
    }
  }

  mutating func dropRange() {
    rangeAnchor = nil
    rangeRows = [:]
  }

  mutating func mark(_ rows: [ListRow]) {
    for row in rows.prefix(Self.markLimit) { marks[row.id] = row }
  }

  mutating func unmark(where matches: (ListRow.ID) -> Bool) {
    marks = marks.filter { !matches($0.key) }
    dropRange()
  }

  mutating func clearMarks() {
    marks = [:]
    dropRange()
  }
}
