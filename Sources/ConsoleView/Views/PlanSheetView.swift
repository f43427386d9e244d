import ConsoleCore
import EngineCore

/// The plan of a verb over the view: what would happen, to whom, and what has to be typed.
enum PlanSheetView {
  static func draw(_ sheet: PlanSheet, _ model: ConsoleModel, _ layout: ScreenLayout, on canvas: inout Canvas) {
    let lines = sheet.lines(width: layout.sheetWidth)
    let shown = min(max(1, lines.count), layout.sheetLines)
    let width = min(layout.width, layout.sheetWidth + 4)
    let height = min(layout.height - 1, shown + 9)
    let area = Rect(
      x: (layout.width - width) / 2, y: max(0, (layout.height - 1 - height) / 2), width: width, height: height)
    let isDangerous = sheet.kind.isIrreversible
    canvas.inside(area) { box in
      box.fill(box.area)
      box.box(
        box.area, title: sheet.title, role: .borderFocused, titleRole: isDangerous ? .planDanger : .planTitle)
      box.inside(Rect(x: 2, y: 1, width: box.width - 4, height: box.height - 2)) { inner in
        inner.write(target(sheet).clipped(to: inner.width), x: 0, y: 0)
        // The fields stand at the foot whatever the height; the lines above get what is left.
        let fields = fieldRows(sheet)
        let room = max(0, inner.height - 2 - fields - 1)
        draw(lines, top: sheet.top, room: room, y: 2, on: &inner)
        drawFields(sheet, y: inner.height - fields, on: &inner)
      }
    }
  }

  private static func target(_ sheet: PlanSheet) -> StyledLine {
    guard sheet.entries.count == 1, let only = sheet.entries.first else {
      var line = StyledLine("\(sheet.entries.count) instances", role: .planTarget)
      let refused = sheet.refusals.count
      switch sheet.phase {
      case .planning: line.append("  planning…", role: .textMuted)
      case .deciding: line.append("  \(sheet.plannedCount) planned", role: .textMuted)
      case .running, .paused: line.append("  \(sheet.sentCount) on their way", role: .textMuted)
      case .finished: line.append("  \(sheet.entries.count - refused) without refusal", role: .textMuted)
      }
      if refused > 0 { line.append("  \(refused) refused", role: .error) }
      return line
    }
    let summary = only.target.summary
    var line = StyledLine(only.target.title, role: .planTarget)
    line.append("  " + SafeText(untrusted: summary.process) + "@\(summary.processVersion)", role: .textMuted)
    if case .planned(let plan) = only.state { line.append("  version \(plan.version)", role: .textMuted) }
    return line
  }

  private static func draw(_ lines: [SheetLine], top: Int, room: Int, y: Int, on canvas: inout Canvas) {
    let first = min(top, max(0, lines.count - room))
    for row in 0..<room {
      guard first + row < lines.count else { break }
      let line = lines[first + row]
      let (mark, role) = style(line.kind)
      canvas.write(mark, x: 0, y: y + row, role: role)
      canvas.write(line.text, x: 2, y: y + row, role: role)
    }
    let hidden = lines.count - first - room
    if hidden > 0, room > 0 {
      let text = "▾ \(hidden) more" as SafeText
      canvas.write(text, x: canvas.width - text.columns, y: y + room - 1, role: .textMuted)
    }
  }

  private static func style(_ kind: SheetLine.Kind) -> (mark: SafeText, role: StyleRole) {
    switch kind {
    case .consequence(.ends): ("■", .planDanger)
    case .consequence(.creates): ("+", .planSafe)
    case .consequence(.cancels): ("-", .planDanger)
    case .consequence(.runs): ("▶", .textStrong)
    case .consequence(.changes): ("~", .text)
    case .consequence(.note), .note: ("·", .textMuted)
    case .continuation: (" ", .text)
    case .added: ("+", .diffAdded)
    case .removed: ("-", .diffRemoved)
    case .refused: ("✗", .error)
    case .done: ("✓", .success)
    case .waiting: ("◷", .stateWaiting)
    }
  }

  // MARK: Fields

  private static func fieldRows(_ sheet: PlanSheet) -> Int {
    switch sheet.phase {
    case .deciding: 4
    case .planning, .running, .paused, .finished: 1
    }
  }

  private static func drawFields(_ sheet: PlanSheet, y: Int, on canvas: inout Canvas) {
    switch sheet.phase {
    case .planning: canvas.write("asking the engine's rules…  Esc leaves", x: 0, y: y, role: .textMuted)
    case .deciding: drawDecision(sheet, y: y, on: &canvas)
    case .running, .paused: drawProgress(sheet, y: y, on: &canvas)
    case .finished: canvas.write("Esc closes", x: 0, y: y, role: .textMuted)
    }
  }

  private static func drawDecision(_ sheet: PlanSheet, y: Int, on canvas: inout Canvas) {
    var x = drawCancel(hasFocus: sheet.focus == .cancel, y: y, on: &canvas)
    x += 3
    let word = SafeText(untrusted: sheet.requiredWord)
    let hasFocus = sheet.focus == .confirmation
    x += canvas.write((hasFocus ? "▸ " : "  ") + "type " + word + " to go on: ", x: x, y: y, role: .prompt)
    canvas.field(sheet.confirmation, x: x, y: y, width: canvas.width - x, hasFocus: hasFocus)

    let needsReason = sheet.focus == .reason
    let label: SafeText = sheet.isReasonRequired ? "why (required): " : "why (optional): "
    let column = canvas.write((needsReason ? "▸ " : "  ") + label, x: 0, y: y + 1, role: .prompt)
    canvas.field(sheet.reason, x: column, y: y + 1, width: canvas.width - column, hasFocus: needsReason)

    if let error = sheet.error {
      canvas.write(("✗ " + error).clipped(to: canvas.width), x: 0, y: y + 2, role: .promptError)
    }
    canvas.write(("$ " + sheet.commandLine).clipped(to: canvas.width), x: 0, y: y + 3, role: .textMuted)
  }

  private static func drawCancel(hasFocus: Bool, y: Int, on canvas: inout Canvas) -> Int {
    canvas.write(
      hasFocus ? "▸[ Cancel ]" : "  Cancel   ", x: 0, y: y, role: hasFocus ? .key : .keyLabel,
      flags: hasFocus ? .selected : [])
  }

  private static func drawProgress(_ sheet: PlanSheet, y: Int, on canvas: inout Canvas) {
    let answered = sheet.answeredCount
    let total = sheet.entries.count
    var label = "\(answered)/\(total)" as SafeText
    if !sheet.refusals.isEmpty { label += "  \(sheet.refusals.count) refused" }
    if sheet.phase == .paused { label += "  paused" }
    let width = max(0, min(40, canvas.width - label.columns - 2))
    canvas.gauge(answered, of: total, x: 0, y: y, width: width)
    canvas.write(label, x: width + 2, y: y, role: .text)
  }
}
