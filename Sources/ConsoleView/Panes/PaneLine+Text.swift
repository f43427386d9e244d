import ConsoleCore

extension PaneLine {
  init(about subject: PaneSubject? = nil) {
    self.init(StyledLine(), about: subject)
  }

  init(_ text: SafeText, _ role: StyleRole, about subject: PaneSubject? = nil) {
    self.init(StyledLine(text, role: role), about: subject)
  }

  /// The columns that are taken so far.
  var columns: Int { line.columns }

  mutating func add(_ text: SafeText, _ role: StyleRole = .text) {
    line.append(text, role: role)
  }

  /// Spaces up to a column.
  mutating func pad(to column: Int) {
    line.pad(to: column)
  }

  /// A text over as many lines as it needs; later lines are indented like the first.
  static func wrapped(
    _ text: SafeText, _ role: StyleRole = .text, indent: Int = 0, width: Int, about subject: PaneSubject? = nil
  ) -> [PaneLine] {
    text.wrapped(to: max(8, width - indent)).map { part in
      var line = PaneLine(about: subject)
      line.pad(to: indent)
      line.add(part, role)
      return line
    }
  }
}

extension PaneContent {
  /// A sentence in place of content.
  init(_ sentence: SafeText, width: Int) {
    self.init(lines: PaneLine.wrapped(sentence, .textMuted, width: width))
  }
}
