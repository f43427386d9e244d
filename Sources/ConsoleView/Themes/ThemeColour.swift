/// A colour as a theme names it.
package enum ThemeColour: Hashable, Sendable {
  /// The terminal's own foreground or background.
  case terminalDefault
  /// A place in the terminal's palette: 0–15 are the user's own colours, 16–255 the fixed cube and greys.
  case indexed(UInt8)
  case rgb(red: UInt8, green: UInt8, blue: UInt8)

  /// The names of the first sixteen places.
  private static let names = [
    "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
    "bright-black", "bright-red", "bright-green", "bright-yellow", "bright-blue", "bright-magenta", "bright-cyan",
    "bright-white",
  ]

  /// Reads `default`, an ANSI name, a number from 0 to 255 or `#rrggbb`.
  package init?(_ text: String) {
    if text == "default" {
      self = .terminalDefault
    } else if let index = ThemeColour.names.firstIndex(of: text) {
      self = .indexed(UInt8(index))
    } else if text.allSatisfy({ $0.isASCII && $0.isNumber }), let index = UInt8(text) {
      self = .indexed(index)
    } else if text.hasPrefix("#"), text.utf8.count == 7, let value = UInt32(text.dropFirst(), radix: 16) {
      self = .rgb(
        red: UInt8(value >> 16 & 0xFF), green: UInt8(value >> 8 & 0xFF), blue: UInt8(value & 0xFF))
    } else {
      return nil
    }
  }

  /// The nearest colour that a terminal of the given depth has.
  package func resolved(for depth: ColourDepth) -> TerminalColour {
    switch (self, depth) {
    case (.terminalDefault, _), (_, .mono):
      return .terminalDefault
    case (.indexed(let index), .indexed256):
      return TerminalColour(index: index)
    case (.indexed(let index), .sixteen) where index < 16:
      return TerminalColour(index: index)
    case (.indexed(let index), .eight) where index < 16:
      return TerminalColour(index: index % 8)
    case (.indexed(let index), .sixteen), (.indexed(let index), .eight):
      return XtermPalette.nearest(to: XtermPalette.components(of: index), in: depth)
    case (.rgb(let red, let green, let blue), _):
      return XtermPalette.nearest(to: .init(red: Int(red), green: Int(green), blue: Int(blue)), in: depth)
    }
  }
}

/// How many colours a terminal has.
package enum ColourDepth: Int, CaseIterable, Comparable, Sendable {
  case mono = 1
  case eight = 8
  case sixteen = 16
  case indexed256 = 256

  /// For a terminal that announces `colours` places in its palette.
  package init(colours: Int) {
    switch colours {
    case 256...: self = .indexed256
    case 16...: self = .sixteen
    case 8...: self = .eight
    default: self = .mono
    }
  }

  package static func < (left: ColourDepth, right: ColourDepth) -> Bool { left.rawValue < right.rawValue }
}

/// A colour as it is asked of the terminal.
package struct TerminalColour: Hashable, Sendable {
  /// The place in the palette; -1 for the terminal's own.
  package let index: Int16

  package static let terminalDefault = TerminalColour(raw: -1)

  package init(index: UInt8) {
    self.init(raw: Int16(index))
  }

  private init(raw: Int16) {
    index = raw
  }
}
