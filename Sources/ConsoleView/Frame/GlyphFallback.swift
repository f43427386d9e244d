/// What a glyph becomes where the terminal or the locale knows ASCII only.
///
/// Marks of state keep a letter or shape of their own, so that two states never look alike without UTF-8.
package enum GlyphFallback {
  /// The printable ASCII that stands for `scalar` in each of its columns; `?` where there is nothing better.
  package static func ascii(for scalar: Unicode.Scalar) -> UInt8 {
    let value = scalar.value
    if value < 0x80 { return UInt8(value) }
    switch value {
    case 0x2400...0x2426: return UInt8(ascii: "^")
    case 0x2500...0x257F: return line(value)
    case 0x2580...0x258F: return UInt8(ascii: "#")
    case 0xC0...0x17F: return latin(value)
    default: return marks[value] ?? UInt8(ascii: "?")
    }
  }

  private static func line(_ value: UInt32) -> UInt8 {
    switch value {
    case 0x2500, 0x2501, 0x2504, 0x2505, 0x2508, 0x2509, 0x254C, 0x254D, 0x2550, 0x2574, 0x2576, 0x2578, 0x257A, 0x257C,
      0x257E:
      UInt8(ascii: "-")
    case 0x2502, 0x2503, 0x2506, 0x2507, 0x250A, 0x250B, 0x254E, 0x254F, 0x2551, 0x2575, 0x2577, 0x2579, 0x257B, 0x257D,
      0x257F:
      UInt8(ascii: "|")
    case 0x2571: UInt8(ascii: "/")
    case 0x2572: UInt8(ascii: "\\")
    case 0x2573: UInt8(ascii: "X")
    default: UInt8(ascii: "+")
    }
  }

  /// The letter below the accents of Latin-1 and Latin Extended-A.
  private static func latin(_ value: UInt32) -> UInt8 {
    latinLetters[Int(value - 0xC0)]
  }

  private static let latinLetters = Array(
    ("AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTsaaaaaaaceeeeiiiidnooooo/ouuuuyty"
      + "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiIiJjKkkLlLlLlLlLl"
      + "NnNnNnnNnOoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs").utf8)

  private static let marks: [UInt32: UInt8] = {
    let table: [(Unicode.Scalar, Unicode.Scalar)] = [
      // Marks of tokens and instances.
      ("●", "*"), ("○", "o"), ("◐", "%"), ("◷", "@"), ("◴", "@"), ("⏱", "@"), ("✗", "x"), ("✘", "x"), ("✖", "x"),
      ("✓", "v"), ("✔", "v"), ("↶", "<"), ("↺", "<"), ("↻", ">"), ("⟲", "<"), ("⏸", "="), ("▶", ">"), ("▷", ">"),
      ("■", "#"), ("□", "o"), ("◆", "+"), ("◇", "<"), ("◈", "+"), ("⚠", "!"), ("‼", "!"), ("⊘", "/"), ("∅", "0"),
      ("✉", "m"), ("☐", "_"), ("☑", "x"), ("★", "*"), ("☆", "*"), ("◉", "*"), ("◎", "o"), ("⚑", "!"), ("⚐", "!"),
      // Arrows.
      ("→", ">"), ("←", "<"), ("↑", "^"), ("↓", "v"), ("↔", "-"), ("↕", "|"), ("⇒", ">"), ("⇐", "<"), ("▲", "^"),
      ("▼", "v"), ("◀", "<"), ("►", ">"), ("◄", "<"), ("△", "^"), ("▽", "v"), ("▸", ">"), ("▾", "v"), ("◂", "<"),
      ("▴", "^"), ("↩", "<"), ("↪", ">"), ("⏎", "^"), ("⎋", "^"), ("»", ">"), ("«", "<"), ("›", ">"), ("‹", "<"),
      // Punctuation.
      ("…", "~"), ("·", "."), ("•", "*"), ("–", "-"), ("—", "-"), ("‑", "-"), ("−", "-"), ("‘", "'"), ("’", "'"),
      ("“", "\""), ("”", "\""), ("„", "\""), ("×", "x"), ("÷", "/"), ("±", "~"), ("≤", "<"), ("≥", ">"), ("≠", "#"),
      ("µ", "u"), ("μ", "u"), ("°", "o"), ("\u{A0}", " "), ("\u{202F}", " "), ("\u{3000}", " "), ("□", "#"),
      ("◌", "."), ("\u{FFFD}", "?"), ("⋮", ":"), ("⋯", "~"), ("∞", "8"), ("Δ", "d"), ("Σ", "S"), ("ø", "o"),
    ]
    return Dictionary(table.map { ($0.0.value, UInt8(truncatingIfNeeded: $0.1.value)) }) { first, _ in first }
  }()
}
