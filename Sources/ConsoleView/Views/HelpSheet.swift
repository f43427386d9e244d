import ConsoleCore

/// The keys of the view, from the table that handles them; one that is off says why.
enum HelpSheet {
  static func draw(_ model: ConsoleModel, top: Int, on canvas: inout Canvas) {
    canvas.fill(canvas.area)
    let title: SafeText
    switch model.screen {
    case .list(let kind): title = "keys of " + kind.title
    case .instance(let view): title = "keys of an instance, pane " + view.pane.title
    }
    canvas.box(canvas.area, title: title, role: .borderFocused, titleRole: .paneTitleFocused)
    let lines = lines(model)
    canvas.inside(canvas.area.inset()) { inner in
      let columns = inner.width >= 150 ? 2 : 1
      let width = (inner.width - (columns - 1) * 2) / columns
      // With two columns the second goes on where the first ends.
      let rows = columns == 1 ? inner.height : max(inner.height, (lines.count + 1) / 2)
      let last = max(0, (columns == 1 ? lines.count : rows) - inner.height)
      let first = min(top, last)
      for column in 0..<columns {
        for row in 0..<inner.height {
          let index = column * rows + first + row
          guard index < lines.count, first + row < rows || columns == 1 else { break }
          inner.write(lines[index].clipped(to: width), x: column * (width + 2), y: row)
        }
      }
      if columns == 1 && lines.count - first > inner.height {
        let more = "▾ \(lines.count - first - inner.height) more" as SafeText
        inner.write(more, x: inner.width - more.columns, y: inner.height - 1, role: .textMuted)
      }
    }
  }

  private static func lines(_ model: ConsoleModel) -> [StyledLine] {
    let bindings = KeyTable.bindings(in: model.contextUnderneath)
    let scope = model.verbScope
    let width = min(16, bindings.reduce(0) { max($0, $1.keyNames.columns) })
    var lines: [StyledLine] = []
    for group in KeyBinding.Group.allCases {
      let members = bindings.filter { $0.group == group }
      guard !members.isEmpty else { continue }
      if !lines.isEmpty { lines.append(StyledLine()) }
      lines.append(StyledLine(group.title, role: .tableHeader))
      // The digits of the views take one line together.
      let digits = members.filter { if case .view = $0.command { true } else { false } }
      if !digits.isEmpty { lines.append(views(digits)) }
      for binding in members where !digits.contains(binding) {
        let off = model.availability(of: binding.command, scope: scope).reason
        var line = StyledLine(" " + binding.keyNames.padded(to: width), role: off == nil ? .key : .keyDisabled)
        line.append("  " + binding.help, role: off == nil ? .text : .keyDisabled)
        if let off { line.append("  – off: " + off, role: .warning) }
        lines.append(line)
      }
    }
    return lines + legend
  }

  private static func views(_ bindings: [KeyBinding]) -> StyledLine {
    var line = StyledLine()
    for binding in bindings {
      line.append(" " + binding.keyNames, role: .key)
      line.append(" " + binding.label + " ", role: .text)
    }
    return line
  }

  /// What the shapes and letters of states mean.
  private static var legend: [StyledLine] {
    var lines = [StyledLine(), StyledLine("States", role: .tableHeader)]
    for state in DisplayState.allCases {
      lines.append(StyledLine(" " + state.letter + " " + state.shape + " " + state.word, role: state.role))
    }
    return lines
  }
}
