import ConsoleCore
import EngineCore

/// The second line: where the operator is, which filter holds, and how far down the list the cursor stands.
enum Breadcrumb {
  static func draw(_ model: ConsoleModel, _ layout: ScreenLayout, y: Int, on canvas: inout Canvas) {
    let right = place(model, layout)
    let room = canvas.width - 2 - (right.isEmpty ? 0 : right.columns + 2)
    canvas.write(path(model).clipped(to: max(0, room)), x: 1, y: y)
    if room > 8 { canvas.write(right, x: canvas.width - right.columns - 1, y: y) }
  }

  private static func path(_ model: ConsoleModel) -> StyledLine {
    var line = StyledLine()
    for (index, screen) in model.path.enumerated() {
      if index > 0 { line.append(" › ", role: .textMuted) }
      switch screen {
      case .list(let kind):
        line.append(kind.title, role: .breadcrumb)
        let filter = model[list: kind].filter
        if !filter.isEmpty { line.append(" /" + SafeText(untrusted: filter.text), role: .breadcrumbFilter) }
      case .instance(let view): line.append(title(view))
      }
    }
    return line
  }

  private static func title(_ view: InstanceView) -> StyledLine {
    var line = StyledLine("\(view.id.rawValue)", role: .breadcrumb)
    guard let summary = view.shownStory?.detail.summary else { return line }
    if let key = summary.businessKey { line.append(" " + SafeText(untrusted: key), role: .breadcrumb, flags: .strong) }
    let state = DisplayState(summary)
    line.append("  " + state.shape + " " + state.word, role: state.role)
    line.append("  " + SafeText(untrusted: summary.process) + "@\(summary.processVersion)", role: .textMuted)
    return line
  }

  private static func place(_ model: ConsoleModel, _ layout: ScreenLayout) -> StyledLine {
    guard let kind = model.listKind, kind != .engine else {
      return model.instanceView?.followsToken == true && model.instanceView?.pane == .graph
        ? StyledLine("following", role: .textMuted) : StyledLine()
    }
    let list = model[list: kind]
    var line = StyledLine()
    if list.markCount > 0 { line.append("◆ \(list.markCount) marked  ", role: .tableMarked) }
    if list.rangeAnchor != nil { line.append("range  ", role: .tableMarked) }
    if list.sort != .natural { line.append(list.sort.title + "  ", role: .textMuted) }
    if list.unreadable > 0 { line.append("\(list.unreadable) unreadable  ", role: .error) }
    if list.isPartial { line.append("newest only  ", role: .warning) }
    guard !list.rows.isEmpty else { return line }
    let more: SafeText = list.hasMore ? "+" : ""
    let before: SafeText = list.hasMoreBefore ? "…" : ""
    line.append(before + "\(list.cursor + 1)/\(list.rows.count)" + more, role: .textMuted)
    return line
  }
}
