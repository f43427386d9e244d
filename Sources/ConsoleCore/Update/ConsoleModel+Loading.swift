import EngineCore

// Only what is on the screen is read. One request for the same thing is under way at a time; what changes meanwhile is
// read when its answer has come, so that a busy store cannot pile requests up.

extension ConsoleModel {
  /// Asks for what the screen in sight still needs, or with a refresh for all that it shows.
  mutating func loadCurrent(isRefresh: Bool) -> [ConsoleEffect] {
    switch screen {
    case .list(.engine): isRefresh ? loadEngine() : []
    case .list(let kind): loadList(kind, isRefresh: isRefresh)
    case .instance: loadDetail(isRefresh: isRefresh)
    }
  }

  mutating func loadEngine() -> [ConsoleEffect] {
    guard enginePending == nil else { return [] }
    let generation = nextGeneration()
    enginePending = generation
    return [.load(ViewRequest(generation: generation, content: .engine))]
  }

  mutating func loadList(_ kind: ViewKind, isRefresh: Bool) -> [ConsoleEffect] {
    let height = layout.listHeight
    if isRefresh && !self[list: kind].pending.isEmpty {
      self[list: kind].needsReload = true
      return []
    }
    if isRefresh { self[list: kind].markStale() }
    var effects: [ConsoleEffect] = []
    for page in self[list: kind].wantedPages(height: height) { effects += loadPage(page, of: kind) }
    return effects
  }

  private mutating func loadPage(_ page: Int, of kind: ViewKind) -> [ConsoleEffect] {
    let list = self[list: kind]
    guard !list.pending.contains(where: { $0.page == page }), case .some(let start) = list.window.start(of: page) else {
      return []
    }
    let generation = nextGeneration()
    self[list: kind].pending.append(ListState.PendingPage(generation: generation, page: page))
    let filter = kind.filtering == .store ? list.filter.words : InstanceFilter()
    let limit = list.pageSize(height: layout.listHeight)
    return [
      .load(ViewRequest(generation: generation, content: .page(kind, filter, after: start, limit: limit)))
    ]
  }

  mutating func loadDetail(isRefresh: Bool) -> [ConsoleEffect] {
    guard var view = instanceView else { return [] }
    guard view.pending == nil else {
      if isRefresh {
        view.needsReload = true
        instanceView = view
      }
      return []
    }
    guard isRefresh || (view.story == nil && !view.isMissing) else { return [] }
    let generation = nextGeneration()
    view.pending = generation
    instanceView = view
    return [
      .load(ViewRequest(generation: generation, content: .detail(view.id, historyLimit: view.historyLimit)))
    ]
  }

  // MARK: Answers

  mutating func take(_ content: LoadedContent, for generation: Generation) -> [ConsoleEffect] {
    switch content {
    case .engine(let row): takeEngine(row, for: generation)
    case .page(let page): takePage(page, for: generation)
    case .detail(let detail): takeDetail(detail, for: generation)
    }
  }

  private mutating func takeEngine(_ row: EngineRow, for generation: Generation) -> [ConsoleEffect] {
    guard enginePending == generation else { return [] }
    enginePending = nil
    engineReadAt = now
    engine = row
    failure = nil
    samples.take(units: row.unitsCommitted, at: now)
    settleList()
    return []
  }

  private mutating func takePage(_ page: RowPage, for generation: Generation) -> [ConsoleEffect] {
    if let asked = matching, asked.generation == generation {
      matching = nil
      return takeMatches(page, of: asked.kind)
    }
    guard let kind = listKind,
      let request = self[list: kind].pending.first(where: { $0.generation == generation })
    else { return [] }
    self[list: kind].pending.removeAll { $0.generation == generation }
    failure = nil
    let stale = self[list: kind].take(page, at: request.page, height: layout.listHeight)
    var effects: [ConsoleEffect] = []
    if let stale { effects += loadPage(stale, of: kind) }
    if self[list: kind].needsReload && self[list: kind].pending.isEmpty && !isFrozen {
      self[list: kind].needsReload = false
      effects += loadList(kind, isRefresh: true)
    } else {
      effects += loadList(kind, isRefresh: false)
    }
    return effects
  }

  private mutating func takeMatches(_ page: RowPage, of kind: ViewKind) -> [ConsoleEffect] {
    self[list: kind].mark(page.rows)
    let count = self[list: kind].markCount
    if page.next != nil {
      say("the first \(count) rows are marked; there are more", .warning)
    } else if page.isWindowed {
      say("\(count) rows are marked, of the newest instances that were searched", .warning)
    } else {
      say("\(count) rows are marked")
    }
    return []
  }

  private mutating func takeDetail(_ detail: InstanceDetail?, for generation: Generation) -> [ConsoleEffect] {
    guard var view = instanceView, view.pending == generation else { return [] }
    view.pending = nil
    view.failure = nil
    failure = nil
    view.isMissing = detail == nil
    if let detail, detail.summary != view.story?.detail.summary || detail != view.story?.detail {
      view.story = InstanceStory(detail)
    }
    let again = view.needsReload && !isFrozen
    view.needsReload = false
    instanceView = view
    settlePane()
    return again ? loadDetail(isRefresh: true) : []
  }

  mutating func takeFailure(_ message: SafeText, of generation: Generation) -> [ConsoleEffect] {
    if enginePending == generation {
      enginePending = nil
      engineReadAt = now
      failure = message
    } else if matching?.generation == generation {
      matching = nil
      say(message, .error)
    } else if let kind = listKind, self[list: kind].pending.contains(where: { $0.generation == generation }) {
      self[list: kind].pending.removeAll { $0.generation == generation }
      self[list: kind].failure = message
      failure = message
    } else if var view = instanceView, view.pending == generation {
      view.pending = nil
      view.failure = message
      instanceView = view
      failure = message
    }
    return []
  }
}
