import CTerminal
import ConsoleCore
import ConsoleView

/// Turns one cell into what the terminal library wants: scalars, attributes and a colour pair.
struct CellPainter {
  private struct Ink {
    var attributes: UInt32
    var pair: Int32
  }

  let depth: ColourDepth
  private let screen: OpaquePointer
  private let isUTF8: Bool
  private let theme: ResolvedTheme
  /// By role and flags; filled when first needed.
  private var inks: [Ink?]

  private static let flagVariants = 8

  init(screen: OpaquePointer, theme: Theme, configuration: TerminalConfiguration) {
    self.screen = screen
    isUTF8 = configuration.isUTF8
    depth = configuration.isColourless ? .mono : ColourDepth(colours: Int(ct_screen_colours(screen)))
    self.theme = theme.resolved(for: depth)
    inks = Array(repeating: nil, count: StyleRole.allCases.count * CellPainter.flagVariants)
  }

  mutating func put(_ cell: Cell, x: Int, y: Int) {
    guard !cell.glyph.isContinuation else { return }
    let ink = ink(cell)
    if isUTF8 && putGlyph(cell.glyph, ink, x: x, y: y) { return }
    let fallback = UInt32(GlyphFallback.ascii(for: cell.glyph.base))
    for column in 0..<cell.glyph.columns {
      _ = put([fallback], ink, x: x + column, y: y)
    }
  }

  private func putGlyph(_ glyph: Glyph, _ ink: Ink, x: Int, y: Int) -> Bool {
    glyph.hasMarks
      ? put([glyph.base.value] + glyph.marks.map(\.value), ink, x: x, y: y)
      : withUnsafePointer(to: glyph.base.value) { base in
        ct_screen_put(screen, Int32(x), Int32(y), base, 1, ink.attributes, ink.pair)
      }
  }

  private func put(_ scalars: [UInt32], _ ink: Ink, x: Int, y: Int) -> Bool {
    ct_screen_put(screen, Int32(x), Int32(y), scalars, Int32(scalars.count), ink.attributes, ink.pair)
  }

  private mutating func ink(_ cell: Cell) -> Ink {
    let index = Int(cell.role.rawValue) * CellPainter.flagVariants + Int(cell.flags.rawValue) % CellPainter.flagVariants
    if let ink = inks[index] { return ink }
    let style = theme.style(of: cell.role, flags: cell.flags)
    let hasColour = style.foreground != .terminalDefault || style.background != .terminalDefault
    let ink = Ink(
      attributes: CellPainter.attributes(style.modifiers),
      pair: hasColour ? ct_screen_pair(screen, Int32(style.foreground.index), Int32(style.background.index)) : 0)
    inks[index] = ink
    return ink
  }

  private static func attributes(_ modifiers: StyleModifiers) -> UInt32 {
    var attributes: UInt32 = 0
    if modifiers.contains(.bold) { attributes |= UInt32(CT_BOLD) }
    if modifiers.contains(.dim) { attributes |= UInt32(CT_DIM) }
    if modifiers.contains(.reverse) { attributes |= UInt32(CT_REVERSE) }
    if modifiers.contains(.underline) { attributes |= UInt32(CT_UNDERLINE) }
    if modifiers.contains(.italic) { attributes |= UInt32(CT_ITALIC) }
    return attributes
  }
}
