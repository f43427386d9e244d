import ConsoleCore

extension Canvas {
  /// Text that is being typed, panned so that the cursor is in sight. Without focus no cursor is shown.
  mutating func field(_ editor: LineEditor, x: Int, y: Int, width: Int, hasFocus: Bool, role: StyleRole = .promptText) {
    guard width > 0 else { return }
    let text = SafeText(untrusted: editor.text)
    let cursor = SafeText(untrusted: editor.head).columns
    let offset = max(0, cursor - width + 1)
    write(text.dropping(offset), x: x, y: y, width: width, role: role)
    if hasFocus { showCursor(x: x + cursor - offset, y: y) }
  }
}
