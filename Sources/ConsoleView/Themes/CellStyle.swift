/// How a cell looks on a terminal of a known depth.
package struct CellStyle: Hashable, Sendable {
  package var foreground: TerminalColour
  package var background: TerminalColour
  package var modifiers: StyleModifiers

  package init(
    foreground: TerminalColour = .terminalDefault, background: TerminalColour = .terminalDefault,
    modifiers: StyleModifiers = []
  ) {
    self.foreground = foreground
    self.background = background
    self.modifiers = modifiers
  }
}

/// What a terminal can do to letters besides colour.
package struct StyleModifiers: OptionSet, Hashable, Sendable {
  package let rawValue: UInt8

  package init(rawValue: UInt8) {
    self.rawValue = rawValue
  }

  package static let bold = StyleModifiers(rawValue: 1)
  package static let dim = StyleModifiers(rawValue: 2)
  package static let reverse = StyleModifiers(rawValue: 4)
  package static let underline = StyleModifiers(rawValue: 8)
  package static let italic = StyleModifiers(rawValue: 16)

  /// The words by which a theme asks for them.
  static let names: [(name: String, modifier: StyleModifiers)] = [
    ("bold", .bold), ("dim", .dim), ("reverse", .reverse), ("underline", .underline), ("italic", .italic),
  ]
}
