/// The characters that pictures of graphs are made of.
package enum GraphGlyphs: Sendable, Hashable, CaseIterable {
  /// Box-drawing characters and shapes.
  case unicode
  /// What every terminal has.
  case ascii

  /// The character to show for one of the picture's own; others stay as they are.
  func shown(_ glyph: Character) -> Character {
    switch self {
    case .unicode: glyph
    case .ascii: Self.plain(glyph)
    }
  }

  /// The character of a line from its arms.
  static func line(_ arms: GraphArms) -> Character {
    lines[Int(arms.rawValue)]
  }

  private static let lines: [Character] = [
    " ", "│", "─", "└", "│", "│", "┌", "├", "─", "┘", "─", "┴", "┐", "┤", "┬", "┼",
  ]

  /// The corner of a frame, round where it is one.
  static func frame(_ arms: GraphArms) -> Character {
    switch line(arms) {
    case "┌": "╭"
    case "┐": "╮"
    case "└": "╰"
    case "┘": "╯"
    case let other: other
    }
  }

  private static func plain(_ glyph: Character) -> Character {
    switch glyph {
    case "─": "-"
    case "│": "|"
    case "┌", "┐", "└", "┘", "├", "┤", "┬", "┴", "┼", "╭", "╮", "╰", "╯": "+"
    case "▼": "v"
    case "▲": "^"
    case "▶": ">"
    case "◀": "<"
    case "┆": ":"
    case "…": "~"
    case "●": "*"
    case "✗": "x"
    case "✓": "+"
    case "↶", "«": "<"
    case "◷": "@"
    case "○": "("
    case "◎": ")"
    case "⊗": "!"
    case "◉": "X"
    case "■": "="
    case "◨": "%"
    case "□": "_"
    case "▤": "#"
    case "◆", "◈", "◇": "?"
    case "✚": "&"
    case "⊠": "M"
    case "△": "S"
    case "⇑": "^"
    case "≡": "C"
    case "→": "L"
    case "↯": "!"
    case "▣": "$"
    default: glyph
    }
  }
}
