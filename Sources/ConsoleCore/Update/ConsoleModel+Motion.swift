import EngineCore

extension ConsoleModel {
  mutating func move(_ motion: Motion) -> [ConsoleEffect] {
    switch overlay {
    case .prompt: return []
    case .help(let top):
      overlay = .help(top: clamped(top + motion.lines(height: layout.helpHeight, count: helpLineCount), helpLineCount))
      return []
    case .sheet(var sheet):
      let count = sheet.lines(width: layout.sheetWidth).count
      sheet.top = clamped(sheet.top + motion.lines(height: layout.sheetLines, count: count), count)
      overlay = .sheet(sheet)
      return []
    case .none: break
    }
    switch screen {
    case .list(let kind):
      moveInList(motion, kind)
      return loadCurrent(isRefresh: false)
    case .instance: return moveInPane(motion)
    }
  }

  private func clamped(_ top: Int, _ count: Int) -> Int { min(max(0, top), max(0, count - 1)) }

  /// As many lines as help has: a line a key, with a title and a blank line a group.
  private var helpLineCount: Int {
    KeyTable.bindings(in: contextUnderneath).count + 2 * KeyBinding.Group.allCases.count
  }

  private mutating func moveInList(_ motion: Motion, _ kind: ViewKind) {
    let height = layout.listHeight
    if motion == .top {
      self[list: kind].moveToTop(height: height)
    } else {
      let list = self[list: kind]
      self[list: kind].move(to: list.cursor + motion.lines(height: height, count: list.rows.count), height: height)
    }
  }

  private mutating func moveInPane(_ motion: Motion) -> [ConsoleEffect] {
    guard let outline = paneOutline(), let slot = focusedSlot, var view = instanceView else { return [] }
    let pane = view.pane
    var scroll = settledScroll(outline, view, slot)
    let isAtTop = outline.hasSubjects ? scroll.line == 0 : scroll.top == 0
    let rows = motion.lines(height: slot.height - outline.headingCount, count: outline.count)
    if motion == .left { scroll.column = max(0, scroll.column - 8) }
    if motion == .right { scroll.column += 8 }
    view.followsToken = false
    if outline.hasSubjects {
      scroll.line = min(max(0, scroll.line + rows), max(0, outline.count - 1))
      view[state: pane].selection = outline.subjects.indices.contains(scroll.line) ? outline.subjects[scroll.line] : nil
    } else {
      scroll.top += rows
    }
    view[scroll: pane] = scroll
    instanceView = view
    settlePane()
    return rows < 0 && isAtTop && pane == .events ? readOlderHistory() : []
  }

  /// More of the history is asked for when the operator runs against its beginning.
  mutating func readOlderHistory() -> [ConsoleEffect] {
    guard var view = instanceView, let detail = view.story?.detail, detail.hasOlderHistory,
      view.historyLimit < InstanceView.historyMaximum
    else { return [] }
    view.historyLimit = min(InstanceView.historyMaximum, view.historyLimit * 4)
    view.pending = nil
    instanceView = view
    say("reading older events")
    return loadDetail(isRefresh: true)
  }

  // MARK: Panes

  /// The room of the pane that has the keys.
  var focusedSlot: ScreenLayout.PaneSlot? {
    guard let pane = instanceView?.pane else { return nil }
    return layout.panes.first { $0.pane == pane }
  }

  /// What the pane that has the keys holds.
  func paneOutline() -> PaneOutline? {
    guard let view = instanceView, let input = paneInput, let slot = focusedSlot else { return nil }
    return surroundings.outline(view.pane, input, view[state: view.pane], slot.width)
  }

  private func settledScroll(
    _ outline: PaneOutline, _ view: InstanceView, _ slot: ScreenLayout.PaneSlot
  ) -> PaneScroll {
    view[scroll: view.pane].settled(
      in: outline, selection: view[state: view.pane].selection, width: slot.width,
      height: slot.height - outline.headingCount, follows: view.pane == .graph && view.followsToken)
  }

  /// Brings the pane that has the keys back into range, and the cursor onto a line.
  mutating func settlePane() {
    guard let outline = paneOutline(), let slot = focusedSlot, var view = instanceView else { return }
    let pane = view.pane
    let scroll = settledScroll(outline, view, slot)
    view[scroll: pane] = scroll
    if outline.hasSubjects, outline.subjects.indices.contains(scroll.line) {
      view[state: pane].selection = outline.subjects[scroll.line]
    }
    instanceView = view
  }

  /// Brings the list in sight back into range after the room has changed.
  mutating func settleList() {
    guard let kind = listKind else {
      settlePane()
      return
    }
    self[list: kind].settle(height: layout.listHeight)
  }
}
