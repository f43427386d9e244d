import ConsoleCore

/// The last line: what is being typed, what there is to say, or which keys mean something.
enum FootBar {
  static func draw(_ model: ConsoleModel, y: Int, on canvas: inout Canvas) {
    if case .prompt(let prompt) = model.overlay {
      draw(prompt, y: y, on: &canvas)
      return
    }
    canvas.fill(Rect(x: 0, y: y, width: canvas.width, height: 1), with: Cell(role: .footer))
    guard let notice = model.notice else {
      KeyHints.draw(model, y: y, on: &canvas)
      return
    }
    let text = notice.severity.mark + " " + notice.text
    canvas.write(text.clipped(to: canvas.width - 2), x: 1, y: y, role: notice.severity.role)
  }

  private static func draw(_ prompt: Prompt, y: Int, on canvas: inout Canvas) {
    canvas.fill(Rect(x: 0, y: y, width: canvas.width, height: 1), with: Cell(role: .prompt))
    let x = canvas.write(prompt.label.clipped(to: canvas.width / 2), x: 0, y: y, role: .prompt)
    let text = SafeText(untrusted: prompt.editor.text)
    var room = canvas.width - x
    let side = side(prompt)
    // What is wrong matters more than the far end of the text.
    let taken = min(side.columns, room - min(text.columns + 1, room / 2) - 2)
    if taken > 4 {
      canvas.write(side.clipped(to: taken), x: canvas.width - taken - 1, y: y)
      room -= taken + 2
    }
    canvas.field(prompt.editor, x: x, y: y, width: room, hasFocus: true)
  }

  private static func side(_ prompt: Prompt) -> StyledLine {
    if let error = prompt.error { return StyledLine("✗ " + error, role: .promptError) }
    let shown = prompt.candidates.prefix(12).map { SafeText(untrusted: $0) }
    return StyledLine(shown.joined(separator: " "), role: .textMuted)
  }
}
