import EngineCore

extension ConsoleModel {
  // MARK: Lists

  mutating func show(_ kind: ViewKind) -> [ConsoleEffect] {
    go(to: kind == .instances ? [.list(.instances)] : [.list(.instances), .list(kind)])
  }

  /// Changes the path; what was asked for in the view that is left no longer matters.
  mutating func go(to newPath: [Screen]) -> [ConsoleEffect] {
    leave()
    previousPath = path
    path = newPath
    return arrive()
  }

  mutating func swapPaths() -> [ConsoleEffect] {
    guard let previousPath else { return [] }
    return go(to: previousPath)
  }

  private mutating func pop() -> [ConsoleEffect] { go(to: Array(path.dropLast())) }

  private mutating func leave() {
    if let kind = listKind {
      self[list: kind].pending = []
      self[list: kind].needsReload = false
    }
    if var view = instanceView {
      view.pending = nil
      view.needsReload = false
      instanceView = view
    }
    matching = nil
    editing = nil
  }

  private mutating func arrive() -> [ConsoleEffect] {
    settleList()
    return loadCurrent(isRefresh: true)
  }

  // MARK: Into and out of

  mutating func open() -> [ConsoleEffect] {
    guard let kind = listKind else {
      unfold()
      return []
    }
    guard let row = self[list: kind].current else { return [] }
    if case .definition(let definition) = row { return showInstances(of: definition) }
    guard let id = row.instance else { return [] }
    return openInstance(view(of: id, from: row))
  }

  mutating func openInstance(_ view: InstanceView) -> [ConsoleEffect] {
    go(to: path.filter { if case .list = $0 { true } else { false } } + [.instance(view)])
  }

  /// The instance with the pane in front that shows what the row was about.
  private func view(of id: InstanceID, from row: ListRow) -> InstanceView {
    switch row {
    case .instance(let summary):
      let isStuck = summary.incidentCount > 0 || summary.isCorrupted
      return InstanceView(id, pane: isStuck ? .why : .graph)
    case .incident(let row): return InstanceView(id, pane: .why, selection: .token(row.incident.token))
    case .timer(let row): return InstanceView(id, pane: .timers, selection: .timer(row.timer.id))
    case .compensation: return InstanceView(id, pane: .compensation)
    case .task(let row): return InstanceView(id, pane: .tokens, selection: .token(row.token))
    case .audit(let row): return InstanceView(id, pane: .commands, selection: .command(row.id))
    case .definition: return InstanceView(id, pane: .graph)
    }
  }

  private mutating func showInstances(of row: DefinitionRow) -> [ConsoleEffect] {
    let filter = InstanceFilter(words: [.definition(key: row.deployed.definition.key, version: row.deployed.version)])
    self[list: .instances].choose(
      filter: ListFilter(text: "def:" + row.deployed.title, words: filter), height: layout.listHeight)
    return go(to: [.list(.instances)])
  }

  mutating func showDefinition() -> [ConsoleEffect] {
    guard let definition = definitionInSight else { return [] }
    let effects = show(.definitions)
    self[list: .definitions].aim(at: ListRow.ID(whole: definition.rawValue), height: layout.listHeight)
    return effects
  }

  private mutating func unfold() {
    guard var view = instanceView, let subject = view[state: view.pane].selection else { return }
    view[state: view.pane].toggle(subject)
    instanceView = view
    settlePane()
  }

  mutating func follow() -> [ConsoleEffect] {
    if listKind == .definitions { return open() }
    guard var view = instanceView else { return [] }
    view.followsToken.toggle()
    instanceView = view
    settlePane()
    say(view.followsToken ? "following the token" : "the graph rests")
    return []
  }

  /// One step back: from the past, from a range, from a filter, from marks, from the view.
  mutating func goBack() -> [ConsoleEffect] {
    if var view = instanceView, view.past != nil {
      view.past = nil
      instanceView = view
      settlePane()
      return []
    }
    if let kind = listKind {
      if self[list: kind].rangeAnchor != nil {
        self[list: kind].dropRange()
        return []
      }
      if !self[list: kind].filter.isEmpty { return choose(.none, in: kind) }
      if self[list: kind].markCount > 0 {
        self[list: kind].clearMarks()
        return []
      }
    }
    if path.count > 1 { return pop() }
    say("this is home; q quits")
    return []
  }

  mutating func quit() -> [ConsoleEffect] {
    if path.count > 1 { return pop() }
    if role == .engine, stopsSomething, !isQuitArmed {
      isQuitArmed = true
      say("q again to quit: the engine stops with this console, and goes on where it stood with the next", .warning)
      return []
    }
    return [.quit]
  }

  /// Whether quitting would leave instances without an engine.
  private var stopsSomething: Bool {
    guard let counts = engine?.counts else { return true }
    return counts[.running] + counts[.compensating] + counts[.cancelling] > 0
  }

  // MARK: Panes

  mutating func turnPane(by step: Int) -> [ConsoleEffect] {
    guard let view = instanceView else { return [] }
    let count = Pane.allCases.count
    return show(Pane.allCases[(view.pane.rawValue + step + count) % count])
  }

  mutating func show(_ pane: Pane) -> [ConsoleEffect] {
    guard var view = instanceView else { return [] }
    view.pane = pane
    instanceView = view
    settlePane()
    return []
  }

  mutating func stepThroughHistory(by step: Int64) -> [ConsoleEffect] {
    guard var view = instanceView, let detail = view.story?.detail else { return [] }
    if detail.hasOlderHistory, view.historyLimit < InstanceView.historyMaximum { return readOlderHistory() }
    let last = detail.history.last?.sequence ?? 0
    let wanted = (view.past?.sequence ?? last) + step
    if wanted >= last {
      view.past = nil
    } else {
      do {
        let replayed = try ReplayedInstance(detail, upTo: wanted)
        view.past = InstanceView.Past(
          story: InstanceStory(replayed.detail), sequence: replayed.sequence, lastSequence: replayed.lastSequence,
          now: replayed.now)
      } catch {
        say(error.sentence, .warning)
        return []
      }
    }
    instanceView = view
    settlePane()
    return []
  }
}
