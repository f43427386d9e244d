import EngineCore

extension ConsoleModel {
  mutating func choose(_ filter: ListFilter, in kind: ViewKind) -> [ConsoleEffect] {
    self[list: kind].choose(filter: filter, height: layout.listHeight)
    return loadList(kind, isRefresh: true)
  }

  mutating func openFilter() -> [ConsoleEffect] {
    switch screen {
    case .list(let kind):
      guard kind.filtering != .none else { return [] }
      let filter = self[list: kind].filter
      return openPrompt(Prompt(.filter(kind, before: filter), text: filter.text))
    case .instance(let view): return openPrompt(Prompt(.search(view.pane), text: view.search))
    }
  }

  mutating func search(forward: Bool) -> [ConsoleEffect] {
    switch screen {
    case .list(let kind):
      let text = self[list: kind].searchText
      let isFound = self[list: kind].search(text, forward: forward, height: layout.listHeight)
      if !isFound { say("no other row holds " + SafeText(untrusted: text)) }
      return loadList(kind, isRefresh: false)
    case .instance:
      searchPane(forward: forward, includingCurrent: false)
      return []
    }
  }

  /// Moves the pane to the next line that holds the text, around the end.
  mutating func searchPane(forward: Bool, includingCurrent: Bool) {
    guard var view = instanceView, let outline = paneOutline(), !view.search.isEmpty else { return }
    let wanted = view.search.lowercased()
    let matches = outline.texts.indices.filter { outline.texts[$0].string.lowercased().contains(wanted) }
    let scroll = view[scroll: view.pane]
    let line = outline.hasSubjects ? scroll.line : scroll.top
    let found =
      forward
      ? matches.first { includingCurrent ? $0 >= line : $0 > line } ?? matches.first
      : matches.last { $0 < line } ?? matches.last
    guard let found else {
      say("no line holds " + SafeText(untrusted: view.search))
      return
    }
    var moved = scroll
    moved.line = found
    moved.top = outline.hasSubjects ? scroll.top : found
    view[scroll: view.pane] = moved
    view[state: view.pane].selection = outline.subjects[found]
    view.followsToken = false
    instanceView = view
    settlePane()
  }

  mutating func sortNext() -> [ConsoleEffect] {
    guard let kind = listKind else { return [] }
    let columns = kind.sortColumns
    let position = columns.firstIndex(of: self[list: kind].sort) ?? 0
    let next = columns[(position + 1) % columns.count]
    self[list: kind].choose(sort: next, height: layout.listHeight)
    say("sorted: " + next.title)
    return loadList(kind, isRefresh: true)
  }

  mutating func widen() -> [ConsoleEffect] {
    guard let kind = listKind else { return [] }
    self[list: kind].isWide.toggle()
    return []
  }

  mutating func toggleFreeze() -> [ConsoleEffect] {
    isFrozen.toggle()
    heldBack = 0
    return isFrozen ? [] : refresh()
  }

  mutating func toggleTimeZone() -> [ConsoleEffect] {
    timeZone = timeZone == .utc ? .local : .utc
    say(timeZone == .utc ? "times are shown in UTC" : "times are local, " + clock.mark)
    settlePane()
    return []
  }

  // MARK: Marks

  mutating func toggleMark() -> [ConsoleEffect] {
    guard let kind = listKind else { return [] }
    if self[list: kind].rangeAnchor != nil { return toggleRange() }
    self[list: kind].toggleMark()
    return move(.down)
  }

  mutating func toggleRange() -> [ConsoleEffect] {
    guard let kind = listKind else { return [] }
    self[list: kind].toggleRange()
    return []
  }

  mutating func markAll() -> [ConsoleEffect] {
    guard let kind = listKind else { return [] }
    let list = self[list: kind]
    if !list.hasMore && !list.hasMoreBefore {
      self[list: kind].mark(list.rows)
      say("\(self[list: kind].markCount) rows are marked")
      return []
    }
    let generation = nextGeneration()
    matching = (generation, kind)
    let content = ViewRequest.Content.matching(kind, list.filter.words, limit: ListState.markLimit)
    return [.load(ViewRequest(generation: generation, content: content))]
  }

  // MARK: The command line's twin

  mutating func copyCommandLine() -> [ConsoleEffect] {
    let text = CommandLineText.joined(commandWords)
    say("copied: " + SafeText(untrusted: text))
    return [.copy(text)]
  }

  private var commandWords: [String] {
    switch screen {
    case .instance(let view):
      return ["sagatop", view.pane == .events ? "history" : "show", store.path, view.id.description]
    case .list(let kind):
      let word =
        switch kind {
        case .instances: "ls"
        case .incidents, .timers, .compensation, .tasks, .definitions, .audit: kind.title.string
        case .engine: "stats"
        }
      let filter = self[list: kind].filter
      let choice = filter.isEmpty || kind.filtering != .store ? [] : ["--filter", filter.text]
      return ["sagatop", word, store.path] + choice
    }
  }
}
