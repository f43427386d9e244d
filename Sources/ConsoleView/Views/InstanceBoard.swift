import ConsoleCore
import EngineCore

/// An opened instance: its tabs, and as many panes beside each other as there is room for.
enum InstanceBoard {
  static func draw(
    _ model: ConsoleModel, _ view: InstanceView, _ layout: ScreenLayout, panes: PaneProvider, on canvas: inout Canvas
  ) {
    drawTabs(view.pane, y: layout.bodyTop, on: &canvas)
    guard let input = model.paneInput else {
      drawNothing(model, view, layout, on: &canvas)
      return
    }
    for (index, slot) in layout.panes.enumerated() {
      let content = panes(slot.pane, input, view[state: slot.pane], slot.width)
      let isFocused = slot.pane == view.pane
      if layout.panes.count > 1 {
        drawTitle(slot, isFocused: isFocused, on: &canvas)
        if index > 0 { canvas.verticalLine(x: slot.x - 1, y: slot.y - 1, length: slot.height + 1) }
      }
      canvas.inside(Rect(x: slot.x, y: slot.y, width: slot.width, height: slot.height)) {
        draw(content, slot.pane, view, isFocused: isFocused, on: &$0)
      }
    }
  }

  private static func drawTabs(_ focused: Pane, y: Int, on canvas: inout Canvas) {
    let names = Pane.allCases.map { $0 == .compensation && canvas.width < 84 ? "stack" : $0.title }
    let columns = names.map { $0.columns + 2 }
    // Tabs pan so that the one in front is in sight.
    let before = columns.prefix(focused.rawValue).reduce(0, +)
    var x = min(0, canvas.width - before - columns[focused.rawValue])
    for (pane, name) in zip(Pane.allCases, names) {
      let text = pane == focused ? "[" + name + "]" : " " + name + " "
      x += canvas.write(text, x: x, y: y, role: pane == focused ? .paneTitleFocused : .paneTitle)
    }
  }

  private static func drawTitle(_ slot: ScreenLayout.PaneSlot, isFocused: Bool, on canvas: inout Canvas) {
    let y = slot.y - 1
    canvas.horizontalLine(x: slot.x, y: y, length: slot.width, role: isFocused ? .borderFocused : .border)
    let text = (isFocused ? "▸" : " ") + slot.pane.title + " "
    canvas.write(
      text.clipped(to: slot.width - 1), x: slot.x + 1, y: y, role: isFocused ? .paneTitleFocused : .paneTitle)
  }

  private static func draw(
    _ content: PaneContent, _ pane: Pane, _ view: InstanceView, isFocused: Bool, on canvas: inout Canvas
  ) {
    let outline = content.outline(includingTexts: false)
    let room = canvas.height - content.heading.count
    let scroll = view[scroll: pane].settled(
      in: outline, selection: view[state: pane].selection, width: canvas.width, height: room,
      follows: pane == .graph && view.followsToken)
    for (row, line) in content.heading.enumerated() {
      canvas.write(line, x: 0, y: row, width: canvas.width, offset: scroll.column)
    }
    for row in 0..<max(0, room) {
      let index = scroll.top + row
      guard index < content.lines.count else { break }
      let y = content.heading.count + row
      canvas.write(content.lines[index].line, x: 0, y: y, width: canvas.width, offset: scroll.column)
      if !view.search.isEmpty { markMatches(view.search, in: content.lines[index], scroll.column, y: y, on: &canvas) }
      if isFocused && outline.hasSubjects && index == scroll.line {
        canvas.restyle(Rect(x: 0, y: y, width: canvas.width, height: 1)) { $0.flags.insert(.selected) }
      }
    }
    drawRest(content.lines.count - scroll.top - room, on: &canvas)
  }

  /// How many lines there are below those in sight.
  private static func drawRest(_ hidden: Int, on canvas: inout Canvas) {
    guard hidden > 0 else { return }
    let text = "▾\(hidden)" as SafeText
    canvas.write(text, x: canvas.width - text.columns, y: canvas.height - 1, role: .textMuted)
  }

  private static func markMatches(
    _ text: String, in line: PaneLine, _ offset: Int, y: Int, on canvas: inout Canvas
  ) {
    let haystack = line.line.text.string.lowercased()
    guard let range = haystack.firstRange(of: text.lowercased()) else { return }
    let start = SafeText(untrusted: String(haystack[..<range.lowerBound])).columns - offset
    let width = SafeText(untrusted: String(haystack[range])).columns
    canvas.restyle(Rect(x: start, y: y, width: width, height: 1)) { cell in
      cell.role = .searchMatch
      cell.flags.insert(.underlined)
    }
  }

  private static func drawNothing(
    _ model: ConsoleModel, _ view: InstanceView, _ layout: ScreenLayout, on canvas: inout Canvas
  ) {
    let text: StyledLine
    if view.isMissing {
      text = StyledLine(
        "there is no instance \(view.id.rawValue) in this store (any more); Esc goes back", role: .warning)
    } else if let failure = view.failure {
      text = StyledLine(failure, role: .error)
    } else {
      text = StyledLine("reading…", role: .textMuted)
    }
    canvas.write(text.clipped(to: canvas.width - 2), x: 1, y: layout.bodyTop + 2)
  }
}
